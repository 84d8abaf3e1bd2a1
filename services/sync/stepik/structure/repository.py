"""Courses, modules, lessons and steps in Postgres. What vanished at Stepik is kept, as gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.db import Connection, from_row

KEEP_COURSE = """
UPDATE stepik_courses SET title = $2, learners_group = $3, gone_since = NULL WHERE course_id = $1
"""
LOSE_COURSE = """
UPDATE stepik_courses SET gone_since = coalesce(gone_since, $2) WHERE course_id = $1
"""
KEEP_MODULES = """
INSERT INTO stepik_modules (section_id, course_id, position, title)
SELECT section_id, $1, position, title
FROM unnest($2::bigint[], $3::int[], $4::text[]) AS told (section_id, position, title)
ON CONFLICT (section_id) DO UPDATE
SET course_id = excluded.course_id,
    position = excluded.position,
    title = excluded.title,
    gone = false
"""
LOSE_MODULES = """
UPDATE stepik_modules
SET gone = true
WHERE course_id = $1 AND NOT gone AND section_id <> ALL($2::bigint[])
"""
KEEP_LESSONS = """
INSERT INTO stepik_lessons (unit_id, section_id, course_id, lesson_id, position, title)
SELECT unit_id, section_id, $1, lesson_id, position, title
FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::text[])
    AS told (unit_id, section_id, lesson_id, position, title)
ON CONFLICT (unit_id) DO UPDATE
SET section_id = excluded.section_id,
    course_id = excluded.course_id,
    lesson_id = excluded.lesson_id,
    position = excluded.position,
    title = excluded.title,
    gone = false
"""
LOSE_LESSONS = """
UPDATE stepik_lessons
SET gone = true
WHERE course_id = $1 AND NOT gone AND unit_id <> ALL($2::bigint[])
"""
KEEP_STEPS = """
INSERT INTO stepik_steps (course_id, step_id, lesson_id, position)
SELECT $1, step_id, lesson_id, position
FROM unnest($2::bigint[], $3::bigint[], $4::int[]) AS told (step_id, lesson_id, position)
ON CONFLICT (course_id, step_id) DO UPDATE
SET lesson_id = excluded.lesson_id,
    position = excluded.position,
    gone = false
WHERE (stepik_steps.lesson_id, stepik_steps.position, stepik_steps.gone)
    IS DISTINCT FROM (excluded.lesson_id, excluded.position, false)
"""
LOSE_STEPS = """
UPDATE stepik_steps
SET gone = true
WHERE course_id = $1 AND NOT gone AND step_id <> ALL($2::bigint[])
"""
LIST_STEPS = """
SELECT step_id, lesson_id, marked, marked_in
FROM stepik_steps
WHERE course_id = $1 AND NOT gone
"""
LIST_LESSONS = """
SELECT DISTINCT ON (lesson_id) lesson_id, title
FROM stepik_lessons
WHERE course_id = $1 AND NOT gone
ORDER BY lesson_id, unit_id
"""
MARK = """
UPDATE stepik_steps
SET marked = true, marked_in = $2
WHERE course_id = $1 AND step_id = ANY($3::bigint[]) AND NOT marked
"""


@dataclass(frozen=True, slots=True)
class Module:
    """A section as it is to be kept."""

    section_id: int
    position: int
    title: str


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as it is to be kept: a lesson in a module."""

    unit_id: int
    section_id: int
    lesson_id: int
    position: int
    title: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step in its lesson, counted from 1."""

    step_id: int
    lesson_id: int
    position: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step that is there. marked_in: the pass that learned that it can be passed."""

    step_id: int
    lesson_id: int
    marked: bool
    marked_in: int | None


async def keep_course(
    connection: Connection, course_id: int, *, title: str, learners_group: int | None
) -> None:
    """Keep what a course is called, and the group of its learners."""
    await connection.execute(KEEP_COURSE, course_id, title, learners_group)


async def lose_course(connection: Connection, course_id: int, now: datetime) -> None:
    """The course is not there any more; what was learned of it stays."""
    await connection.execute(LOSE_COURSE, course_id, now)


async def keep_modules(connection: Connection, course_id: int, modules: Sequence[Module]) -> None:
    """These are the course's modules, and no others."""
    ids = [one.section_id for one in modules]
    await connection.execute(
        KEEP_MODULES,
        course_id,
        ids,
        [one.position for one in modules],
        [one.title for one in modules],
    )
    await connection.execute(LOSE_MODULES, course_id, ids)


async def keep_lessons(connection: Connection, course_id: int, places: Sequence[Place]) -> None:
    """These are the course's lessons, and no others."""
    ids = [one.unit_id for one in places]
    await connection.execute(
        KEEP_LESSONS,
        course_id,
        ids,
        [one.section_id for one in places],
        [one.lesson_id for one in places],
        [one.position for one in places],
        [one.title for one in places],
    )
    await connection.execute(LOSE_LESSONS, course_id, ids)


async def keep_steps(connection: Connection, course_id: int, steps: Sequence[Step]) -> None:
    """These are the course's steps, and no others."""
    ids = [one.step_id for one in steps]
    await connection.execute(
        KEEP_STEPS,
        course_id,
        ids,
        [one.lesson_id for one in steps],
        [one.position for one in steps],
    )
    await connection.execute(LOSE_STEPS, course_id, ids)


async def list_steps(connection: Connection, course_id: int) -> list[StepRow]:
    """The course's steps that are there."""
    return [from_row(StepRow, row) for row in await connection.fetch(LIST_STEPS, course_id)]


async def list_lessons(connection: Connection, course_id: int) -> dict[int, str]:
    """The course's lessons that are there, with their titles."""
    rows = await connection.fetch(LIST_LESSONS, course_id)
    return {row["lesson_id"]: row["title"] for row in rows}


async def mark(
    connection: Connection, course_id: int, pass_number: int, step_ids: Sequence[int]
) -> None:
    """Results name these: they can be passed."""
    await connection.execute(MARK, course_id, pass_number, list(step_ids))
