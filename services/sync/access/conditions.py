"""What has to be so before something opens: a tree of plain facts, read from YAML or JSON.

all:
  - lesson_passed: 5001
  - any:
      - course_per_cent: {course: 67, at_least: 80}
      - from_date: 2026-09-01
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

DEEPEST = 8
MOST_NODES = 100


@dataclass(frozen=True, slots=True)
class LessonPassed:
    """A lesson of Stepik is passed."""

    lesson_id: int


@dataclass(frozen=True, slots=True)
class StepPassed:
    """A step of a lesson of Stepik is passed; positions are counted from 1."""

    lesson_id: int
    position: int


@dataclass(frozen=True, slots=True)
class ModulePerCent:
    """So many per cent of a module's marked steps are passed."""

    section_id: int
    at_least: int


@dataclass(frozen=True, slots=True)
class CoursePerCent:
    """So many per cent of a course's marked steps are passed."""

    course_id: int
    at_least: int


@dataclass(frozen=True, slots=True)
class FromDate:
    """This day has begun where the person lives."""

    on: date


@dataclass(frozen=True, slots=True)
class InGroup:
    """The person learns in a group of school."""

    group_id: UUID


@dataclass(frozen=True, slots=True)
class WorkApproved:
    """A work of the person for an assignment of school is approved."""

    assignment_id: UUID


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these, and there is at least one."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these."""

    parts: tuple["Condition", ...]


Fact = LessonPassed | StepPassed | ModulePerCent | CoursePerCent | FromDate | InGroup | WorkApproved
Condition = Fact | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Names:
    """All that a condition names."""

    courses: frozenset[int] = field(default_factory=frozenset)
    modules: frozenset[int] = field(default_factory=frozenset)
    lessons: frozenset[int] = field(default_factory=frozenset)
    steps: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    dates: frozenset[date] = field(default_factory=frozenset)
    groups: frozenset[UUID] = field(default_factory=frozenset)
    assignments: frozenset[UUID] = field(default_factory=frozenset)


def facts_of(condition: Condition) -> Iterator[Fact]:
    """The facts that a condition is made of, as they stand."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from facts_of(part)
    else:
        yield condition


def names_of(condition: Condition | None) -> Names:
    """What a condition names; nothing, where there is none."""
    found = list(facts_of(condition)) if condition is not None else []
    return Names(
        courses=frozenset(one.course_id for one in found if isinstance(one, CoursePerCent)),
        modules=frozenset(one.section_id for one in found if isinstance(one, ModulePerCent)),
        lessons=frozenset(one.lesson_id for one in found if isinstance(one, LessonPassed)),
        steps=frozenset(
            (one.lesson_id, one.position) for one in found if isinstance(one, StepPassed)
        ),
        dates=frozenset(one.on for one in found if isinstance(one, FromDate)),
        groups=frozenset(one.group_id for one in found if isinstance(one, InGroup)),
        assignments=frozenset(one.assignment_id for one in found if isinstance(one, WorkApproved)),
    )


def to_json(condition: Condition) -> dict[str, Any]:
    """The condition as YAML and JSON have it: `reading.read_json` gives it back."""
    match condition:
        case AllOf(parts):
            return {"all": [to_json(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [to_json(part) for part in parts]}
        case LessonPassed(lesson_id):
            return {"lesson_passed": lesson_id}
        case StepPassed(lesson_id, position):
            return {"step_passed": f"{lesson_id}-{position}"}
        case ModulePerCent(section_id, at_least):
            return {"module_per_cent": {"module": section_id, "at_least": at_least}}
        case CoursePerCent(course_id, at_least):
            return {"course_per_cent": {"course": course_id, "at_least": at_least}}
        case FromDate(on):
            return {"from_date": on.isoformat()}
        case InGroup(group_id):
            return {"group": str(group_id)}
        case WorkApproved(assignment_id):
            return {"work_approved": str(assignment_id)}
