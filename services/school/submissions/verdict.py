"""What reviews say about a work: pure rules, no database.

From behaviour's part on reviews: only the curator's, only on the commit that is the head. Among
those an approval or a request for changes outweighs comments, the later of the two outweighs the
earlier, and a dismissed review says nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Decision = Literal["approved", "correction"]


@dataclass(frozen=True, slots=True)
class Review:
    """A review of the work's pull request, by its curator or somebody else."""

    review_id: int
    reviewer_id: int
    state: str
    commit_id: str
    submitted_at: datetime
    heard_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision and the review that it rests on."""

    decision: Decision
    review: Review


def find_verdict(
    reviews: Iterable[Review], *, curator_github_id: int, head_sha: str, since: datetime
) -> Verdict | None:
    """What the curator's reviews of the head, heard since the work was sent, come to.

    None: they say nothing (yet).
    """
    counted = [
        review
        for review in reviews
        if review.reviewer_id == curator_github_id
        and review.commit_id == head_sha
        and review.heard_at >= since
        and review.state != "dismissed"
    ]
    counted.sort(key=lambda review: (review.submitted_at, review.review_id))
    firm = [review for review in counted if review.state in ("approved", "changes_requested")]
    if firm:
        last = firm[-1]
        return Verdict("approved" if last.state == "approved" else "correction", last)
    comments = [review for review in counted if review.state == "commented"]
    return Verdict("correction", comments[-1]) if comments else None
