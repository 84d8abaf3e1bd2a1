"""Script doors of GitHub: what people do to pull requests there."""

from __future__ import annotations

import heapq
from typing import Any

from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.door import Body, read_body, read_integer
from sandbox.github import delivery_doors, repository_doors, shapes
from sandbox.github.delivery_doors import told
from sandbox.github.hub import Hub
from sandbox.github.pulls import PullAction
from sandbox.github.state import COMMITS_KEPT, PullRequest, Repository, ReviewState
from sandbox.world import world_of

MOST_PULLS = 1_000


class SubmitReview(Body):
    pull: str
    by: str
    state: ReviewState
    body: str | None = None
    commit_id: str | None = Field(default=None, max_length=64)
    review_id: int | None = None
    """Which one to dismiss; without it that person's newest verdict."""


class Push(Body):
    pull: str
    commits: int = Field(default=1, ge=1, le=COMMITS_KEPT)
    force: bool = False
    committed_at: AwareDatetime | None = None


class ChangePull(Body):
    pull: str
    action: PullAction
    title: str | None = Field(default=None, min_length=1, max_length=256)
    draft: bool = False
    by: str | None = None
    """Who opens it, if not the repository's owner."""


async def review(request: Request) -> Response:
    body = await read_body(request, SubmitReview)
    reviews = world_of(request).reviews
    if body.state == "dismissed":
        one, delivery = await reviews.dismiss(body.pull, body.by, review_id=body.review_id)
    else:
        one, delivery = await reviews.submit(
            body.pull, body.by, body.state, body=body.body, commit_id=body.commit_id
        )
    return JSONResponse({"review_id": one.review_id, **told(delivery)})


async def push(request: Request) -> Response:
    body = await read_body(request, Push)
    pull, before, delivery = await world_of(request).pulls.push(
        body.pull, commits=body.commits, force=body.force, committed_at=body.committed_at
    )
    answer = {"head_sha": pull.head_sha, "before": before, "forced": body.force}
    return JSONResponse({**answer, **told(delivery)})


async def change_pull(request: Request) -> Response:
    body = await read_body(request, ChangePull)
    delivery = await world_of(request).pulls.change(
        body.pull, body.action, title=body.title, by=body.by, draft=body.draft
    )
    return JSONResponse(told(delivery))


async def list_pulls(request: Request) -> Response:
    """Those that were changed last; each repository's stand together."""
    limit = min(max(0, read_integer(request, "limit", 100)), MOST_PULLS)
    hub = world_of(request).hub
    every = (
        (repository, pull)
        for repository in hub.repositories.list_all()
        for pull in repository.pulls
    )
    newest = heapq.nlargest(limit, enumerate(every), key=lambda one: one[1][1].updated_at)
    return JSONResponse([_pull(hub, *place) for _, place in sorted(newest, key=lambda one: one[0])])


def _pull(hub: Hub, repository: Repository, pull: PullRequest) -> dict[str, Any]:
    author = hub.accounts.find_by_id(pull.author_id)
    return {
        "url": repository.url_of(pull),
        "title": pull.title,
        "owner": repository.owner,
        "author": author.login if author else None,
        "author_key": author.key if author else None,
        "state": "merged" if pull.merged_at else pull.state,
        "draft": pull.draft,
        "private": repository.private,
        "block": repository.block,
        "head_sha": pull.head_sha,
        "commits": len(pull.commits),
        "updated_at": shapes.time(pull.updated_at),
        "reviews": [
            {
                "id": one.review_id,
                "by": _login(hub, one.author_id),
                "state": one.state,
                "body": one.body,
                "commit_id": one.commit_id,
                "submitted_at": shapes.time(one.submitted_at),
            }
            for one in pull.reviews
        ],
    }


def _login(hub: Hub, account_id: int) -> str | None:
    account = hub.accounts.find_by_id(account_id)
    return account.login if account else None


DOORS = [
    Route("/github/review", review, methods=["POST"]),
    Route("/github/push", push, methods=["POST"]),
    Route("/github/pull", change_pull, methods=["POST"]),
    Route("/github/pulls", list_pulls),
    *delivery_doors.DOORS,
    *repository_doors.DOORS,
]
