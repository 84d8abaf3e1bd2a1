"""Changes of programs and of their weeks."""

from uuid import UUID

import asyncpg

from services.school.courses.entries import WeekEntry
from services.school.errors import NumberTaken, WeekNotEmpty
from shared.db import Connection

INSERT_PROGRAM = """
INSERT INTO programs (program_id, course_id, slug, name)
VALUES ($1, $2, $3, $4)
ON CONFLICT ON CONSTRAINT programs_slug DO NOTHING
RETURNING program_id
"""
UPDATE_PROGRAM = "UPDATE programs SET name = $2 WHERE program_id = $1"
LOCK_PROGRAM = "SELECT FROM programs WHERE program_id = $1 FOR UPDATE"

COPY_WEEKS = """
INSERT INTO weeks (week_id, program_id, number, title, description)
SELECT gen_random_uuid(), $2, number, title, description
FROM weeks
WHERE program_id = $1
"""
# Weeks are known by their number in either program.
COPY_LESSONS = """
INSERT INTO course_lessons (
    lesson_id, week_id, track_id, slug, position, name, content,
    video_url, slides_url, repository_url, link_url
)
SELECT
    gen_random_uuid(), copy.week_id, lesson.track_id, lesson.slug, lesson.position, lesson.name,
    lesson.content, lesson.video_url, lesson.slides_url, lesson.repository_url, lesson.link_url
FROM course_lessons AS lesson
JOIN weeks AS week USING (week_id)
JOIN weeks AS copy ON copy.program_id = $2 AND copy.number = week.number
WHERE week.program_id = $1
"""
COPY_ASSIGNMENTS = """
INSERT INTO assignments (
    assignment_id, week_id, track_id, slug, position, name, content,
    repository_url, policy, due_day
)
SELECT
    gen_random_uuid(), copy.week_id, assignment.track_id, assignment.slug, assignment.position,
    assignment.name, assignment.content, assignment.repository_url, assignment.policy,
    assignment.due_day
FROM assignments AS assignment
JOIN weeks AS week USING (week_id)
JOIN weeks AS copy ON copy.program_id = $2 AND copy.number = week.number
WHERE week.program_id = $1 AND assignment.retired_at IS NULL
"""

INSERT_WEEK = """
INSERT INTO weeks (week_id, program_id, number, title, description)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT weeks_number DO NOTHING
RETURNING week_id
"""
UPDATE_WEEK = "UPDATE weeks SET number = $2, title = $3, description = $4 WHERE week_id = $1"
DELETE_WEEK = "DELETE FROM weeks WHERE week_id = $1"


async def insert_program(
    connection: Connection, program_id: UUID, course_id: UUID, slug: str, name: str
) -> bool:
    """Make a program; False: its slug is taken."""
    made = await connection.fetchval(INSERT_PROGRAM, program_id, course_id, slug, name)
    return made is not None


async def update_program(connection: Connection, program_id: UUID, name: str) -> None:
    """Rename a program."""
    await connection.execute(UPDATE_PROGRAM, program_id, name)


async def lock_program(connection: Connection, program_id: UUID) -> None:
    """Have others who would change what is in the program wait."""
    await connection.execute(LOCK_PROGRAM, program_id)


async def copy_content(connection: Connection, program_id: UUID, copy_id: UUID) -> None:
    """Give an empty program all of another: weeks, lessons, assignments that are still offered."""
    for statement in (COPY_WEEKS, COPY_LESSONS, COPY_ASSIGNMENTS):
        await connection.execute(statement, program_id, copy_id)


async def insert_week(
    connection: Connection, week_id: UUID, program_id: UUID, entry: WeekEntry
) -> None:
    """Make a week.

    Raises:
        NumberTaken: the program has a week of this number.
    """
    made = await connection.fetchval(
        INSERT_WEEK, week_id, program_id, entry.number, entry.title, entry.description
    )
    if made is None:
        raise NumberTaken


async def update_week(connection: Connection, week_id: UUID, entry: WeekEntry) -> None:
    """Change a week.

    Raises:
        NumberTaken: the program has another week of this number.
    """
    try:
        await connection.execute(UPDATE_WEEK, week_id, entry.number, entry.title, entry.description)
    except asyncpg.UniqueViolationError:
        raise NumberTaken from None


async def delete_week(connection: Connection, week_id: UUID) -> None:
    """Take a week away.

    Raises:
        WeekNotEmpty: lessons or assignments are in it.
    """
    try:
        await connection.execute(DELETE_WEEK, week_id)
    except asyncpg.ForeignKeyViolationError:
        raise WeekNotEmpty from None
