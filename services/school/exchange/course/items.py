"""Lessons and assignments of one program: which row becomes which entry of the document."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal
from uuid import UUID, uuid4

from services.school.exchange.course.changes import Plan, Row, differences
from services.school.exchange.course.document import Assignment, Lesson, Program
from services.school.exchange.course.state import AssignmentRow, LessonRow

COLUMNS = {
    "text": "content",
    "video": "video_url",
    "slides": "slides_url",
    "repository": "repository_url",
    "link": "link_url",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry of the document, in its week and at its place there."""

    number: int
    position: int
    item: Lesson | Assignment


@dataclass(frozen=True, slots=True)
class Standing:
    """A row, in the week that it stands in."""

    number: int
    row: LessonRow | AssignmentRow

    @property
    def is_retired(self) -> bool:
        """Whether it is not offered any more."""
        return isinstance(self.row, AssignmentRow) and self.row.is_retired


@dataclass(frozen=True, slots=True)
class Places:
    """What weeks and tracks are called in the document, and their keys."""

    weeks: dict[int, UUID]
    tracks: dict[str, UUID]
    slugs: dict[UUID, str]


def wanted_of(program: Program, kind: Literal["lesson", "assignment"]) -> list[Wanted]:
    """A program's lessons, or its assignments."""
    found = []
    for week in program.weeks:
        items: Sequence[Lesson | Assignment] = (
            week.lessons if kind == "lesson" else week.assignments
        )
        found += [Wanted(week.number, position, one) for position, one in enumerate(items, 1)]
    return found


def plan_items(
    plan: Plan,
    kind: Literal["lesson", "assignment"],
    program: Program,
    rows: Sequence[Standing],
    places: Places,
    with_works: frozenset[UUID],
) -> set[UUID]:
    """Plan a program's lessons, or its assignments; gives the weeks in which some have to stay."""
    wanted = wanted_of(program, kind)
    found = _match(wanted, rows)
    put = plan.lessons if kind == "lesson" else plan.assignments
    for one in wanted:
        standing = found.get((one.number, one.item.slug))
        told = {"program": program.name, "week": one.number}
        if standing is None:
            plan.tell("added", kind, one.item.name, **told)
            put.append(_row(kind, uuid4(), one, places))
            continue
        fields = differences(standing.row.item(places.slugs), one.item)
        if standing.is_retired:
            plan.tell("back", kind, one.item.name, **told)
        elif standing.number != one.number:
            plan.tell("moved", kind, one.item.name, fields=fields, **told)
        elif fields:
            plan.tell("changed", kind, one.item.name, fields=fields, **told)
        elif standing.row.position == one.position:
            continue
        put.append(_row(kind, standing.row.id, one, places))
    matched = {standing.row.id for standing in found.values()}
    left = [one for one in rows if one.row.id not in matched]
    left.sort(key=lambda one: (one.number, one.row.position))
    return {one.row.week_id for one in left if _leave(plan, kind, program, one, places, with_works)}


def _match(wanted: Sequence[Wanted], rows: Sequence[Standing]) -> dict[tuple[int, str], Standing]:
    """The row of each entry: of the same week and slug, else the only one of that slug elsewhere.

    So what moves to another week keeps its works.
    """
    by_place = {(one.number, one.row.slug): one for one in rows}
    asked_for = [(one.number, one.item.slug) for one in wanted]
    found = {place: by_place[place] for place in asked_for if place in by_place}
    homeless = Counter(slug for number, slug in asked_for if (number, slug) not in found)
    left = [one for one in rows if (one.number, one.row.slug) not in found and not one.is_retired]
    leaving = Counter(one.row.slug for one in left)
    by_slug = {
        one.row.slug: one for one in left if leaving[one.row.slug] == homeless[one.row.slug] == 1
    }
    for place in asked_for:
        if place not in found and place[1] in by_slug:
            found[place] = by_slug[place[1]]
    return found


def _leave(
    plan: Plan,
    kind: Literal["lesson", "assignment"],
    program: Program,
    one: Standing,
    places: Places,
    with_works: frozenset[UUID],
) -> bool:
    """Plan the end of a row that the document does not have; True: it has to stay, retired."""
    told = {"program": program.name, "week": one.number}
    if one.row.id in with_works:
        if not one.is_retired:
            plan.tell("retired", kind, one.row.name, **told)
            plan.retired.append(one.row.id)
        return True
    if one.is_retired and any(week.number == one.number for week in program.weeks):
        # Somebody retired it on the pages; the document never had it.
        return True
    if not one.is_retired:
        plan.tell("removed", kind, one.row.name, **told)
    (plan.gone_lessons if kind == "lesson" else plan.gone_assignments).append(one.row.id)
    return False


def _row(
    kind: Literal["lesson", "assignment"], item_id: UUID, wanted: Wanted, places: Places
) -> Row:
    values = asdict(wanted.item)
    track = values.pop("track")
    return {
        **{COLUMNS.get(key, key): value for key, value in values.items()},
        f"{kind}_id": str(item_id),
        "week_id": str(places.weeks[wanted.number]),
        "track_id": str(places.tracks[track]) if track else None,
        "position": wanted.position,
    }
