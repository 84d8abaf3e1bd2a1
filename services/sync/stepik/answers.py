"""What Stepik answers, as far as it is read here, as Stepik spells it.

Single rows are read leniently: one that lacks a field is no reason to learn nothing of the others.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

LARGEST = 2**63 - 1
LONGEST_TITLE = 300
COMMANDS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
"""No part of a name: they move a terminal's cursor, break lines, or turn the text around."""

Id = Annotated[int, Field(ge=1, le=LARGEST)]


def _text(value: Any) -> str:
    """Text without what Postgres refuses, in one line, and of bounded length."""
    text = value if isinstance(value, str) else ""
    text = COMMANDS.sub(" ", text.replace("\0", ""))
    return text.encode(errors="replace").decode()[:LONGEST_TITLE]


def _ids(value: Any) -> Any:
    return value if value is not None else ()


def _number(value: Any) -> Any:
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0


def _row_id(value: Any) -> Any:
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) else None


Text = Annotated[str, BeforeValidator(_text)]
RowId = Annotated[str, BeforeValidator(_row_id), Field(pattern="^[A-Za-z0-9_-]{1,40}$")]
"""Kept as it is told, and asked for again in an address."""
Ids = Annotated[tuple[Id, ...], BeforeValidator(_ids)]
Position = Annotated[int, BeforeValidator(_number)]


class Token(BaseModel):
    """An access token, good for so many seconds."""

    access_token: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,4096}$")]
    expires_in: Annotated[float, Field(gt=0, le=10**9)] = 36000


class Meta(BaseModel):
    """Where in a list an answer stands."""

    has_next: bool = False


class Course(BaseModel):
    """A course: its sections in their order, and the group of its learners."""

    id: Id
    title: Text = ""
    sections: Ids = ()
    learners_group: Id | None = None


class Section(BaseModel):
    """A module of a course."""

    id: Id
    course: Id | None = None
    title: Text = ""
    position: Position = 0
    units: Ids = ()


class Unit(BaseModel):
    """A lesson where a section has it."""

    id: Id
    section: Id | None = None
    lesson: Id | None = None
    position: Position = 0


class Lesson(BaseModel):
    """A lesson: its steps in their order."""

    id: Id
    title: Text = ""
    steps: Ids = ()


@dataclass(frozen=True, slots=True)
class Results:
    """The marked steps that a learner's row speaks of, and which of them are passed."""

    marked: frozenset[int]
    passed: frozenset[int]


def _results(value: Any) -> Results:
    """By hand: a page has thousands of them, and one that is odd is left out."""
    marked, passed = set(), set()
    for one in value.values() if isinstance(value, dict) else ():
        step_id = one.get("step_id") if isinstance(one, dict) else None
        if type(step_id) is int and 0 < step_id <= LARGEST:
            marked.add(step_id)
            if one.get("is_passed") is True:
                passed.add(step_id)
    return Results(frozenset(marked), frozenset(passed))


NOTHING = Results(frozenset(), frozenset())


class Grade(BaseModel):
    """A learner of a course, with all marked steps that Stepik speaks of."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    id: RowId
    course: Id
    user: Id
    results: Annotated[Results, PlainValidator(_results)] = NOTHING


class Member(BaseModel):
    """Somebody in a group of learners."""

    user: Id | None = None


class SocialAccount(BaseModel):
    """An account elsewhere that a user of Stepik has linked there."""

    provider: str = ""
    uid: int | str = ""
    user: Id | None = None


class User(BaseModel):
    """A user, as far as everybody may see."""

    id: Id
    full_name: Text = ""


class LessonProgress(BaseModel):
    """How a user stands with a thing; its id is `lesson-<lesson>-<user>` for lessons."""

    id: str
    is_passed: bool | None = None
