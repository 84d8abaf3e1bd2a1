"""Videos and rules as administrators look through them, and what a rule may name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from services.sync.access.conditions import Condition
from services.sync.access.looking import list_titles
from services.sync.access.reading import find_condition
from services.sync.access.resources import repository as resources
from services.sync.access.resources.repository import Resource
from services.sync.access.school import Subjects
from services.sync.access.verdicts import Titles
from services.sync.access.wording import describe
from services.sync.operating.resources import repository
from services.sync.operating.resources.repository import Count, Place
from shared.db import Connection
from shared.texts import Texts

MOST_LESSONS = 5000


@dataclass(frozen=True, slots=True)
class Row:
    """A resource with its rule in words, and for how many people it stands how."""

    resource: Resource
    lesson: str
    rule: str
    open: int
    failing: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson to choose."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class Module:
    """A module with its lessons."""

    id: int
    title: str
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A course with its modules."""

    id: int
    title: str
    modules: tuple[Module, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """Something that a rule may name, and how that is written."""

    title: str
    yaml: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one kind."""

    title: str
    names: tuple[Name, ...]


async def list_rows(connection: Connection, texts: Texts, now: datetime) -> list[Row]:
    """Everything, the archived too, in its order."""
    found = await resources.list_resources(connection, include_archived=True)
    rules = [find_condition(one.condition) for one in found]
    titles = await list_titles(connection, rules)
    counts = await repository.count(connection, now)
    return [
        _row(one, rule, titles, counts.get(one.resource_id), texts)
        for one, rule in zip(found, rules, strict=True)
    ]


def _row(
    resource: Resource,
    rule: Condition | None,
    titles: Titles,
    count: Count | None,
    texts: Texts,
) -> Row:
    lesson_id = resource.lesson_id
    return Row(
        resource=resource,
        lesson=titles.lessons.get(lesson_id, f"№ {lesson_id}") if lesson_id else "",
        rule=describe(texts, rule, titles) if rule else "",
        open=count.open if count else 0,
        failing=count.failing if count else 0,
    )


async def describe_rule(connection: Connection, resource: Resource, texts: Texts) -> str:
    """A resource's rule in words; empty where it has none."""
    rule = find_condition(resource.condition)
    return describe(texts, rule, await list_titles(connection, [rule])) if rule else ""


async def list_courses(connection: Connection) -> list[Course]:
    """Courses with all that lies in them, in their order."""
    places = await repository.list_lessons(connection, MOST_LESSONS)
    courses = [list(some) for _, some in groupby(places, key=lambda place: place.course_id)]
    return [
        Course(
            id=some[0].course_id,
            title=some[0].course,
            modules=tuple(
                _module(list(part)) for _, part in groupby(some, key=lambda place: place.section_id)
            ),
        )
        for some in courses
    ]


def _module(places: Sequence[Place]) -> Module:
    lessons = [
        Lesson(one.lesson_id, one.lesson or "") for one in places if one.lesson_id is not None
    ]
    return Module(places[0].section_id, places[0].module, tuple(lessons))


def list_names(courses: Sequence[Course], school: Subjects | None, texts: Texts) -> list[Names]:
    """All that a rule may name, by kind, each as it is written in a rule."""
    modules = [one for course in courses for one in course.modules]
    kinds = [
        Names(
            texts("Lesson passed"),
            tuple(
                Name(lesson.title, f"lesson_passed: {lesson.id}")
                for module in modules
                for lesson in module.lessons
            ),
        ),
        Names(
            texts("Step passed: the lesson's number, then the step's"),
            tuple(
                Name(lesson.title, f'step_passed: "{lesson.id}-1"')
                for module in modules
                for lesson in module.lessons
            ),
        ),
        Names(
            texts("Per cent of a module"),
            tuple(
                Name(one.title, f"module_per_cent: {{module: {one.id}, at_least: 80}}")
                for one in modules
            ),
        ),
        Names(
            texts("Per cent of a course"),
            tuple(
                Name(one.title, f"course_per_cent: {{course: {one.id}, at_least: 80}}")
                for one in courses
            ),
        ),
        Names(texts("A day"), (Name(texts("from a day on"), "from_date: 2026-09-01"),)),
        Names(
            texts("In a group"),
            tuple(Name(one.title, f"group: {one.group_id}") for one in school.groups)
            if school
            else (),
        ),
        Names(
            texts("Work approved"),
            tuple(
                Name(one.title, f"work_approved: {one.assignment_id}") for one in school.assignments
            )
            if school
            else (),
        ),
    ]
    return [kind for kind in kinds if kind.names]
