"""What people enter about courses, field by field; all that is wrong is told at once.

The same readers serve forms and files: a text comes in, a value goes out, or an error whose title
says what a right one looks like.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar, get_args
from uuid import UUID

from services.school.courses.links import (
    read_link,
    read_repository,
    read_slides,
    read_video,
)
from services.school.courses.markdown import read_markdown
from services.school.courses.slugs import TAKEN_BY_PAGES, is_slug
from services.school.errors import (
    ChoiceWrong,
    DayWrong,
    EntryWrong,
    FinishBeforeStart,
    NameMissing,
    NumberWrong,
    SchoolError,
    SlugTaken,
    SlugWrong,
    ZoneUnknown,
)
from shared.db import storable
from shared.zones import zone_names

LONGEST_NAME = 200
MOST_WEEKS = 200
MOST_STREAMS = 100_000
MOST_DAYS = 1000
YEARS = range(2000, 2101)
Policy = Literal["own_repo", "any_repo_except_task", "any_repo"]
POLICIES: tuple[Policy, ...] = get_args(Policy)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """A course as entered; without a slug one is proposed."""

    name: str
    slug: str | None
    description: str
    chat_url: str | None


@dataclass(frozen=True, slots=True)
class TrackEntry:
    """A track as entered."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class WeekEntry:
    """A week as entered."""

    number: int
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class LessonEntry:
    """A lesson as entered."""

    name: str
    track_id: UUID | None
    content: str
    video_url: str | None
    slides_url: str | None
    repository_url: str | None
    link_url: str | None


@dataclass(frozen=True, slots=True)
class AssignmentEntry:
    """An assignment as entered."""

    name: str
    track_id: UUID | None
    content: str
    repository_url: str | None
    policy: Policy
    due_day: int | None


@dataclass(frozen=True, slots=True)
class StreamEntry:
    """A stream as entered."""

    number: int
    start_on: date
    finish_on: date
    zone: str
    program_id: UUID | None
    chat_url: str | None


class Reading:
    """Reads the fields of one form. `take` gives the value, or `otherwise` and notes what is wrong;
    `finish` raises it all together."""

    def __init__(self, entered: Mapping[str, str]) -> None:
        self._entered = entered
        self.wrong: dict[str, str] = {}

    def take(self, field: str, read: Callable[[str], T], otherwise: T) -> T:
        """The value of a field."""
        try:
            return read(self._entered.get(field, ""))
        except SchoolError as error:
            self.wrong[field] = error.title
            return otherwise

    def finish(self) -> None:
        """Raises:
        EntryWrong: with every field that is not right.
        """
        if self.wrong:
            raise EntryWrong(self.wrong)


def tidy(text: str) -> str:
    """One line, without what Postgres refuses and without spaces that mean nothing."""
    return " ".join(storable(text).split())


def read_name(text: str) -> str:
    """A name of one line."""
    name = tidy(text)
    if not 0 < len(name) <= LONGEST_NAME:
        raise NameMissing
    return name


def read_title(text: str) -> str:
    """A name that may be missing."""
    return read_name(text) if text.strip() else ""


def read_slug(text: str) -> str | None:
    """A course's short name; None for one that is still to be proposed."""
    slug = text.strip().lower()
    if slug in TAKEN_BY_PAGES:
        raise SlugTaken
    if slug and not is_slug(slug):
        raise SlugWrong
    return slug or None


def read_number(text: str, most: int) -> int:
    """A whole number from 1 on."""
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= most):
        raise NumberWrong
    return int(text)


def read_day(text: str) -> date:
    """A day, as browsers write it: 2026-09-01."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise DayWrong from None
    if day.year not in YEARS:
        raise DayWrong
    return day


def read_zone(text: str) -> str:
    """A time zone by its name."""
    if text not in zone_names():
        raise ZoneUnknown
    return text


def read_policy(text: str) -> Policy:
    """Whose repositories an assignment's works may lie in."""
    for policy in POLICIES:
        if text == policy:
            return policy
    raise ChoiceWrong


def read_choice(text: str) -> UUID | None:
    """Which one of a list; None for none of them."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise ChoiceWrong from None


def read_course(entered: Mapping[str, str]) -> CourseEntry:
    """Raises:
    EntryWrong: with every field that is not right; so do those below.
    """
    reading = Reading(entered)
    entry = CourseEntry(
        name=reading.take("name", read_name, ""),
        slug=reading.take("slug", read_slug, None),
        description=reading.take("description", read_markdown, ""),
        chat_url=reading.take("chat_url", read_link, None),
    )
    reading.finish()
    return entry


def read_track(entered: Mapping[str, str]) -> TrackEntry:
    """A track's form."""
    reading = Reading(entered)
    entry = TrackEntry(
        name=reading.take("name", read_name, ""),
        description=reading.take("description", read_markdown, ""),
    )
    reading.finish()
    return entry


def read_week(entered: Mapping[str, str]) -> WeekEntry:
    """A week's form."""
    reading = Reading(entered)
    entry = WeekEntry(
        number=reading.take("number", lambda text: read_number(text, MOST_WEEKS), 0),
        title=reading.take("title", read_title, ""),
        description=reading.take("description", read_markdown, ""),
    )
    reading.finish()
    return entry


def read_lesson(entered: Mapping[str, str]) -> LessonEntry:
    """A lesson's form."""
    reading = Reading(entered)
    entry = LessonEntry(
        name=reading.take("name", read_name, ""),
        track_id=reading.take("track_id", read_choice, None),
        content=reading.take("content", read_markdown, ""),
        video_url=reading.take("video_url", read_video, None),
        slides_url=reading.take("slides_url", read_slides, None),
        repository_url=reading.take("repository_url", read_repository, None),
        link_url=reading.take("link_url", read_link, None),
    )
    reading.finish()
    return entry


def read_assignment(entered: Mapping[str, str]) -> AssignmentEntry:
    """An assignment's form."""
    reading = Reading(entered)
    entry = AssignmentEntry(
        name=reading.take("name", read_name, ""),
        track_id=reading.take("track_id", read_choice, None),
        content=reading.take("content", read_markdown, ""),
        repository_url=reading.take("repository_url", read_repository, None),
        policy=reading.take("policy", read_policy, POLICIES[0]),
        due_day=reading.take(
            "due_day", lambda text: read_number(text, MOST_DAYS) if text.strip() else None, None
        ),
    )
    reading.finish()
    return entry


def read_stream(entered: Mapping[str, str]) -> StreamEntry:
    """A stream's form."""
    reading = Reading(entered)
    entry = StreamEntry(
        number=reading.take("number", lambda text: read_number(text, MOST_STREAMS), 0),
        start_on=reading.take("start_on", read_day, date.min),
        finish_on=reading.take("finish_on", read_day, date.max),
        zone=reading.take("zone", read_zone, ""),
        program_id=reading.take("program_id", read_choice, None),
        chat_url=reading.take("chat_url", read_link, None),
    )
    if entry.finish_on < entry.start_on:
        reading.wrong.setdefault("finish_on", FinishBeforeStart.title)
    reading.finish()
    return entry
