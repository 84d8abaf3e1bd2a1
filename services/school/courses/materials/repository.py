"""Changes of lessons and assignments, and who may see a lesson."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.school.courses.entries import AssignmentEntry, LessonEntry
from shared.db import Connection, from_row

LOCK_WEEK = "SELECT FROM weeks WHERE week_id = $1 FOR UPDATE"

INSERT_LESSON = """
INSERT INTO course_lessons (
    lesson_id, week_id, slug, position, name, track_id, content,
    video_url, slides_url, repository_url, link_url
)
SELECT $1, $2, $3, coalesce(max(position), 0) + 1, $4, $5, $6, $7, $8, $9, $10
FROM course_lessons
WHERE week_id = $2
ON CONFLICT ON CONSTRAINT course_lessons_slug DO NOTHING
RETURNING lesson_id
"""
UPDATE_LESSON = """
UPDATE course_lessons
SET name = $2,
    track_id = $3,
    content = $4,
    video_url = $5,
    slides_url = $6,
    repository_url = $7,
    link_url = $8
WHERE lesson_id = $1
"""
ORDER_LESSONS = """
UPDATE course_lessons
SET position = wanted.position
FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (lesson_id, position)
WHERE course_lessons.lesson_id = wanted.lesson_id
"""
DELETE_LESSON = "DELETE FROM course_lessons WHERE lesson_id = $1"

INSERT_ASSIGNMENT = """
INSERT INTO assignments (
    assignment_id, week_id, slug, position, name, track_id, content, repository_url, policy, due_day
)
SELECT $1, $2, $3, coalesce(max(position), 0) + 1, $4, $5, $6, $7, $8, $9
FROM assignments
WHERE week_id = $2
ON CONFLICT ON CONSTRAINT assignments_slug DO NOTHING
RETURNING assignment_id
"""
UPDATE_ASSIGNMENT = """
UPDATE assignments
SET name = $2, track_id = $3, content = $4, repository_url = $5, policy = $6, due_day = $7
WHERE assignment_id = $1
"""
ORDER_ASSIGNMENTS = """
UPDATE assignments
SET position = wanted.position
FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (assignment_id, position)
WHERE assignments.assignment_id = wanted.assignment_id
"""
# A work that is being begun waits for this lock, and this for it.
LOCK_ASSIGNMENT = "SELECT FROM assignments WHERE assignment_id = $1 FOR UPDATE"
HAS_WORKS = "SELECT EXISTS (SELECT FROM submissions WHERE assignment_id = $1)"
DELETE_ASSIGNMENT = "DELETE FROM assignments WHERE assignment_id = $1"
RETIRE_ASSIGNMENT = "UPDATE assignments SET retired_at = $2 WHERE assignment_id = $1"

LIST_OPENINGS = """
SELECT stream.start_on, stream.zone, team.curator_id = $2 AS is_curator, week.number
FROM course_lessons AS lesson
JOIN weeks AS week USING (week_id)
JOIN streams AS stream USING (program_id)
JOIN groups AS team USING (stream_id)
WHERE lesson.lesson_id = $1
    AND team.kind = 'team'
    AND (
        team.curator_id = $2
        OR EXISTS (
            SELECT FROM group_members AS member
            WHERE member.group_id = team.group_id AND member.person_id = $2
        )
    )
LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """A team that a lesson opens for, and what a person is there."""

    start_on: date
    zone: str
    is_curator: bool
    number: int


async def lock_week(connection: Connection, week_id: UUID) -> None:
    """Have others who would add to the week, or order it, wait."""
    await connection.execute(LOCK_WEEK, week_id)


async def insert_lesson(
    connection: Connection, lesson_id: UUID, week_id: UUID, slug: str, entry: LessonEntry
) -> bool:
    """Make a lesson after the others of its week; False: its slug is taken."""
    made = await connection.fetchval(
        INSERT_LESSON, lesson_id, week_id, slug, *_lesson_values(entry)
    )
    return made is not None


async def update_lesson(connection: Connection, lesson_id: UUID, entry: LessonEntry) -> None:
    """Change a lesson."""
    await connection.execute(UPDATE_LESSON, lesson_id, *_lesson_values(entry))


async def order_lessons(connection: Connection, lesson_ids: Sequence[UUID]) -> None:
    """Number the lessons as they stand in the list."""
    await connection.execute(ORDER_LESSONS, lesson_ids)


async def delete_lesson(connection: Connection, lesson_id: UUID) -> None:
    """Take a lesson away."""
    await connection.execute(DELETE_LESSON, lesson_id)


async def insert_assignment(
    connection: Connection, assignment_id: UUID, week_id: UUID, slug: str, entry: AssignmentEntry
) -> bool:
    """Make an assignment after the others of its week; False: its slug is taken."""
    made = await connection.fetchval(
        INSERT_ASSIGNMENT, assignment_id, week_id, slug, *_assignment_values(entry)
    )
    return made is not None


async def update_assignment(
    connection: Connection, assignment_id: UUID, entry: AssignmentEntry
) -> None:
    """Change an assignment."""
    await connection.execute(UPDATE_ASSIGNMENT, assignment_id, *_assignment_values(entry))


async def order_assignments(connection: Connection, assignment_ids: Sequence[UUID]) -> None:
    """Number the assignments as they stand in the list."""
    await connection.execute(ORDER_ASSIGNMENTS, assignment_ids)


async def lock_assignment(connection: Connection, assignment_id: UUID) -> bool:
    """Let no work of it begin until the transaction's end; says whether it has any."""
    await connection.execute(LOCK_ASSIGNMENT, assignment_id)
    has_works: bool = await connection.fetchval(HAS_WORKS, assignment_id)
    return has_works


async def delete_assignment(connection: Connection, assignment_id: UUID) -> None:
    """Take an assignment away that has no works."""
    await connection.execute(DELETE_ASSIGNMENT, assignment_id)


async def retire_assignment(
    connection: Connection, assignment_id: UUID, at: datetime | None
) -> None:
    """Offer an assignment no more, or (None) again."""
    await connection.execute(RETIRE_ASSIGNMENT, assignment_id, at)


async def list_openings(connection: Connection, lesson_id: UUID, person_id: UUID) -> list[Opening]:
    """Where a lesson opens for a person, by now or later: team by team."""
    rows = await connection.fetch(LIST_OPENINGS, lesson_id, person_id)
    return [from_row(Opening, row) for row in rows]


def _lesson_values(entry: LessonEntry) -> tuple[object, ...]:
    return (
        entry.name,
        entry.track_id,
        entry.content,
        entry.video_url,
        entry.slides_url,
        entry.repository_url,
        entry.link_url,
    )


def _assignment_values(entry: AssignmentEntry) -> tuple[object, ...]:
    return (
        entry.name,
        entry.track_id,
        entry.content,
        entry.repository_url,
        entry.policy,
        entry.due_day,
    )
