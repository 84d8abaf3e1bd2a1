"""What a course is made of: sections, units with lessons, steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    step_id: int
    lesson_id: int
    position: int
    is_marked: bool
    """Theory is not, and stands in nobody's results."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """In its place in a section, which is what Stepik calls a unit."""

    lesson_id: int
    unit_id: int
    section_id: int
    position: int
    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Section:
    section_id: int
    course_id: int
    position: int
    title: str
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True, slots=True)
class Course:
    course_id: int
    title: str
    learners_group: int
    sections: tuple[Section, ...]
    is_foreign: bool = False
    """Somebody else's: to be seen by everybody, and its learners by its own teachers alone."""

    def lessons(self) -> Iterator[Lesson]:
        """In the course's order."""
        return (lesson for section in self.sections for lesson in section.lessons)

    def steps(self) -> Iterator[Step]:
        """In the course's order, which is that of the bits of `Learner.passed`."""
        return (step for lesson in self.lessons() for step in lesson.steps)


class Catalogue:
    """Everything of every course by its id."""

    def __init__(self) -> None:
        self.courses: dict[int, Course] = {}
        self.sections: dict[int, Section] = {}
        self.units: dict[int, Lesson] = {}
        self.lessons: dict[int, Lesson] = {}
        self.steps: dict[int, Step] = {}
        self._course_of_lesson: dict[int, Course] = {}
        self._course_of_group: dict[int, Course] = {}

    def add(self, course: Course) -> None:
        self.courses[course.course_id] = course
        self._course_of_group[course.learners_group] = course
        for section in course.sections:
            self.sections[section.section_id] = section
        for lesson in course.lessons():
            self.units[lesson.unit_id] = lesson
            self.lessons[lesson.lesson_id] = lesson
            self._course_of_lesson[lesson.lesson_id] = course
        for step in course.steps():
            self.steps[step.step_id] = step

    def find_course_of_lesson(self, lesson_id: int) -> Course | None:
        return self._course_of_lesson.get(lesson_id)

    def find_course_of_group(self, group: int) -> Course | None:
        return self._course_of_group.get(group)


def make_course(
    course_id: int,
    title: str,
    plan: tuple[tuple[str, tuple[tuple[str, str], ...]], ...],
    *,
    is_foreign: bool = False,
) -> Course:
    """A course after a plan: titles of sections, in each titles of lessons with their steps.

    Steps are letters: `t` for theory, `m` for a marked one. Ids follow from the course's, and
    no section has the id of a lesson, no lesson that of its unit: who mixes them finds nothing.
    """
    return Course(
        course_id=course_id,
        title=title,
        learners_group=course_id * 1_000 + 900_000_000,
        sections=tuple(
            _section(course_id, position, name, lessons)
            for position, (name, lessons) in enumerate(plan, 1)
        ),
        is_foreign=is_foreign,
    )


def _section(
    course_id: int, position: int, title: str, lessons: tuple[tuple[str, str], ...]
) -> Section:
    section_id = course_id * 100 + position
    return Section(
        section_id=section_id,
        course_id=course_id,
        position=position,
        title=title,
        lessons=tuple(
            _lesson(section_id, place, name, steps)
            for place, (name, steps) in enumerate(lessons, 1)
        ),
    )


def _lesson(section_id: int, position: int, title: str, steps: str) -> Lesson:
    lesson_id = section_id * 100 + position
    return Lesson(
        lesson_id=lesson_id,
        unit_id=lesson_id + 50_000_000,
        section_id=section_id,
        position=position,
        title=title,
        steps=tuple(
            Step(lesson_id * 100 + place, lesson_id, place, kind == "m")
            for place, kind in enumerate(steps, 1)
        ),
    )
