"""The table of notices: which event, for whom, in what words, with which button, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from aiogram.methods import SendMessage

from services.bot import texts as words
from services.bot.links import with_link
from shared.events import SubmissionChanged
from shared.texts import Texts

DECIDED = ("correction", "approved")


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of notice. `why` is what a reader is told who asks why it came."""

    kind: str
    when: Callable[[SubmissionChanged], bool]
    who: Callable[[SubmissionChanged], UUID]
    words: Callable[[Texts, SubmissionChanged], str]
    link: Callable[[SubmissionChanged], str]
    label: Callable[[Texts], str]
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


NOTICES: tuple[Notice, ...] = (
    Notice(
        kind="work_needs_correction",
        when=lambda event: event.status == "correction",
        who=_student,
        words=words.work_needs_correction,
        link=_review,
        label=words.open_review,
        why=words.because_sent,
    ),
    Notice(
        kind="work_approved",
        when=lambda event: event.status == "approved",
        who=_student,
        words=words.work_approved,
        link=_review,
        label=words.open_review,
        why=words.because_sent,
    ),
    Notice(
        kind="verdict_withdrawn",
        when=_is_withdrawn,
        who=_student,
        words=words.verdict_withdrawn,
        link=_pull,
        label=words.open_work,
        why=words.because_sent,
    ),
    Notice(
        kind="work_to_review",
        when=lambda event: event.status == "review" and not _is_withdrawn(event),
        who=_curator,
        words=words.work_to_review,
        link=_pull,
        label=words.open_work,
        why=words.because_curator,
    ),
    Notice(
        kind="correction_recorded",
        when=lambda event: event.status == "correction",
        who=_curator,
        words=words.correction_recorded,
        link=_review,
        label=words.open_review,
        why=words.because_curator,
    ),
    Notice(
        kind="approval_recorded",
        when=lambda event: event.status == "approved",
        who=_curator,
        words=words.approval_recorded,
        link=_review,
        label=words.open_review,
        why=words.because_curator,
    ),
)

BY_KIND = {notice.kind: notice for notice in NOTICES}


def compose(notice: Notice, event: SubmissionChanged, texts: Texts) -> SendMessage:
    """The message, for a chat that the queue's row names."""
    text, keyboard = with_link(notice.words(texts, event), notice.link(event), notice.label(texts))
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard)
