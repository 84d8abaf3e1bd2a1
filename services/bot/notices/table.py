"""The table of notices: a rule is one line of it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from services.bot.feedback import texts as feedback_words
from services.bot.notices import texts as words
from services.bot.notices.rule import Button, Rule, Urgency
from services.bot.preferences.kinds import FEEDBACK, RECORDED, RIGHTS, TO_REVIEW, WORKS
from services.bot.videos.news import VIDEO_RULES
from services.bot.works.buttons import of_the_curator, of_the_student
from shared.events import FeedbackGiven, RightEnded, SubmissionChanged
from shared.events.school import SubmissionStatus, Trouble

DECIDED = ("correction", "approved")


def _student(event: SubmissionChanged) -> UUID:
    return event.student_id


def _curator(event: SubmissionChanged) -> UUID:
    return event.curator_id


def _title(event: SubmissionChanged) -> str:
    return event.title


def _review(event: SubmissionChanged) -> str | None:
    return event.review_url or _pull(event)


def _pull(event: SubmissionChanged) -> str | None:
    return event.pull_url or event.page_url


def _page(event: SubmissionChanged) -> str | None:
    return event.page_url or event.pull_url


def _moved_to(*statuses: SubmissionStatus) -> Callable[[SubmissionChanged], bool]:
    """Events of a step in the work's life: with `trouble` it stands where it stood."""
    return lambda event: event.trouble is None and event.status in statuses


def _is_withdrawn(event: SubmissionChanged) -> bool:
    """Back on review by a review's dismissal: what a student sends again names no review."""
    back = _moved_to("review")(event) and event.was in DECIDED
    return back and event.review_url is not None


def _is_sent(event: SubmissionChanged) -> bool:
    return _moved_to("review")(event) and not _is_withdrawn(event)


def _is_taken_back(event: SubmissionChanged) -> bool:
    return _moved_to("available", "execution")(event) and event.was in ("review", *DECIDED)


def _has(*troubles: Trouble) -> Callable[[SubmissionChanged], bool]:
    return lambda event: event.trouble in troubles


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
OPEN_PAGE = Button(link=_page, label=words.open_work)
GRANT_ANEW = Button(link=_grant_page, label=words.grant_anew)
OPEN_FEEDBACK = Button(link=_feedback_page, label=feedback_words.open_page)
_to_student = partial(
    Rule,
    event=SubmissionChanged,
    kind=WORKS,
    who=_student,
    about=_title,
    why=words.because_sent,
    deeds=of_the_student,
)
_to_curator = partial(
    Rule,
    event=SubmissionChanged,
    kind=TO_REVIEW,
    who=_curator,
    about=_title,
    why=words.because_curator,
    deeds=of_the_curator,
)
_recorded = partial(
    _to_curator,
    kind=RECORDED,
    urgency=Urgency.STEP,
    is_promised=True,
    good_for=timedelta(days=2),
)

RULES: tuple[Rule[Any], ...] = (
    _to_student(
        name="work_needs_correction",
        when=_moved_to("correction"),
        words=words.work_needs_correction,
        line=words.work_needs_correction_line,
        button=OPEN_REVIEW,
    ),
    _to_student(
        name="work_approved",
        when=_moved_to("approved"),
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
    _to_student(
        name="own_work_sent",
        when=_is_sent,
        words=words.own_work_on_review,
        line=words.own_work_on_review_line,
        button=OPEN_WORK,
        urgency=Urgency.KEEP,
    ),
    _to_student(
        name="own_work_taken_back",
        when=_is_taken_back,
        words=words.own_work_taken_back,
        line=words.own_work_taken_back_line,
        button=OPEN_PAGE,
        urgency=Urgency.KEEP,
    ),
    _to_student(
        name="own_pull_lost",
        when=_has("gone", "blocked"),
        words=words.own_pull_lost,
        line=words.pull_lost_line,
        button=OPEN_PAGE,
    ),
    _to_student(
        name="own_pull_found",
        when=_has("found"),
        words=words.pull_found,
        line=words.pull_found_line,
        button=OPEN_WORK,
        urgency=Urgency.STEP,
    ),
    _to_curator(
        name="work_to_review",
        when=_is_sent,
        words=words.work_to_review,
        line=words.work_to_review_line,
        button=OPEN_WORK,
    ),
    _to_curator(
        name="verdict_withdrawal_recorded",
        kind=RECORDED,
        when=_is_withdrawn,
        words=words.withdrawal_recorded,
        line=words.withdrawal_recorded_line,
        button=OPEN_WORK,
        urgency=Urgency.STEP,
    ),
    _to_curator(
        name="work_taken_back",
        when=_is_taken_back,
        words=words.work_taken_back,
        line=words.work_taken_back_line,
        button=OPEN_PAGE,
        urgency=Urgency.STEP,
        good_for=timedelta(days=2),
    ),
    _to_curator(
        name="pull_lost",
        when=_has("gone", "blocked"),
        words=words.pull_lost,
        line=words.pull_lost_line,
        button=OPEN_PAGE,
    ),
    _to_curator(
        name="pull_found",
        when=_has("found"),
        words=words.pull_found,
        line=words.pull_found_line,
        button=OPEN_WORK,
        urgency=Urgency.STEP,
    ),
    _recorded(
        name="correction_recorded",
        when=_moved_to("correction"),
        words=words.correction_recorded,
        line=words.correction_recorded_line,
        button=OPEN_REVIEW,
    ),
    _recorded(
        name="approval_recorded",
        when=_moved_to("approved"),
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
    *VIDEO_RULES,
)

BY_NAME = {rule.name: rule for rule in RULES}
