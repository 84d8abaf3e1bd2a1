"""What is said of a letter, and where each word of it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Status = Literal["person", "automatic", "bulk"]
Category = Literal[
    "study",
    "work",
    "meeting",
    "money",
    "security",
    "delivery",
    "personal",
    "notification",
    "newsletter",
]
Source = Literal["rule", "header", "grammar", "names", "calendar"]


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a field came from and, where it was read from text, the words as they stand there."""

    source: Source
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment by which the reader must answer or act, aware, and the words that prove it."""

    at: datetime
    quote: str
    source: Source = "grammar"


@dataclass(frozen=True, slots=True)
class Event:
    """When something takes place that the reader attends; a day without an hour is a `date`."""

    at: datetime | date
    quote: str | None
    source: Source = "grammar"


@dataclass(frozen=True, slots=True)
class Urgency:
    """Why a letter cannot wait: the reason for the reader, and its proof."""

    reason: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Place:
    """A place to be at, as written, at `start`..`end` of the text it was found in."""

    text: str
    start: int
    end: int
    source: Source = "grammar"


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is said of one letter; `proof` has an entry for every field that says something."""

    status: Status
    category: Category
    deadline: Deadline | None = None
    event_at: datetime | date | None = None
    places: tuple[str, ...] = ()
    urgent: bool = False
    urgent_reason: str | None = None
    awaits_answer: bool = False
    hashtags: tuple[str, ...] = ()
    proof: Mapping[str, Proof] = field(default_factory=dict)
