"""Stepik's API about courses: what they are made of. Anybody may read it, without a token too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from sandbox.stepik import shapes
from sandbox.stepik.rest import Ask, Collection
from sandbox.stepik.roster import Roster, dumps
from sandbox.stepik.structure import Catalogue, Lesson, Section, Step

T = TypeVar("T")


def _select_courses(ask: Ask) -> Sequence[Roster]:
    return list(ask.campus.rosters.values())


def _course(ask: Ask, one: Roster) -> bytes:
    is_own = ask.access is not None and ask.access.is_program and not one.course.is_foreign
    return dumps(shapes.course(one, is_own=is_own))


def _select_sections(ask: Ask) -> Sequence[Section]:
    every = ask.campus.catalogue.sections.values()
    return _fitting(every, ask.number("course"), lambda one: one.course_id)


def _select_units(ask: Ask) -> Sequence[Lesson]:
    every = _lessons_of(ask, ask.campus.catalogue.units)
    return _fitting(every, ask.number("section"), lambda one: one.section_id)


def _select_lessons(ask: Ask) -> Sequence[Lesson]:
    return list(_lessons_of(ask, ask.campus.catalogue.lessons))


def _select_steps(ask: Ask) -> Sequence[Step]:
    every = ask.campus.catalogue.steps.values()
    return _fitting(every, ask.number("lesson"), lambda one: one.lesson_id)


def _lessons_of(ask: Ask, table: dict[int, Lesson]) -> Iterable[Lesson]:
    course_id, catalogue = ask.number("course"), ask.campus.catalogue
    if course_id is None:
        return table.values()
    course = catalogue.courses.get(course_id)
    return [] if course is None else course.lessons()


def _fitting(every: Iterable[T], wanted: int | None, number_of: Callable[[T], int]) -> list[T]:
    return [one for one in every if wanted is None or number_of(one) == wanted]


def _collection(
    plural: str,
    table: Callable[[Catalogue], dict[int, T]],
    select: Callable[[Ask], Sequence[T]],
    id_of: Callable[[Any], object],
    shape: Callable[[T], dict[str, Any]],
) -> Collection:
    def find(ask: Ask, text: str) -> T | None:
        number = int(text) if text.isascii() and text.isdigit() else 0
        return table(ask.campus.catalogue).get(number)

    return Collection(plural, find, select, id_of, lambda ask, one: dumps(shape(one)))


def _find_course(ask: Ask, text: str) -> Roster | None:
    return ask.campus.rosters.get(int(text)) if text.isascii() and text.isdigit() else None


COLLECTIONS = (
    Collection("courses", _find_course, _select_courses, lambda one: one.course.course_id, _course),
    _collection(
        "sections",
        lambda known: known.sections,
        _select_sections,
        lambda one: one.section_id,
        shapes.section,
    ),
    _collection(
        "units", lambda known: known.units, _select_units, lambda one: one.unit_id, shapes.unit
    ),
    _collection(
        "lessons",
        lambda known: known.lessons,
        _select_lessons,
        lambda one: one.lesson_id,
        shapes.lesson,
    ),
    _collection(
        "steps", lambda known: known.steps, _select_steps, lambda one: one.step_id, shapes.step
    ),
)
