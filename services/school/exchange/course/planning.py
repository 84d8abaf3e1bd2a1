"""From a course as it stands and a document to what has to change."""

from collections import defaultdict
from dataclasses import asdict
from uuid import UUID, uuid4

from services.school.exchange.course.changes import Plan, differences, digest_of, is_reordered
from services.school.exchange.course.document import Course, Program, Week
from services.school.exchange.course.items import Places, Standing, plan_items
from services.school.exchange.course.state import ProgramRow, State, WeekRow


def make_plan(state: State | None, wanted: Course) -> Plan:
    """What has to change for a course to become what a document says.

    What of a program is in the document goes when the document does not have it; a whole program
    stays as it is while streams run by it or works belong to it.
    """
    return _Planner(state, wanted).make()


class _Planner:
    def __init__(self, state: State | None, wanted: Course) -> None:
        self._state = state or State(uuid4(), wanted.slug, wanted.name, wanted.description)
        self._now = self._state.document()
        self._wanted = wanted
        self._plan = Plan(self._state.course_id, state is None, digest_of(state, wanted))
        self._weeks: dict[UUID, list[WeekRow]] = defaultdict(list)
        for week in self._state.weeks:
            self._weeks[week.program_id].append(week)
        self._lessons: dict[UUID, list[Standing]] = defaultdict(list)
        self._assignments: dict[UUID, list[Standing]] = defaultdict(list)
        weeks = {week.week_id: week for week in self._state.weeks}
        for rows, standing in (
            (self._state.lessons, self._lessons),
            (self._state.assignments, self._assignments),
        ):
            for row in rows:
                week = weeks[row.week_id]
                standing[week.program_id].append(Standing(week.number, row))
        tracks = {one.slug: one.track_id for one in self._state.tracks}
        self._tracks = {one.slug: tracks.get(one.slug) or uuid4() for one in wanted.tracks}

    def make(self) -> Plan:
        self._plan_course()
        self._plan_tracks()
        standing = {one.slug: one for one in self._state.programs}
        now = {one.slug: one for one in self._now.programs}
        for program in self._wanted.programs:
            self._plan_program(program, standing.get(program.slug), now.get(program.slug, program))
        for row in self._missing_programs():
            if self._is_in_use(row):
                self._plan.tell("kept", "program", row.name)
            else:
                self._plan.tell("removed", "program", row.name)
                self._remove_program(row)
        return self._plan

    def _plan_course(self) -> None:
        wanted = self._wanted
        if self._plan.is_new:
            self._plan.tell("added", "course", wanted.name)
            return
        fields = differences(self._now, wanted, "tracks", "programs")
        if is_reordered(self._now.tracks, wanted.tracks):
            fields += ("order",)
        if fields:
            self._plan.tell("changed", "course", wanted.name, fields=fields)

    def _plan_tracks(self) -> None:
        standing = {one.slug: one for one in self._state.tracks}
        for position, track in enumerate(self._wanted.tracks, 1):
            row = standing.pop(track.slug, None)
            fields = differences(row.track(), track) if row else ()
            if row is None:
                self._plan.tell("added", "track", track.name)
            elif fields:
                self._plan.tell("changed", "track", track.name, fields=fields)
            elif row.position == position:
                continue
            self._plan.tracks.append(
                {
                    **asdict(track),
                    "track_id": str(self._tracks[track.slug]),
                    "course_id": str(self._plan.course_id),
                    "position": position,
                }
            )
        used = {
            one.row.track_id
            for program in self._missing_programs()
            if self._is_in_use(program)
            for rows in (self._lessons, self._assignments)
            for one in rows[program.program_id]
        }
        for row in standing.values():
            if row.track_id in used:
                self._plan.tell("kept", "track", row.name)
            else:
                self._plan.tell("removed", "track", row.name)
                self._plan.gone_tracks.append(row.track_id)

    def _plan_program(self, wanted: Program, row: ProgramRow | None, now: Program) -> None:
        program_id = row.program_id if row else uuid4()
        if row is None:
            self._plan.tell("added", "program", wanted.name)
        elif row.name != wanted.name:
            self._plan.tell("changed", "program", wanted.name, fields=("name",))
        if row is None or row.name != wanted.name:
            self._plan.programs.append(
                {
                    "program_id": str(program_id),
                    "course_id": str(self._plan.course_id),
                    "slug": wanted.slug,
                    "name": wanted.name,
                }
            )
        seen = {one.number: one for one in now.weeks} if row else {}
        standing = {one.number: one.week_id for one in self._weeks[program_id]}
        weeks = {one.number: standing.get(one.number) or uuid4() for one in wanted.weeks}
        for week in wanted.weeks:
            self._plan_week(wanted, week, seen.get(week.number), program_id, weeks[week.number])
        places = Places(weeks, self._tracks, self._state.track_slugs())
        works = self._state.with_works
        lessons, assignments = self._lessons[program_id], self._assignments[program_id]
        plan_items(self._plan, "lesson", wanted, lessons, places, works)
        staying = plan_items(self._plan, "assignment", wanted, assignments, places, works)
        for one in self._weeks[program_id]:
            if one.number not in weeks:
                self._end_week(
                    wanted, one, is_seen=one.number in seen, stays=one.week_id in staying
                )

    def _plan_week(
        self, program: Program, wanted: Week, now: Week | None, program_id: UUID, week_id: UUID
    ) -> None:
        told = {"program": program.name, "week": wanted.number}
        fields = differences(now, wanted, "lessons", "assignments") if now else ()
        is_moved_about = now is not None and (
            is_reordered(now.lessons, wanted.lessons)
            or is_reordered(now.assignments, wanted.assignments)
        )
        if now is None:
            self._plan.tell("added", "week", wanted.title, **told)
        elif fields or is_moved_about:
            order = ("order",) if is_moved_about else ()
            self._plan.tell("changed", "week", wanted.title, fields=fields + order, **told)
        if now is None or fields:
            self._plan.weeks.append(
                {
                    "week_id": str(week_id),
                    "program_id": str(program_id),
                    "number": wanted.number,
                    "title": wanted.title,
                    "description": wanted.description,
                }
            )

    def _end_week(self, program: Program, row: WeekRow, *, is_seen: bool, stays: bool) -> None:
        told = {"program": program.name, "week": row.number}
        if not stays:
            self._plan.tell("removed", "week", row.title, **told)
            self._plan.gone_weeks.append(row.week_id)
        elif is_seen:
            self._plan.tell("retired", "week", row.title, **told)
            self._plan.cleared_weeks.append(row.week_id)

    def _missing_programs(self) -> list[ProgramRow]:
        asked_for = {one.slug for one in self._wanted.programs}
        return [one for one in self._state.programs if one.slug not in asked_for]

    def _is_in_use(self, program: ProgramRow) -> bool:
        return program.program_id in self._state.in_use or any(
            one.row.id in self._state.with_works for one in self._assignments[program.program_id]
        )

    def _remove_program(self, program: ProgramRow) -> None:
        program_id = program.program_id
        self._plan.gone_lessons += [one.row.id for one in self._lessons[program_id]]
        self._plan.gone_assignments += [one.row.id for one in self._assignments[program_id]]
        self._plan.gone_weeks += [one.week_id for one in self._weeks[program_id]]
        self._plan.gone_programs.append(program_id)
