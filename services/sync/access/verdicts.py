"""Whether a condition is met, and what is missing where it is not. Nothing here asks anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from services.sync.access.conditions import (
    AllOf,
    AnyOf,
    Condition,
    CoursePerCent,
    Fact,
    FromDate,
    InGroup,
    LessonPassed,
    ModulePerCent,
    StepPassed,
    WorkApproved,
)

Kind = Literal["lesson", "step", "module", "course", "date", "group", "work", "any", "operator"]


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is not so yet.

    `name`: of the lesson, module, course, group or assignment; empty where nobody told it. `have`
    and `need`: per cents of a module or a course; of a step `need` is its position. `choices`: of
    `any`, what each of its ways lacks. operator: nothing that a person does opens it.
    """

    kind: Kind
    name: str = ""
    have: int = 0
    need: int = 0
    on: date | None = None
    choices: tuple[tuple["Missing", ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so of one person. `today`: their own day. Per cents by module and by course."""

    today: date
    lessons: frozenset[int] = field(default_factory=frozenset)
    steps: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    modules: Mapping[int, int] = field(default_factory=dict)
    courses: Mapping[int, int] = field(default_factory=dict)
    groups: frozenset[UUID] = field(default_factory=frozenset)
    approved: frozenset[UUID] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Titles:
    """How people call what conditions name."""

    courses: Mapping[int, str] = field(default_factory=dict)
    modules: Mapping[int, str] = field(default_factory=dict)
    lessons: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[UUID, str] = field(default_factory=dict)
    assignments: Mapping[UUID, str] = field(default_factory=dict)


NO_TITLES = Titles()


def is_met(condition: Condition, facts: Facts) -> bool:
    """What `judge` comes to, without saying what is missing: a third of the time, for thousands."""
    match condition:
        case AllOf(parts):
            return all(is_met(part, facts) for part in parts)
        case AnyOf(parts):
            return any(is_met(part, facts) for part in parts)
        case _:
            return _find_missing(condition, facts, NO_TITLES) is None


def judge(condition: Condition, facts: Facts, titles: Titles = NO_TITLES) -> tuple[Missing, ...]:
    """What a person of whom these facts are so lacks; nothing where the condition is met."""
    match condition:
        case AllOf(parts):
            lacking = (one for part in parts for one in judge(part, facts, titles))
            return tuple(dict.fromkeys(lacking))
        case AnyOf(parts):
            return _judge_any(parts, facts, titles)
        case _:
            one = _find_missing(condition, facts, titles)
            return (one,) if one else ()


def _judge_any(parts: tuple[Condition, ...], facts: Facts, titles: Titles) -> tuple[Missing, ...]:
    ways: list[tuple[Missing, ...]] = []
    for part in parts:
        missing = judge(part, facts, titles)
        if not missing:
            return ()
        # A choice within a choice is one choice for people.
        ways += missing[0].choices if len(missing) == 1 and missing[0].choices else [missing]
    ways = list(dict.fromkeys(ways))
    return ways[0] if len(ways) == 1 else (Missing("any", choices=tuple(ways)),)


def _find_missing(fact: Fact, facts: Facts, titles: Titles) -> Missing | None:
    match fact:
        case LessonPassed(lesson_id):
            if lesson_id not in facts.lessons:
                return Missing("lesson", titles.lessons.get(lesson_id, ""))
        case StepPassed(lesson_id, position):
            if (lesson_id, position) not in facts.steps:
                return Missing("step", titles.lessons.get(lesson_id, ""), need=position)
        case ModulePerCent(section_id, at_least):
            have = facts.modules.get(section_id, 0)
            if have < at_least:
                return Missing("module", titles.modules.get(section_id, ""), have, at_least)
        case CoursePerCent(course_id, at_least):
            have = facts.courses.get(course_id, 0)
            if have < at_least:
                return Missing("course", titles.courses.get(course_id, ""), have, at_least)
        case FromDate(on):
            if facts.today < on:
                return Missing("date", on=on)
        case InGroup(group_id):
            if group_id not in facts.groups:
                return Missing("group", titles.groups.get(group_id, ""))
        case WorkApproved(assignment_id):
            if assignment_id not in facts.approved:
                return Missing("work", titles.assignments.get(assignment_id, ""))
    return None
