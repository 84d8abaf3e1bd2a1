"""A person's progress at Stepik as pages show it: courses, modules, lessons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from services.sync.stepik import repository
from services.sync.stepik.repository import LessonRow, Match
from shared.db import Connection

__all__ = (
    "Course",
    "Lesson",
    "Match",
    "Module",
    "Progress",
    "find_match",
    "list_progress",
    "share",
)


def share(passed: int, marked: int) -> int:
    """Whole per cent, never rounded up; 0 where there is nothing to pass."""
    return passed * 100 // marked if marked else 0


@dataclass(frozen=True, slots=True)
class Course:
    """A course of Stepik."""

    course_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson where a course has it. One without marked steps is theory alone.

    `passed_at` is when it was learned here. What was passed stays so, also when the teacher adds
    steps: then `passed_steps` may be fewer than `marked_steps`.
    """

    lesson_id: int
    title: str
    passed_at: datetime | None
    marked_steps: int
    passed_steps: int


@dataclass(frozen=True, slots=True)
class Module:
    """A part of a course; Stepik's section."""

    section_id: int
    title: str
    lessons: tuple[Lesson, ...]

    @property
    def lessons_passed(self) -> int:
        """How many of its lessons are passed."""
        return _count_passed(self.lessons)

    @property
    def per_cent(self) -> int:
        """Of marked steps, never rounded up."""
        return _per_cent(self.lessons)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is in a course. `learned_at`: when all of it was last read at Stepik."""

    course: Course
    modules: tuple[Module, ...]
    learned_at: datetime | None

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """Those of all modules, in the course's order."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    @property
    def lessons_passed(self) -> int:
        """How many lessons of the course are passed."""
        return _count_passed(self.lessons)

    @property
    def per_cent(self) -> int:
        """Of marked steps, never rounded up."""
        return _per_cent(self.lessons)


def _count_passed(lessons: Sequence[Lesson]) -> int:
    return sum(lesson.passed_at is not None for lesson in lessons)


def _per_cent(lessons: Sequence[Lesson]) -> int:
    return share(
        sum(lesson.passed_steps for lesson in lessons),
        sum(lesson.marked_steps for lesson in lessons),
    )


async def find_match(connection: Connection, person_id: UUID) -> Match | None:
    """A person's account at Stepik; None: it is not known."""
    return await repository.find_match(connection, person_id)


async def list_progress(connection: Connection, person_id: UUID) -> list[Progress]:
    """A person's courses by title. Without an account at Stepik, or without courses: none."""
    match = await repository.find_match(connection, person_id)
    if match is None:
        return []
    rows = await repository.list_lessons_of(connection, match.user_id)
    return [_progress(list(of_one)) for _, of_one in groupby(rows, key=lambda row: row.course_id)]


def _progress(rows: list[LessonRow]) -> Progress:
    modules = [_module(list(of_one)) for _, of_one in groupby(rows, key=lambda row: row.section_id)]
    first = rows[0]
    return Progress(Course(first.course_id, first.course), tuple(modules), first.course_read_at)


def _module(rows: list[LessonRow]) -> Module:
    first = rows[0]
    lessons = tuple(
        Lesson(
            lesson_id=row.lesson_id,
            title=row.title or "",
            passed_at=row.passed_at,
            marked_steps=row.marked_steps,
            passed_steps=row.passed_steps,
        )
        for row in rows
        if row.lesson_id is not None
    )
    return Module(first.section_id, first.module, lessons)
