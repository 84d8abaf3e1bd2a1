"""How many have a resource, and what of Stepik a rule may name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.db import Connection, from_row

COUNT = """
SELECT resource_id,
    count(*) FILTER (
        WHERE wanted AND granted AND (expires_at IS NULL OR expires_at > $1)
    ) AS open,
    count(*) FILTER (WHERE wanted <> granted AND error IS NOT NULL) AS failing
FROM grants
GROUP BY resource_id
"""

# One row for each lesson; a module without lessons has one with none.
LIST_LESSONS = """
SELECT courses.course_id, courses.title AS course, modules.section_id, modules.title AS module,
    lessons.lesson_id, lessons.title AS lesson
FROM stepik_courses AS courses
JOIN stepik_modules AS modules ON modules.course_id = courses.course_id AND NOT modules.gone
LEFT JOIN stepik_lessons AS lessons ON lessons.section_id = modules.section_id
    AND NOT lessons.gone
WHERE courses.gone_since IS NULL
ORDER BY courses.title, courses.course_id, modules.position, modules.section_id,
    lessons.position, lessons.unit_id
LIMIT $1
"""


@dataclass(frozen=True, slots=True)
class Count:
    """How many people a resource is open for, and for how many Boomstream refuses something."""

    resource_id: UUID
    open: int
    failing: int


@dataclass(frozen=True, slots=True)
class Place:
    """A lesson in its module and course. Without a lesson: a module that has none."""

    course_id: int
    course: str
    section_id: int
    module: str
    lesson_id: int | None
    lesson: str | None


async def count(connection: Connection, now: datetime) -> dict[UUID, Count]:
    """The counts of each resource that anybody has, or is to have."""
    counts = [from_row(Count, row) for row in await connection.fetch(COUNT, now)]
    return {one.resource_id: one for one in counts}


async def list_lessons(connection: Connection, limit: int) -> list[Place]:
    """Lessons in the order of their courses and modules."""
    return [from_row(Place, row) for row in await connection.fetch(LIST_LESSONS, limit)]
