"""A team's students, its assignments, and the works of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.db import Connection, from_row

# What is not offered any more is shown where somebody of the team has begun it.
LIST_ASSIGNMENTS = """
SELECT
    assignments.assignment_id,
    assignments.name,
    weeks.number AS week,
    tracks.track_id,
    tracks.name AS track
FROM weeks
JOIN assignments ON assignments.week_id = weeks.week_id
LEFT JOIN tracks ON tracks.track_id = assignments.track_id
WHERE weeks.program_id = $1
    AND weeks.number <= $2
    AND (
        assignments.retired_at IS NULL
        OR assignments.assignment_id IN (
            SELECT work.assignment_id FROM submissions AS work WHERE work.group_id = $3
        )
    )
ORDER BY
    weeks.number,
    tracks.position NULLS FIRST,
    tracks.track_id,
    assignments.position,
    assignments.name,
    assignments.assignment_id
LIMIT $4
"""

LIST_STUDENTS = """
SELECT
    group_members.person_id,
    COALESCE(people.name, '') AS name,
    people.github_login
FROM group_members
LEFT JOIN people ON people.person_id = group_members.person_id
WHERE group_members.group_id = $1
ORDER BY name, people.github_login, group_members.person_id
LIMIT $2
"""

LIST_WORKS = """
SELECT submission_id, student_id, assignment_id, status, trouble
FROM submissions
WHERE group_id = $1 AND assignment_id = ANY($2) AND student_id = ANY($3)
"""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A column: an assignment of a week, in a track or in none."""

    assignment_id: UUID
    name: str
    week: int
    track_id: UUID | None
    track: str | None


@dataclass(frozen=True, slots=True)
class Student:
    """A row: a member of the team."""

    person_id: UUID
    name: str
    github_login: str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """How a student's work of an assignment stands."""

    submission_id: UUID
    student_id: UUID
    assignment_id: UUID
    status: str
    trouble: str | None


async def list_assignments(
    connection: Connection, *, program_id: UUID, last_week: int, group_id: UUID, limit: int
) -> list[Assignment]:
    """What is given in weeks up to that one, in the order of weeks, tracks and places."""
    rows = await connection.fetch(LIST_ASSIGNMENTS, program_id, last_week, group_id, limit)
    return [from_row(Assignment, row) for row in rows]


async def list_students(connection: Connection, group_id: UUID, limit: int) -> list[Student]:
    """A team's members by name."""
    rows = await connection.fetch(LIST_STUDENTS, group_id, limit)
    return [from_row(Student, row) for row in rows]


async def list_works(
    connection: Connection,
    *,
    group_id: UUID,
    assignments: Sequence[UUID],
    students: Sequence[UUID],
) -> list[Mark]:
    """The works of these students on these assignments: one for each pair at most."""
    rows = await connection.fetch(LIST_WORKS, group_id, assignments, students)
    return [from_row(Mark, row) for row in rows]
