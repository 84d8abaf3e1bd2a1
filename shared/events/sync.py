"""What sync tells: facts of outside systems, as it learned them."""

from datetime import datetime
from typing import Literal

from shared.events.contract import Event


class PullChanged(Event):
    """A pull request was opened, pushed to, closed, merged or reopened, as of `updated_at`."""

    type = "sync.pull.changed.v1"
    listeners = ("school",)
    keyed_by = "the pull request: GitHub's repository id and the number"

    repository_id: int
    repository: str
    number: int
    url: str
    title: str
    author_id: int
    state: Literal["open", "closed", "merged"]
    draft: bool = False
    head_sha: str
    updated_at: datetime

    def key(self) -> str:
        """The pull request."""
        return f"github:{self.repository_id}#{self.number}"


class ReviewFound(Event):
    """A review of a pull request stands so now.

    Told once for each (review_id, state, submitted_at), whatever way and however often it was
    learned. `commit_id` is the commit that the reviewer looked at; it counts only while that is
    the head.
    """

    type = "sync.review.found.v1"
    listeners = ("school",)
    keyed_by = "the pull request: GitHub's repository id and the number"

    review_id: int
    state: Literal["approved", "changes_requested", "commented", "dismissed"]
    reviewer_id: int
    reviewer_login: str
    commit_id: str
    submitted_at: datetime
    url: str
    repository_id: int
    repository: str
    number: int
    pull_url: str

    def key(self) -> str:
        """The pull request."""
        return f"github:{self.repository_id}#{self.number}"


class PullLost(Event):
    """A pull request that somebody waits for cannot be seen (any more).

    gone: GitHub says 404, for it was deleted, made private, or never was. blocked: 451.
    `repository_id` is 0 where it was never seen. `PullChanged` of the same place, later, ends it.
    """

    type = "sync.pull.lost.v1"
    listeners = ("school",)
    keyed_by = "the pull request; where it was never seen, its repository's name and the number"

    repository_id: int = 0
    repository: str
    number: int
    reason: Literal["gone", "blocked"]
    lost_at: datetime

    def key(self) -> str:
        """The pull request, or the place where it was looked for."""
        return f"github:{self.repository_id or self.repository.lower()}#{self.number}"
