"""What is known of courses and of learners' progress, read from Postgres; passes write it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.db import Connection, from_row

# One at a time keeps what it read, claims a course, or says whose account is whose: what a page
# finds passed was passed before a match, or is told after it. Each is a matter of milliseconds.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('sync.stepik', 0))"

FIND_MATCH = """
SELECT person_id, user_id, way, matched_at, matched_by FROM stepik_matches WHERE person_id = $1
"""

# One row for each lesson; a module without lessons has one with none.
LIST_LESSONS_OF = """
SELECT courses.course_id,
    courses.title AS course,
    courses.finished_at AS course_read_at,
    modules.section_id,
    modules.title AS module,
    lessons.lesson_id,
    lessons.title,
    passed.passed_at,
    count(steps.step_id) AS marked_steps,
    count(steps.step_id) FILTER (WHERE steps.step_id = ANY(learners.steps_passed)) AS passed_steps
FROM stepik_learners AS learners
JOIN stepik_courses AS courses ON courses.course_id = learners.course_id
    AND courses.gone_since IS NULL
JOIN stepik_modules AS modules ON modules.course_id = courses.course_id AND NOT modules.gone
LEFT JOIN stepik_lessons AS lessons ON lessons.section_id = modules.section_id
    AND NOT lessons.gone
LEFT JOIN stepik_steps AS steps ON steps.course_id = courses.course_id
    AND steps.lesson_id = lessons.lesson_id
    AND steps.marked
    AND NOT steps.gone
LEFT JOIN stepik_lessons_passed AS passed ON passed.user_id = learners.user_id
    AND passed.lesson_id = lessons.lesson_id
WHERE learners.user_id = $1
GROUP BY courses.course_id, modules.section_id, lessons.unit_id, passed.passed_at
ORDER BY courses.title, courses.course_id, modules.position, modules.section_id,
    lessons.position, lessons.unit_id
LIMIT $2
"""

LIST_MATCHED = "SELECT person_id, user_id FROM stepik_matches WHERE person_id = ANY($1)"
LIST_LESSONS_PASSED = """
SELECT user_id, lesson_id FROM stepik_lessons_passed WHERE user_id = ANY($1::bigint[])
"""
LIST_STEPS_PASSED = """
SELECT learners.user_id, steps.course_id, steps.step_id, steps.lesson_id, steps.position
FROM stepik_learners AS learners
CROSS JOIN unnest(learners.steps_passed) AS passed (step_id)
JOIN stepik_steps AS steps ON steps.course_id = learners.course_id
    AND steps.step_id = passed.step_id
    AND NOT steps.gone
WHERE learners.user_id = ANY($1::bigint[])
"""
LIST_MARKED = """
SELECT lessons.course_id, lessons.section_id, steps.step_id
FROM stepik_lessons AS lessons
JOIN stepik_modules AS modules ON modules.section_id = lessons.section_id AND NOT modules.gone
JOIN stepik_steps AS steps ON steps.course_id = lessons.course_id
    AND steps.lesson_id = lessons.lesson_id
    AND steps.marked
    AND NOT steps.gone
WHERE NOT lessons.gone
"""

LIST_COURSES = "SELECT course_id AS id, title FROM stepik_courses WHERE gone_since IS NULL"
LIST_MODULES = "SELECT section_id AS id, title FROM stepik_modules WHERE NOT gone"
LIST_LESSONS = "SELECT lesson_id AS id, title FROM stepik_lessons WHERE NOT gone"
LIST_STEPS = "SELECT lesson_id, position FROM stepik_steps WHERE NOT gone"

MOST_LESSONS = 5000
"""Of all courses of one learner."""


@dataclass(frozen=True, slots=True)
class Match:
    """Whose account at Stepik is whose. way: by_hand, sign_in, github or email."""

    person_id: UUID
    user_id: int
    way: str
    matched_at: datetime
    matched_by: UUID | None


@dataclass(frozen=True, slots=True)
class LessonRow:
    """One lesson of one learner, with its place. Without a lesson: a module that has none."""

    course_id: int
    course: str
    course_read_at: datetime | None
    section_id: int
    module: str
    lesson_id: int | None
    title: str | None
    passed_at: datetime | None
    marked_steps: int
    passed_steps: int


@dataclass(frozen=True, slots=True)
class LessonPassed:
    """A learner passed a lesson."""

    user_id: int
    lesson_id: int


@dataclass(frozen=True, slots=True)
class StepPassed:
    """A learner passed a step that is still there."""

    user_id: int
    course_id: int
    step_id: int
    lesson_id: int
    position: int


@dataclass(frozen=True, slots=True)
class MarkedStep:
    """A step that can be passed, where it stands."""

    course_id: int
    section_id: int
    step_id: int


async def lock(connection: Connection) -> None:
    """Keep all others from writing of learners and matches, until the transaction ends."""
    await connection.execute(LOCK)


async def find_match(connection: Connection, person_id: UUID) -> Match | None:
    """A person's account at Stepik; None: it is not known."""
    row = await connection.fetchrow(FIND_MATCH, person_id)
    return from_row(Match, row) if row else None


async def list_lessons_of(connection: Connection, user_id: int) -> list[LessonRow]:
    """All lessons of a learner's courses, in their order."""
    rows = await connection.fetch(LIST_LESSONS_OF, user_id, MOST_LESSONS)
    return [from_row(LessonRow, row) for row in rows]


async def list_matched(connection: Connection, person_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The accounts of those who are matched, by person."""
    rows = await connection.fetch(LIST_MATCHED, list(person_ids))
    return {row["person_id"]: row["user_id"] for row in rows}


async def list_lessons_passed(
    connection: Connection, user_ids: Sequence[int]
) -> list[LessonPassed]:
    """What these learners passed, in any course."""
    rows = await connection.fetch(LIST_LESSONS_PASSED, list(user_ids))
    return [from_row(LessonPassed, row) for row in rows]


async def list_steps_passed(connection: Connection, user_ids: Sequence[int]) -> list[StepPassed]:
    """The steps that these learners passed, of those that are still there."""
    rows = await connection.fetch(LIST_STEPS_PASSED, list(user_ids))
    return [from_row(StepPassed, row) for row in rows]


async def list_marked(connection: Connection) -> list[MarkedStep]:
    """Every step that can be passed, by module and course."""
    return [from_row(MarkedStep, row) for row in await connection.fetch(LIST_MARKED)]


async def list_courses(connection: Connection) -> dict[int, str]:
    """The courses that are there, with their titles."""
    return {row["id"]: row["title"] for row in await connection.fetch(LIST_COURSES)}


async def list_modules(connection: Connection) -> dict[int, str]:
    """The modules that are there, with their titles."""
    return {row["id"]: row["title"] for row in await connection.fetch(LIST_MODULES)}


async def list_lessons(connection: Connection) -> dict[int, str]:
    """The lessons that are there, with their titles."""
    return {row["id"]: row["title"] for row in await connection.fetch(LIST_LESSONS)}


async def list_steps(connection: Connection) -> list[tuple[int, int]]:
    """The steps that are there: lesson and position."""
    rows = await connection.fetch(LIST_STEPS)
    return [(row["lesson_id"], row["position"]) for row in rows]
