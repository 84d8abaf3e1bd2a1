"""GitHub's webhook bodies: only what is read here, as GitHub spells it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

PullState = Literal["open", "closed", "merged"]
ReviewState = Literal["approved", "changes_requested", "commented", "dismissed"]


class Account(BaseModel):
    """A user, or what is left of one."""

    id: int
    login: str


class Repository(BaseModel):
    """A repository; its id outlives renames."""

    id: int
    full_name: str


class Head(BaseModel):
    """The commit that a pull request offers."""

    sha: str = Field(min_length=7, max_length=64)


class Pull(BaseModel):
    """A pull request. `merged_at` is there in every event, `merged` only in some."""

    number: int
    html_url: str
    title: str
    state: str
    draft: bool = False
    user: Account | None = None
    head: Head
    updated_at: datetime
    merged_at: datetime | None = None

    @property
    def stands(self) -> PullState:
        """Open, closed, or closed by merging."""
        if self.merged_at is not None:
            return "merged"
        return "open" if self.state == "open" else "closed"


class Review(BaseModel):
    """A review; `user` is null when the account is gone."""

    id: int
    user: Account | None
    state: str
    commit_id: str | None
    submitted_at: datetime | None
    html_url: str


class PullRequestDelivery(BaseModel):
    """`pull_request`, every action."""

    action: str
    pull_request: Pull
    repository: Repository


class ReviewDelivery(BaseModel):
    """`pull_request_review`: submitted, edited, dismissed."""

    action: str
    review: Review
    pull_request: Pull
    repository: Repository
