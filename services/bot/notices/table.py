"""The table of notices: which event, for whom, in what words, how urgently, on which card, and why.

A rule is one line of it. All that is done with a notice afterwards (quiet hours, summaries, cards,
muting, the answer to "why?") is the same for all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from services.bot.feedback import texts as feedback_words
from services.bot.notices import texts as words
from services.bot.preferences.kinds import FEEDBACK, RECORDED, RIGHTS, TO_REVIEW, WORKS, Kind
from shared.events import FeedbackGiven, RightEnded, SubmissionChanged
from shared.texts import Texts

E = TypeVar("E", SubmissionChanged, RightEnded, FeedbackGiven)
"""What people are told of: events that count the versions of their subject."""

DECIDED = ("correction", "approved")


class Urgency(Enum):
    """What it wants of its reader."""

    LOOK = auto()
    """A new message, in the person's own time."""
    STEP = auto()
    """The card says it; nobody is called. It also settles what was to be told of the matter."""


@dataclass(frozen=True, slots=True)
class Button(Generic[E]):
    """Where it leads, and what it says. Without an address there is none."""

    link: Callable[[E], str | None]
    label: Callable[[Texts], str]


@dataclass(frozen=True, slots=True)
class Rule(Generic[E]):
    """One kind of news of one event.

    `who` is a person, or all who have a role. News of one key goes to one card of a person.
    `line` is the news in a summary, `about` its subject in a list, `why` what a reader is told who
    asks. What has waited for longer than `good_for` is not worth telling.
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
    why: Callable[[Texts], str]
    urgency: Urgency = Urgency.LOOK
    good_for: timedelta = timedelta(days=7)


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


def _administrators(event: FeedbackGiven) -> str:
    return "administrator"


def _topic(event: FeedbackGiven) -> str:
    return event.topic


def _feedback_page(event: FeedbackGiven) -> str | None:
    return event.page_url


OPEN_REVIEW = Button(link=_review, label=words.open_review)
OPEN_WORK = Button(link=_pull, label=words.open_work)
GRANT_ANEW = Button(link=_grant_page, label=words.grant_anew)
OPEN_FEEDBACK = Button(link=_feedback_page, label=feedback_words.open_page)
_to_student = partial(
    Rule, event=SubmissionChanged, kind=WORKS, who=_student, about=_title, why=words.because_sent
)
_to_curator = partial(
    Rule, event=SubmissionChanged, who=_curator, about=_title, why=words.because_curator
)
_recorded = partial(_to_curator, kind=RECORDED, urgency=Urgency.STEP, good_for=timedelta(days=2))

RULES: tuple[Rule[Any], ...] = (
    _to_student(
        name="work_needs_correction",
        when=lambda event: event.status == "correction",
        words=words.work_needs_correction,
        line=words.work_needs_correction_line,
        button=OPEN_REVIEW,
    ),
    _to_student(
        name="work_approved",
        when=lambda event: event.status == "approved",
        words=words.work_approved,
        line=words.work_approved_line,
        button=OPEN_REVIEW,
    ),
    _to_student(
        name="verdict_withdrawn",
        when=_is_withdrawn,
        words=words.verdict_withdrawn,
        line=words.verdict_withdrawn_line,
        button=OPEN_WORK,
    ),
    _to_curator(
        name="work_to_review",
        kind=TO_REVIEW,
        when=lambda event: event.status == "review" and not _is_withdrawn(event),
        words=words.work_to_review,
        line=words.work_to_review_line,
        button=OPEN_WORK,
    ),
    _recorded(
        name="correction_recorded",
        when=lambda event: event.status == "correction",
        words=words.correction_recorded,
        line=words.correction_recorded_line,
        button=OPEN_REVIEW,
    ),
    _recorded(
        name="approval_recorded",
        when=lambda event: event.status == "approved",
        words=words.approval_recorded,
        line=words.approval_recorded_line,
        button=OPEN_REVIEW,
    ),
    Rule(
        name="right_refused",
        event=RightEnded,
        kind=RIGHTS,
        when=lambda event: event.reason == "refused",
        who=_person,
        words=words.right_refused,
        line=words.right_refused_line,
        button=GRANT_ANEW,
        about=_label,
        why=words.because_granted,
        good_for=timedelta(days=30),
    ),
    Rule(
        name="feedback_given",
        event=FeedbackGiven,
        kind=FEEDBACK,
        when=lambda event: True,
        who=_administrators,
        words=feedback_words.given,
        line=feedback_words.given_line,
        button=OPEN_FEEDBACK,
        about=_topic,
        why=feedback_words.because_administrator,
        good_for=timedelta(days=30),
    ),
)

BY_NAME = {rule.name: rule for rule in RULES}
