"""What GitHub remembers; the tree is written to the state file as it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import model_validator

from sandbox.github.renewal import renewed

DELIVERIES_KEPT = 5_000
REVIEWS_KEPT = 500
COMMITS_KEPT = 250
TOKENS_KEPT = 1_000
ACCOUNTS_KEPT = 3_000
REPOSITORIES_KEPT = 20_000
PULLS_KEPT = 20_000
MOVES_KEPT = 2_000

AccountKind = Literal["User", "Bot", "Organization"]
ReviewState = Literal["approved", "changes_requested", "commented", "dismissed", "pending"]
Block = Literal["dmca", "tos"]


@dataclass
class Account:
    """Whoever has a login. The number stays when the login changes."""

    account_id: int
    login: str
    kind: AccountKind = "User"
    key: str | None = None
    """How doors call it: a person's key, `stranger`, `bot`, `school`."""
    name: str | None = None
    hook_id: int | None = None
    """An organization's webhook, which hears of all its repositories."""


@dataclass
class Review:
    review_id: int
    author_id: int
    state: ReviewState
    body: str | None
    commit_id: str
    submitted_at: datetime


@dataclass
class Commit:
    sha: str
    author_id: int
    committed_at: datetime
    message: str


@dataclass
class PullRequest:
    number: int
    title: str
    pull_id: int
    author_id: int
    head_sha: str
    base_sha: str
    created_at: datetime
    updated_at: datetime
    state: Literal["open", "closed"] = "open"
    draft: bool = False
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    commits: list[Commit] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    """Commits that a force push threw out: reviews of them are still there."""
    reviews: list[Review] = field(default_factory=list)


@dataclass
class Repository:
    repository_id: int
    owner_id: int
    owner: str
    """The owner's login, as it is now."""
    name: str
    created_at: datetime
    updated_at: datetime
    pushed_at: datetime
    private: bool = False
    block: Block | None = None
    hook_id: int | None = None
    """Parta's webhook here, where somebody has set one."""
    pulls: list[PullRequest] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    def url_of(self, pull: PullRequest) -> str:
        return f"https://github.com/{self.full_name}/pull/{pull.number}"


@dataclass
class Token:
    account_id: int
    scope: str
    value: str = field(repr=False)


@dataclass
class Delivery:
    """One webhook, sent once; `status` is null when nobody answered in time."""

    delivery_id: str
    """What stands in X-GitHub-Delivery; the same in each redelivery."""
    event: str
    action: str | None
    at: datetime
    number: int
    """What the API calls its id; each attempt has its own."""
    hook_id: int | None = None
    repository_id: int | None = None
    status: int | None = None
    duration_ms: int = 0
    redelivery: bool = False
    lost: bool = False
    timed_out: bool = False


@dataclass
class Losses:
    """Webhooks that GitHub fails to send: the next so many, or all."""

    next: int = 0
    all: bool = False

    def take(self) -> bool:
        lost = self.all or self.next > 0
        self.next = max(0, self.next - 1)
        return lost


@dataclass
class GitHubState:
    next_review_id: int
    next_id: int
    """Of repositories, pull requests, webhooks and deliveries."""
    accounts: list[Account] = field(default_factory=list)
    repositories: list[Repository] = field(default_factory=list)
    moves: dict[str, int] = field(default_factory=dict)
    """Old addresses in small letters, and the repository that each leads to."""
    tokens: list[Token] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    losses: Losses = field(default_factory=Losses)

    @model_validator(mode="before")
    @classmethod
    def _renew(cls, kept: Any) -> Any:
        return renewed(kept)

    def leap(self, wall_clock: float) -> None:
        """Pass over ids that were given and not written down, before a kill."""
        self.next_review_id = max(self.next_review_id, int(wall_clock) * 4)
        self.next_id = max(self.next_id, int(wall_clock) * 4)


def new_state(wall_clock: float) -> GitHubState:
    """Ids start from the clock, so that a lost state file never makes one come again."""
    return GitHubState(next_review_id=int(wall_clock) * 4, next_id=int(wall_clock) * 4)


def sha_of(text: str) -> str:
    """Forty hexadecimal digits, as a commit has."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]
