"""A rule of notices: which event, for whom, in what words, how urgently, on which card, and why.

All that is done with a notice afterwards (quiet hours, summaries, cards, muting, the answer to
"why?") is the same for all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Generic, TypeVar
from uuid import UUID

from services.bot.preferences.kinds import Kind
from services.bot.works.buttons import Buttons
from shared.events import (
    AccessClosed,
    AccessOpened,
    Event,
    FeedbackGiven,
    RightEnded,
    SubmissionChanged,
)
from shared.texts import Texts

E = TypeVar("E", SubmissionChanged, RightEnded, FeedbackGiven, AccessOpened, AccessClosed)
"""What people are told of: events that count the versions of their subject."""


class Urgency(Enum):
    """What it wants of its reader."""

    LOOK = auto()
    """A new message, in the person's own time."""
    STEP = auto()
    """The card says it; nobody is called. It also settles what was to be told of the matter."""
    KEEP = auto()
    """The card says it where there is one; nothing else is told. It was the reader's own doing."""


def _no_app(event: Event) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Button(Generic[E]):
    """Where it leads, and what it says. Without an address there is none.

    `app`: the Mini App that opens in Telegram in the place of the link, where there is one.
    """

    link: Callable[[E], str | None]
    label: Callable[[Texts, E], str]
    app: Callable[[E], str | None] = _no_app


def _no_deeds(texts: Texts, event: Event, card_id: int) -> Buttons:
    return []


@dataclass(frozen=True, slots=True)
class Rule(Generic[E]):
    """One kind of news of one event.

    `who` is a person, or all who have a role. News of one matter goes to one card of a person.
    `line` is the news in a summary, `about` its subject in a list, `why` what a reader is told who
    asks; `deeds` are buttons by which the reader does something about it. What has waited for
    longer than `good_for` is not worth telling. `is_promised`: a step that is told even where what
    was asked before was never shown.
    """

    name: str
    event: type[E]
    kind: Kind
    when: Callable[[E], bool]
    who: Callable[[E], UUID | str]
    words: Callable[[Texts, E], str]
    line: Callable[[Texts, E], str]
    button: Button[E]
    about: Callable[[E], str]
    why: Callable[[Texts, E], str]
    deeds: Callable[[Texts, E, int], Buttons] = _no_deeds
    urgency: Urgency = Urgency.LOOK
    is_promised: bool = False
    good_for: timedelta = timedelta(days=7)
