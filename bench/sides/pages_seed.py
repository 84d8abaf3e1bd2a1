"""A school as big as the pages of works are promised for, written straight into its tables."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

WEEKS = 12
A_WEEK = 5
TRACKS = 3
STREAMS = 10
OVER = 2
"""So many of the streams have ended: their works are kept and shown in no table."""
DAYS_RUN = 38
"""Running streams are in their sixth week."""
STATUSES = ("execution", "review", "correction", "approved")
SHARES = (25, 20, 15, 40)
ALONE_EVERY = 20
"""Every twentieth work is of no assignment."""
COMMENT = "Please give the function a name that says what it does; an empty list needs a test."
COURSES = 3


@dataclass(frozen=True, slots=True)
class Size:
    """How many there are of everything, in streams that run."""

    curators: int
    students: int
    works: int


@dataclass
class Seeded:
    """Who is there to ask: students with their teams, curators of streams that run."""

    administrator: UUID
    now: datetime
    students: list[tuple[UUID, UUID, UUID]] = field(default_factory=list)
    """A student, their team, and an assignment that they have a work of."""
    curators: list[tuple[UUID, UUID]] = field(default_factory=list)
    """A curator and their team."""


class Seeder:
    """Makes the rows in memory, the same in every run, and copies them table by table."""

    def __init__(self, size: Size, now: datetime) -> None:
        self._size = size
        self._now = now
        self._chance = random.Random(1)  # noqa: S311 - the same school in every run
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._numbers: Iterator[int] = iter(range(1, 10_000_000))
        self.made = Seeded(self._id(), now)

    def _id(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128), version=4)

    def _add(self, table: str, **values: Any) -> None:
        self._rows.setdefault(table, []).append(values)

    def make(self) -> None:
        """Everything, in an order in which one row knows of another."""
        self._person(self.made.administrator, "Administrator", "administrator")
        streams = self._streams()
        # A stream that is over has as many of everything as one that runs.
        whole = STREAMS / (STREAMS - OVER)
        curators = self._people("curator", int(self._size.curators * whole))
        students = self._people("student", int(self._size.students * whole))
        each = len(students) // len(curators)
        for place, curator in enumerate(curators):
            stream, assignments, is_over = streams[place % len(streams)]
            members = students[place * each : (place + 1) * each]
            self._team(curator, stream, assignments, members, is_over=is_over)

    def _people(self, role: str, count: int) -> list[UUID]:
        return [self._person(self._id(), role.title(), role) for _ in range(count)]

    def _person(self, person_id: UUID, name: str, role: str) -> UUID:
        number = next(self._numbers)
        self._add(
            "people",
            person_id=person_id,
            version=1,
            name=f"{name} {number}",
            roles=[role],
            # Some have not linked it: tables mark them.
            github_id=number if number % 50 else None,
            github_login=f"login-{number}" if number % 50 else None,
        )
        return person_id

    def _streams(self) -> list[tuple[UUID, list[UUID], bool]]:
        programs = [self._program(number) for number in range(COURSES)]
        today = self._now.date()
        made = []
        for number in range(STREAMS):
            course, program, assignments = programs[number % COURSES]
            is_over = number >= STREAMS - OVER
            start = today - timedelta(days=DAYS_RUN + (200 if is_over else 0))
            stream = self._id()
            self._add(
                "streams",
                stream_id=stream,
                course_id=course,
                program_id=program,
                number=number + 1,
                start_on=start,
                finish_on=start + timedelta(days=7 * WEEKS + 14),
            )
            made.append((stream, assignments, is_over))
        return made

    def _program(self, number: int) -> tuple[UUID, UUID, list[UUID]]:
        course, program = self._id(), self._id()
        self._add(
            "courses",
            course_id=course,
            slug=f"course-{number}",
            name=f"Course {number}",
            created_at=self._now,
        )
        self._add("programs", program_id=program, course_id=course, slug="main", name="Program")
        tracks = [self._id() for _ in range(TRACKS)]
        for place, track in enumerate(tracks):
            self._add(
                "tracks",
                track_id=track,
                course_id=course,
                slug=f"track-{place}",
                name=f"Track {place}",
                position=place,
            )
        assignments = []
        for week in range(1, WEEKS + 1):
            week_id = self._id()
            self._add(
                "weeks", week_id=week_id, program_id=program, number=week, title=f"Week {week}"
            )
            for place in range(A_WEEK):
                assignments.append(self._contents(week_id, tracks[place % TRACKS], place))
        return course, program, assignments

    def _contents(self, week_id: UUID, track_id: UUID, place: int) -> UUID:
        assignment_id = self._id()
        text = "## What to do\n\n" + "A paragraph of some **length** about `code`.\n\n" * 8
        self._add(
            "course_lessons",
            lesson_id=self._id(),
            week_id=week_id,
            track_id=track_id,
            slug=f"lesson-{place}",
            position=place,
            name=f"Lesson {place}",
            content=text,
        )
        self._add(
            "assignments",
            assignment_id=assignment_id,
            week_id=week_id,
            track_id=track_id,
            slug=f"assignment-{place}",
            position=place,
            name=f"Assignment {place}",
            content=text,
            due_day=7,
        )
        return assignment_id

    def _team(
        self,
        curator: UUID,
        stream: UUID,
        assignments: list[UUID],
        members: list[UUID],
        *,
        is_over: bool,
    ) -> None:
        team = self._id()
        self._add(
            "groups",
            group_id=team,
            kind="team",
            name=f"Team {next(self._numbers)}",
            stream_id=stream,
            curator_id=curator,
            created_at=self._now,
        )
        each = self._size.works // self._size.students
        open_by_now = assignments[: A_WEEK * (DAYS_RUN // 7 + 1)]
        for student in members:
            self._add("group_members", group_id=team, person_id=student, joined_at=self._now)
            taken = self._chance.sample(open_by_now, each)
            for assignment in taken:
                self._work(student, curator, team, assignment)
            if not is_over:
                self.made.students.append((student, team, taken[0]))
        if not is_over:
            self.made.curators.append((curator, team))

    def _work(self, student: UUID, curator: UUID, team: UUID, assignment: UUID) -> None:
        number = next(self._numbers)
        submission_id = self._id()
        status = self._chance.choices(STATUSES, SHARES)[0]
        changed_at = self._now - timedelta(minutes=self._chance.randrange(1, DAYS_RUN * 1440))
        stands_alone = number % ALONE_EVERY == 0
        repository = f"login-{number}/work"
        steps = ["execution"]
        if status != "execution":
            steps += ["review", "correction"] * self._chance.randrange(3)
            steps += ["review"] if status == "review" else ["review", status]
        self._add(
            "submissions",
            submission_id=submission_id,
            student_id=student,
            curator_id=curator,
            assignment_id=None if stands_alone else assignment,
            group_id=None if stands_alone else team,
            title="A work",
            pull_url=f"https://github.com/{repository}/pull/1",
            repository=repository,
            number=1,
            status=status,
            version=len(steps),
            sent_at=changed_at,
            created_at=changed_at - timedelta(hours=len(steps)),
            changed_at=changed_at,
        )
        for version, step in enumerate(steps, 1):
            self._add(
                "submission_statuses",
                submission_id=submission_id,
                version=version,
                status=step,
                was=steps[version - 2] if version > 1 else None,
                changed_at=changed_at - timedelta(hours=len(steps) - version),
                changed_by=student if step in ("execution", "review") else curator,
                comment=COMMENT if step == "correction" else None,
            )

    async def write(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """All of it, as the superuser of an empty database."""
        for table, rows in self._rows.items():
            columns = list(rows[0])
            await connection.copy_records_to_table(
                table,
                schema_name="school",
                columns=columns,
                records=[tuple(row[name] for name in columns) for row in rows],
            )
            await connection.execute(f"ANALYZE school.{table}")


async def seed(postgres: str, size: Size) -> Seeded:
    """A school of this size in an empty database."""
    seeder = Seeder(size, datetime.now(UTC).replace(microsecond=0))
    seeder.make()
    connection = await asyncpg.connect(postgres, timeout=10)
    try:
        await seeder.write(connection)
    finally:
        await connection.close(timeout=5)
    return seeder.made
