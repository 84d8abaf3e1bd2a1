"""Changes of courses."""

from datetime import datetime
from uuid import UUID

import asyncpg

from services.school.courses.entries import CourseEntry
from services.school.errors import SlugTaken
from shared.db import Connection

INSERT = """
INSERT INTO courses (course_id, slug, name, description, chat_url, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (slug) DO NOTHING
RETURNING course_id
"""
UPDATE = """
UPDATE courses
SET name = $2, slug = coalesce($3, slug), description = $4, chat_url = $5
WHERE course_id = $1
RETURNING slug
"""
COUNT = "SELECT count(*) FROM courses"
LOCK = "SELECT FROM courses WHERE course_id = $1 FOR UPDATE"


async def insert(
    connection: Connection, course_id: UUID, slug: str, entry: CourseEntry, now: datetime
) -> bool:
    """Make a course; False: its slug is taken."""
    made = await connection.fetchval(
        INSERT, course_id, slug, entry.name, entry.description, entry.chat_url, now
    )
    return made is not None


async def update(connection: Connection, course_id: UUID, entry: CourseEntry) -> str:
    """Change a course; gives its slug from now on.

    Raises:
        SlugTaken: another course is called so.
    """
    try:
        slug: str = await connection.fetchval(
            UPDATE, course_id, entry.name, entry.slug, entry.description, entry.chat_url
        )
    except asyncpg.UniqueViolationError:
        raise SlugTaken from None
    return slug


async def count(connection: Connection) -> int:
    """How many courses there are."""
    found: int = await connection.fetchval(COUNT)
    return found


async def lock(connection: Connection, course_id: UUID) -> None:
    """Have others who would add to the course, or order it, wait."""
    await connection.execute(LOCK, course_id)
