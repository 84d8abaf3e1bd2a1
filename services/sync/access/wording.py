"""What is missing, and what a rule says, in the reader's language."""

from collections.abc import Sequence

from babel.dates import format_date

from services.sync.access.conditions import (
    AllOf,
    AnyOf,
    Condition,
    CoursePerCent,
    FromDate,
    InGroup,
    LessonPassed,
    ModulePerCent,
    StepPassed,
    WorkApproved,
)
from services.sync.access.verdicts import Missing, Titles
from shared.texts import Texts


def describe_missing(texts: Texts, missing: Missing) -> str:
    """One thing that is missing, as a learner reads it."""
    name = missing.name
    match missing.kind:
        case "lesson":
            return texts("pass the lesson “{name}”", name=name) if name else texts("pass a lesson")
        case "step":
            if not name:
                return texts("pass step {number} of a lesson", number=missing.need)
            return texts(
                "pass step {number} of the lesson “{name}”", number=missing.need, name=name
            )
        case "module":
            return texts(
                "the module “{name}”: {have} of {need}",
                name=name,
                have=missing.have,
                need=_per_cent(missing.need),
            )
        case "course":
            return texts(
                "the course “{name}”: {have} of {need}",
                name=name,
                have=missing.have,
                need=_per_cent(missing.need),
            )
        case "date":
            day = format_date(missing.on, "long", locale=texts.locale)
            return texts("opens on {day}", day=day)
        case "group":
            return texts("for the group “{name}”", name=name) if name else texts("for a group")
        case "work":
            if not name:
                return texts("have a work approved")
            return texts("have your work “{name}” approved", name=name)
        case "any":
            ways = [
                _and(texts, [describe_missing(texts, one) for one in way])
                for way in missing.choices
            ]
            return texts("one of these: {ways}", ways="; ".join(ways))
        case "operator":
            return texts("the school opens it")


def describe(texts: Texts, condition: Condition, titles: Titles) -> str:
    """A rule in words, in one line; what nobody told the title of is named by its id."""
    match condition:
        case AllOf(parts):
            return _and(texts, [_within(texts, part, titles) for part in parts])
        case AnyOf(parts):
            word = texts("or")
            return f" {word} ".join(_within(texts, part, titles) for part in parts)
        case LessonPassed(lesson_id):
            return texts("lesson “{name}” passed", name=titles.lessons.get(lesson_id, lesson_id))
        case StepPassed(lesson_id, position):
            return texts(
                "step {number} of lesson “{name}” passed",
                number=position,
                name=titles.lessons.get(lesson_id, lesson_id),
            )
        case ModulePerCent(section_id, at_least):
            return texts(
                "module “{name}” at {need}",
                name=titles.modules.get(section_id, section_id),
                need=_per_cent(at_least),
            )
        case CoursePerCent(course_id, at_least):
            return texts(
                "course “{name}” at {need}",
                name=titles.courses.get(course_id, course_id),
                need=_per_cent(at_least),
            )
        case FromDate(on):
            return texts("from {day}", day=format_date(on, "long", locale=texts.locale))
        case InGroup(group_id):
            return texts("in the group “{name}”", name=titles.groups.get(group_id, group_id))
        case WorkApproved(assignment_id):
            return texts(
                "work “{name}” approved",
                name=titles.assignments.get(assignment_id, assignment_id),
            )


def _per_cent(number: int) -> str:
    # Not broken before its sign.
    return f"{number}\u00a0%"


def _within(texts: Texts, part: Condition, titles: Titles) -> str:
    told = describe(texts, part, titles)
    return f"({told})" if isinstance(part, AllOf | AnyOf) and len(part.parts) > 1 else told


def _and(texts: Texts, parts: Sequence[str]) -> str:
    word = texts("and")
    return f" {word} ".join(parts)
