"""The table of notices: which event, for whom, in what words, with which button, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from aiogram.methods import SendMessage

from services.bot import texts as words
from services.bot.links import with_link
from shared.events import SubmissionChanged
from shared.texts import Texts

DECIDED = ("correction", "approved")


@dataclass(frozen=True, slots=True)
class Button:
    """Where it leads, and what it says."""

    link: Callable[[SubmissionChanged], str]
    label: Callable[[Texts], str]


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of notice. `why` is what a reader is told who asks why it came."""

    kind: str
    when: Callable[[SubmissionChanged], bool]
    who: Callable[[SubmissionChanged], UUID]
    words: Callable[[Texts, SubmissionChanged], str]
    button: Button
    why: Callable[[Texts], str]


def _student(event: SubmissionChanged) -> UUID:
    return event.student_id


def _curator(event: SubmissionChanged) -> UUID:
    return event.curator_id


def _review(event: SubmissionChanged) -> str:
    return event.review_url or event.pull_url


def _pull(event: SubmissionChanged) -> str:
    return event.pull_url


def _is_withdrawn(event: SubmissionChanged) -> bool:
    """Back on review by a review's dismissal: what a student sends again names no review."""
    return event.status == "review" and event.was in DECIDED and event.review_url is not None


OPEN_REVIEW = Button(link=_review, label=words.open_review)
OPEN_WORK = Button(link=_pull, label=words.open_work)
_to_student = partial(Notice, who=_student, why=words.because_sent)
_to_curator = partial(Notice, who=_curator, why=words.because_curator)

NOTICES: tuple[Notice, ...] = (
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
)

BY_KIND = {notice.kind: notice for notice in NOTICES}


def compose(notice: Notice, event: SubmissionChanged, texts: Texts) -> SendMessage:
    """The message, for a chat that the queue's row names."""
    text, keyboard = with_link(
        notice.words(texts, event), notice.button.link(event), notice.button.label(texts)
    )
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard)
