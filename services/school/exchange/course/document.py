"""A course as a document: all that a course's YAML says, in one order and one spelling.

Two documents are equal when they mean the same: programs are in the order of their slugs, weeks in
that of their numbers, texts have no spaces around them and `\\n` for their line breaks.
"""

from dataclasses import dataclass

from pydantic import TypeAdapter

from services.school.courses.entries import POLICIES

OWN_REPO = POLICIES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A direction within the course."""

    slug: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Something to watch, read or open in a week."""

    slug: str
    name: str
    track: str | None = None
    text: str = ""
    video: str | None = None
    slides: str | None = None
    repository: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Something to do in a week."""

    slug: str
    name: str
    track: str | None = None
    text: str = ""
    repository: str | None = None
    policy: str = OWN_REPO
    due_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week of a program."""

    number: int
    title: str = ""
    description: str = ""
    lessons: tuple[Lesson, ...] = ()
    assignments: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is taught week by week."""

    slug: str
    name: str
    weeks: tuple[Week, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A whole course, without its streams and people."""

    slug: str
    name: str
    description: str = ""
    tracks: tuple[Track, ...] = ()
    programs: tuple[Program, ...] = ()


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A document that waits to be applied, and the files beside it that said nothing."""

    course: Course
    unused: tuple[str, ...] = ()


_ADAPTER = TypeAdapter(Uploaded)


def dump_uploaded(uploaded: Uploaded) -> str:
    """An upload as it waits in a table."""
    return _ADAPTER.dump_json(uploaded).decode()


def load_uploaded(body: str) -> Uploaded:
    """What `dump_uploaded` gave."""
    return _ADAPTER.validate_json(body)


def normal_text(text: str) -> str:
    """A text in the one spelling. The mark of byte orders is no part of any text."""
    return text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n").strip()
