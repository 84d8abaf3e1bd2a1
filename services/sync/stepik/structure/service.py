"""Reads what a course is made of, and keeps it: first all of it is asked, then written at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.sync.stepik.answers import Course
from services.sync.stepik.client import StepikClient
from services.sync.stepik.structure import repository
from services.sync.stepik.structure.repository import Module, Place, Step
from shared.db import Connection

MOST_THINGS = 5000
"""Modules, lessons, steps of one course: more are left out."""


@dataclass(frozen=True, slots=True)
class Structure:
    """A course with all that is in it."""

    course: Course
    modules: tuple[Module, ...]
    places: tuple[Place, ...]
    steps: tuple[Step, ...]


async def read_structure(
    client: StepikClient, course_id: int, keep: Callable[[], Awaitable[None]]
) -> Structure:
    """Ask for a course and all its parts. What is named but not there is left out.

    `keep` is called between the questions: they may take longer than the course is held.

    Raises:
        StepikError: one of the tree in `errors.py`; Missing where the course is not there.
    """
    course = await client.get_course(course_id)
    listed = await client.list_sections(course.sections[:MOST_THINGS])
    # What another course has is that course's, whoever names it.
    sections = [one for one in listed if one.course in (course_id, None)]
    await keep()
    named = [unit_id for section in sections for unit_id in section.units][:MOST_THINGS]
    units = await client.list_units(named)
    await keep()
    wanted = [unit.lesson for unit in units if unit.lesson is not None]
    lessons = {one.id: one for one in await client.list_lessons(wanted)}
    section_of = {unit_id: section.id for section in sections for unit_id in section.units}
    places = {
        unit.id: Place(unit.id, section_of[unit.id], lesson.id, unit.position, lesson.title)
        for unit in units
        if unit.id in section_of and (lesson := lessons.get(unit.lesson or 0)) is not None
    }
    steps = {
        step_id: Step(step_id, lesson.id, position)
        for lesson in lessons.values()
        for position, step_id in enumerate(lesson.steps, 1)
    }
    modules = {one.id: Module(one.id, one.position, one.title) for one in sections}
    return Structure(
        course=course,
        modules=tuple(modules.values()),
        places=tuple(places.values()),
        steps=tuple(steps.values())[:MOST_THINGS],
    )


async def keep_structure(connection: Connection, structure: Structure) -> None:
    """Keep it as it is now; what was there and is no more is marked as gone."""
    course = structure.course
    await repository.keep_course(
        connection, course.id, title=course.title, learners_group=course.learners_group
    )
    await repository.keep_modules(connection, course.id, structure.modules)
    await repository.keep_lessons(connection, course.id, structure.places)
    await repository.keep_steps(connection, course.id, structure.steps)
