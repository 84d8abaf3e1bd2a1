"""What GitHub remembers; the tree is written to the state file as it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sandbox.school import PULLS

DELIVERIES_KEPT = 500
REVIEWS_KEPT = 500
TOKENS_KEPT = 1000
PULLS_KEPT = 1000

ReviewState = Literal["approved", "changes_requested", "commented", "dismissed"]


@dataclass
class Review:
    review_id: int
    login: str
    state: ReviewState
    body: str | None
    commit_id: str
    submitted_at: datetime


@dataclass
class PullRequest:
    owner: str
    repo: str
    number: int
    title: str
    pull_id: int
    head_sha: str
    base_sha: str
    created_at: datetime
    updated_at: datetime
    state: Literal["open", "closed"] = "open"
    commits: int = 1
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    reviews: list[Review] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.repo}"

    @property
    def url(self) -> str:
        return f"https://github.com/{self.owner}/{self.repo}/pull/{self.number}"


@dataclass
class Token:
    login: str
    scope: str
    value: str = field(repr=False)


@dataclass
class Delivery:
    """One webhook, sent once; `status` is null when nobody answered in time."""

    delivery_id: str
    event: str
    action: str | None
    at: datetime
    status: int | None = None
    duration_ms: int = 0
    redelivery: bool = False


@dataclass
class GitHubState:
    next_review_id: int
    pulls: list[PullRequest] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)


def new_state(wall_clock: float, at: datetime) -> GitHubState:
    """Review ids start from the clock, so that a lost state file never makes one come again."""
    pulls = [new_pull(one.owner, one.repo, one.number, one.title, at) for one in PULLS]
    return GitHubState(next_review_id=int(wall_clock) * 4, pulls=pulls)


def new_pull(owner: str, repo: str, number: int, title: str, at: datetime) -> PullRequest:
    name = f"{owner}/{repo}/{number}"
    return PullRequest(
        owner=owner,
        repo=repo,
        number=number,
        title=title,
        pull_id=number_of(name),
        head_sha=sha_of(f"{name} head"),
        base_sha=sha_of(f"{owner}/{repo} base"),
        created_at=at,
        updated_at=at,
    )


def number_of(name: str) -> int:
    """A steady number for a thing that has a name, as GitHub's ids are steady."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") >> 1 | 1


def sha_of(text: str) -> str:
    """Forty hexadecimal digits, as a commit has."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]
