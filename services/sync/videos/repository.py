"""Where lessons stand in the courses of Stepik."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.db import Connection, from_row

LIST_PLACES = """
SELECT
    lessons.lesson_id,
    lessons.title,
    modules.section_id,
    modules.title AS module,
    courses.course_id,
    courses.title AS course
FROM stepik_lessons AS lessons
JOIN stepik_modules AS modules USING (section_id)
JOIN stepik_courses AS courses ON courses.course_id = modules.course_id
    AND courses.gone_since IS NULL
WHERE lessons.lesson_id = ANY($1) AND NOT lessons.gone AND NOT modules.gone
ORDER BY courses.course_id, modules.position, modules.section_id, lessons.position, lessons.unit_id
LIMIT 2000
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A lesson in a module of a course. A lesson may stand in several."""

    lesson_id: int
    title: str
    section_id: int
    module: str
    course_id: int
    course: str


async def list_places(connection: Connection, lesson_ids: Sequence[int]) -> list[Place]:
    """Where these lessons stand, in the order of the courses."""
    rows = await connection.fetch(LIST_PLACES, lesson_ids)
    return [from_row(Place, row) for row in rows]
