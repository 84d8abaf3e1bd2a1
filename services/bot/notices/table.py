"""The table of notices: which event, for whom, in what words, with which button, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from aiogram.methods import SendMessage

from services.bot.links import with_link
from services.bot.notices import texts as words
from shared.events import RightEnded, SubmissionChanged
from shared.texts import Texts

E = TypeVar("E", SubmissionChanged, RightEnded)
"""What people are told of: events that count the versions of their subject."""

DECIDED = ("correction", "approved")


@dataclass(frozen=True, slots=True)
class Button(Generic[E]):
    """Where it leads, and what it says. Without an address there is none."""

    link: Callable[[E], str | None]
    label: Callable[[Texts], str]


@dataclass(frozen=True, slots=True)
class Notice(Generic[E]):
    """One kind of notice of one event.

    `about` names its subject in a list; `why` is what a reader is told who asks why it came.
    """

    event: type[E]
    kind: str
    when: Callable[[E], bool]
    who: Callable[[E], UUID]
    words: Callable[[Texts, E], str]
    button: Button[E]
    about: Callable[[E], str]
    why: Callable[[Texts], str]


def _student(event: SubmissionChanged) -> UUID:
    return event.student_id


def _curator(event: SubmissionChanged) -> UUID:
    return event.curator_id


def _title(event: SubmissionChanged) -> str:
    return event.title


def _review(event: SubmissionChanged) -> str:
    return event.review_url or event.pull_url


def _pull(event: SubmissionChanged) -> str:
    return event.pull_url


def _is_withdrawn(event: SubmissionChanged) -> bool:
    """Back on review by a review's dismissal: what a student sends again names no review."""
    return event.status == "review" and event.was in DECIDED and event.review_url is not None


def _person(event: RightEnded) -> UUID:
    return event.person_id


def _label(event: RightEnded) -> str:
    return event.label


def _grant_page(event: RightEnded) -> str | None:
    return event.grant_url


OPEN_REVIEW = Button(link=_review, label=words.open_review)
OPEN_WORK = Button(link=_pull, label=words.open_work)
GRANT_ANEW = Button(link=_grant_page, label=words.grant_anew)
_to_student = partial(
    Notice, event=SubmissionChanged, who=_student, about=_title, why=words.because_sent
)
_to_curator = partial(
    Notice, event=SubmissionChanged, who=_curator, about=_title, why=words.because_curator
)

NOTICES: tuple[Notice[Any], ...] = (
    _to_student(
        kind="work_needs_correction",
        when=lambda event: event.status == "correction",
        words=words.work_needs_correction,
        button=OPEN_REVIEW,
    ),
    _to_student(
        kind="work_approved",
        when=lambda event: event.status == "approved",
        words=words.work_approved,
        button=OPEN_REVIEW,
    ),
    _to_student(
        kind="verdict_withdrawn",
        when=_is_withdrawn,
        words=words.verdict_withdrawn,
        button=OPEN_WORK,
    ),
    _to_curator(
        kind="work_to_review",
        when=lambda event: event.status == "review" and not _is_withdrawn(event),
        words=words.work_to_review,
        button=OPEN_WORK,
    ),
    _to_curator(
        kind="correction_recorded",
        when=lambda event: event.status == "correction",
        words=words.correction_recorded,
        button=OPEN_REVIEW,
    ),
    _to_curator(
        kind="approval_recorded",
        when=lambda event: event.status == "approved",
        words=words.approval_recorded,
        button=OPEN_REVIEW,
    ),
    Notice(
        event=RightEnded,
        kind="right_refused",
        when=lambda event: event.reason == "refused",
        who=_person,
        words=words.right_refused,
        button=GRANT_ANEW,
        about=_label,
        why=words.because_granted,
    ),
)

BY_KIND = {notice.kind: notice for notice in NOTICES}


def compose(notice: Notice[E], event: E, texts: Texts) -> SendMessage:
    """The message, for a chat that the queue's row names."""
    text, keyboard = with_link(
        notice.words(texts, event), notice.button.link(event), notice.button.label(texts)
    )
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard)
