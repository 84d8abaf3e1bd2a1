"""GitHub's webhook bodies: only what is read here, as GitHub spells it."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from shared.db import storable

PullState = Literal["open", "closed", "merged"]
ReviewState = Literal["approved", "changes_requested", "commented", "dismissed"]


Id = Annotated[int, Field(ge=0, lt=2**63)]
Number = Annotated[int, Field(gt=0, lt=2**31)]
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC)),
]
Text = Annotated[str, BeforeValidator(lambda value: _clean(value)), Field(max_length=2000)]
"""What Postgres can keep of a text: JSON may carry NUL and half surrogate pairs."""


def _clean(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


class Account(BaseModel):
    """A user, or what is left of one."""

    id: Id
    login: Text


class Repository(BaseModel):
    """A repository; its id outlives renames."""

    id: Id
    full_name: Text


class Head(BaseModel):
    """The commit that a pull request offers."""

    sha: Text = Field(min_length=7, max_length=64)


class Pull(BaseModel):
    """A pull request. `merged_at` is there in every event, `merged` only in some."""

    number: Number
    html_url: Text
    title: Text
    state: Text
    draft: bool = False
    user: Account | None = None
    head: Head
    updated_at: Moment
    merged_at: Moment | None = None

    @property
    def stands(self) -> PullState:
        """Open, closed, or closed by merging."""
        if self.merged_at is not None:
            return "merged"
        return "open" if self.state == "open" else "closed"


class Review(BaseModel):
    """A review; `user` is null when the account is gone, and one that is still being written has
    no `submitted_at`."""

    id: Id
    user: Account | None
    state: Text
    commit_id: Annotated[Text, Field(max_length=64)] | None
    submitted_at: Moment | None = None
    html_url: Text


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


class RepositoryDelivery(BaseModel):
    """`repository`, every action: renamed, transferred, deleted, privatized, publicized."""

    action: str
    repository: Repository
