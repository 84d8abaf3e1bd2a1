"""How a work moves from status to status: one table, and who may do what when.

Pure rules, no database. `Refusal` says why something is not done; what people read of it are the
errors of `services/school/errors.py`.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from services.school.weeks.calendar import Stage
from shared.events.school import SubmissionStatus

Deed = Literal["begin", "drop", "send", "take_back", "approve", "return", "withdraw"]
"""begin: open it. drop: stop working on it. take_back: from review. withdraw: a review that decided
was dismissed."""
Who = Literal["student", "curator", "review"]

DEEDS: dict[Who, frozenset[Deed]] = {
    "student": frozenset({"begin", "drop", "send", "take_back"}),
    "curator": frozenset({"approve", "return"}),
    "review": frozenset({"approve", "return", "withdraw"}),
}

# A work that nobody opened yet has no status.
TABLE: dict[tuple[SubmissionStatus | None, Deed], SubmissionStatus] = {
    (None, "begin"): "execution",
    (None, "send"): "review",
    ("available", "begin"): "execution",
    ("available", "send"): "review",
    ("execution", "drop"): "available",
    ("execution", "send"): "review",
    ("review", "take_back"): "execution",
    ("review", "approve"): "approved",
    ("review", "return"): "correction",
    ("correction", "send"): "review",
    ("correction", "approve"): "approved",
    ("correction", "withdraw"): "review",
    ("approved", "send"): "review",
    ("approved", "return"): "correction",
    ("approved", "withdraw"): "review",
}


class Refusal(Enum):
    """Why a work does not move."""

    NOT_THEIRS = "it is not theirs to do"
    NOT_BEGUN = "the stream has not begun"
    OVER = "the stream is over"
    STATUS = "the status has no such step"
    STANDS = "a person decided, or the stream ended with this decision"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a work's next step depends on.

    `by_review`: its decision rests on a review. `is_final`: its decision stood when its stream
    ended.
    """

    status: SubmissionStatus | None
    stage: Stage = "running"
    by_review: bool = False
    is_final: bool = False


def next_status(standing: Standing, deed: Deed, who: Who) -> SubmissionStatus | Refusal:
    """The status that a deed leads to, or why it leads nowhere."""
    if deed not in DEEDS[who]:
        return Refusal.NOT_THEIRS
    following = TABLE.get((standing.status, deed))
    if who == "review":
        # Reviews go on after the last day: of what was sent in time, curators review the rest. What
        # a person decided stands, and so does what stood on that day.
        if following is None:
            return Refusal.STATUS
        if standing.status != "review" and (standing.is_final or not standing.by_review):
            return Refusal.STANDS
        return following
    if standing.stage == "before":
        return Refusal.NOT_BEGUN
    if standing.stage == "over":
        return Refusal.OVER
    return Refusal.STATUS if following is None else following
