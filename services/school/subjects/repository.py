"""Groups and assignments by their titles, and works that are approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.db import Connection, from_row

GROUPS = """
SELECT
    team.group_id,
    concat_ws(' · ', course.name, stream.number::text, team.name) AS title
FROM groups AS team
LEFT JOIN streams AS stream ON stream.stream_id = team.stream_id
LEFT JOIN courses AS course ON course.course_id = stream.course_id
WHERE $1::uuid[] IS NULL OR team.group_id = ANY($1)
ORDER BY course.name, stream.number DESC, team.name, team.group_id
LIMIT $2
"""
ASSIGNMENTS = """
SELECT
    task.assignment_id,
    concat_ws(' · ', course.name, program.name, week.number::text, task.name) AS title
FROM assignments AS task
JOIN weeks AS week USING (week_id)
JOIN programs AS program USING (program_id)
JOIN courses AS course USING (course_id)
WHERE CASE
    WHEN $1::uuid[] IS NULL THEN task.retired_at IS NULL
    ELSE task.assignment_id = ANY($1)
END
ORDER BY course.name, program.name, week.number, task.position, task.assignment_id
LIMIT $2
"""
APPROVED = """
SELECT submission_id, student_id, version
FROM submissions
WHERE assignment_id = $1
    AND status = 'approved'
    AND ($2::uuid IS NULL OR submission_id > $2)
ORDER BY submission_id
LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class GroupTitle:
    """A group, with its stream and course."""

    group_id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class AssignmentTitle:
    """An assignment, with its week, program and course."""

    assignment_id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class Approved:
    """A work that is approved as of this version."""

    submission_id: UUID
    student_id: UUID
    version: int


async def list_groups(
    connection: Connection, group_ids: Sequence[UUID] | None, limit: int
) -> list[GroupTitle]:
    """Groups to choose from, or those of these ids that there are."""
    rows = await connection.fetch(GROUPS, group_ids, limit)
    return [from_row(GroupTitle, row) for row in rows]


async def list_assignments(
    connection: Connection, assignment_ids: Sequence[UUID] | None, limit: int
) -> list[AssignmentTitle]:
    """Assignments that are offered, or those of these ids that there are, retired ones too."""
    rows = await connection.fetch(ASSIGNMENTS, assignment_ids, limit)
    return [from_row(AssignmentTitle, row) for row in rows]


async def list_approved(
    connection: Connection, assignment_id: UUID, *, after: UUID | None, limit: int
) -> list[Approved]:
    """Approved works of an assignment, by their ids from one on."""
    rows = await connection.fetch(APPROVED, assignment_id, after, limit)
    return [from_row(Approved, row) for row in rows]
