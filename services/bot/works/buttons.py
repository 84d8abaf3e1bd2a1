"""Buttons of works, on screens and on cards: what a press says, within its 64 bytes."""

import base64
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from services.bot.works import labels
from shared.events import SubmissionChanged
from shared.texts import Texts

Buttons = list[InlineKeyboardButton]

Which = Literal["own", "review"]
Deed = Literal[
    "open",
    "link",
    "again",
    "take",
    "take_yes",
    "ok",
    "ok_yes",
    "ok_say",
    "fix",
    "fix_yes",
    "fix_say",
]


class WorksPress(CallbackData, prefix="works"):
    """Shows a page of one of a person's two lists."""

    which: Which
    page: int


class WorkPress(CallbackData, prefix="work"):
    """What is to be done with a work, or asked about it first.

    `at`: the work, see Target. `seen`: the version that the presser saw. `back`: where the button
    stands: `o2` and `r0` come from a page of a list, `c17` is on that card.
    """

    do: Deed
    at: str
    seen: int = 0
    back: str = ""


class DraftPress(CallbackData, prefix="send"):
    """Sends a draft for one of its choices, or leaves it."""

    do: Literal["yes", "no"]
    draft_id: UUID
    choice: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """A work by its number; one that was not begun yet, by its assignment and team."""

    submission_id: UUID | None = None
    assignment_id: UUID | None = None
    group_id: UUID | None = None

    def pack(self) -> str:
        """22 characters, or 43."""
        ids = [self.submission_id] if self.submission_id else [self.assignment_id, self.group_id]
        raw = b"".join(one.bytes for one in ids if one is not None)
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_target(packed: str) -> Target | None:
    """The other way; what a button never held gives None."""
    if len(packed) not in (22, 43) or not packed.isascii():
        return None
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    if len(raw) == 16:
        return Target(submission_id=UUID(bytes=raw))
    return Target(assignment_id=UUID(bytes=raw[:16]), group_id=UUID(bytes=raw[16:]))


def button(label: str, press: CallbackData) -> InlineKeyboardButton:
    """A button that says this when it is pressed."""
    return InlineKeyboardButton(text=label, callback_data=press.pack())


# On cards


def of_the_student(texts: Texts, event: SubmissionChanged, card_id: int) -> Buttons:
    """While their work is on review."""
    if event.status != "review" or event.assignment_id is None:
        return []
    return [_on_card(labels.take_back(texts), "take", event, card_id)]


def of_the_curator(texts: Texts, event: SubmissionChanged, card_id: int) -> Buttons:
    """While the work waits for their review."""
    if event.status != "review":
        return []
    return [
        _on_card(labels.accept(texts), "ok", event, card_id),
        _on_card(labels.give_back(texts), "fix", event, card_id),
    ]


def _on_card(label: str, do: Deed, event: SubmissionChanged, card_id: int) -> InlineKeyboardButton:
    at = Target(submission_id=event.submission_id).pack()
    return button(label, WorkPress(do=do, at=at, seen=event.version, back=f"c{card_id}"))
