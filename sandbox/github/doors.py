"""Script doors of GitHub: what people do there, and what was delivered."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.door import Body, read_body, read_integer
from sandbox.github import shapes
from sandbox.github.hub import PullAction
from sandbox.github.state import Delivery, PullRequest, ReviewState
from sandbox.world import world_of

HEADER_VALUE = r"^[A-Za-z0-9_-]{1,100}$"


class SubmitReview(Body):
    pull: str
    by: str
    state: ReviewState
    body: str | None = None


class Push(Body):
    pull: str


class ChangePull(Body):
    pull: str
    action: PullAction
    title: str | None = Field(default=None, min_length=1, max_length=256)


class Deliver(Body):
    event: str = Field(pattern=HEADER_VALUE)
    payload: dict[str, Any]
    delivery_id: str | None = Field(default=None, pattern=HEADER_VALUE)


class Redeliver(Body):
    delivery_id: str


async def review(request: Request) -> Response:
    body = await read_body(request, SubmitReview)
    one, delivery = await world_of(request).hub.review(body.pull, body.by, body.state, body.body)
    return JSONResponse({"review_id": one.review_id, **_answer(delivery)})


async def push(request: Request) -> Response:
    body = await read_body(request, Push)
    pull, delivery = await world_of(request).hub.push(body.pull)
    return JSONResponse({"head_sha": pull.head_sha, **_answer(delivery)})


async def change_pull(request: Request) -> Response:
    body = await read_body(request, ChangePull)
    delivery = await world_of(request).hub.change_pull(body.pull, body.action, body.title)
    return JSONResponse(_answer(delivery))


async def deliver(request: Request) -> Response:
    body = await read_body(request, Deliver)
    hooks = world_of(request).hooks
    delivery = await hooks.deliver(body.event, body.payload, delivery_id=body.delivery_id)
    return JSONResponse(_answer(delivery))


async def redeliver(request: Request) -> Response:
    body = await read_body(request, Redeliver)
    return JSONResponse(_answer(await world_of(request).hooks.redeliver(body.delivery_id)))


async def list_deliveries(request: Request) -> Response:
    """The newest first."""
    limit = max(0, read_integer(request, "limit", 100))
    deliveries = world_of(request).hub.state.deliveries
    return JSONResponse([_delivery(one) for one in deliveries[::-1][:limit]])


async def list_pulls(request: Request) -> Response:
    return JSONResponse([_pull(pull) for pull in world_of(request).hub.state.pulls])


def _answer(delivery: Delivery) -> dict[str, Any]:
    return {"delivery_id": delivery.delivery_id, "status": delivery.status}


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.delivery_id,
        "event": delivery.event,
        "action": delivery.action,
        "status": delivery.status,
        "at": delivery.at.isoformat(),
        "duration_ms": delivery.duration_ms,
        "redelivery": delivery.redelivery,
    }


def _pull(pull: PullRequest) -> dict[str, Any]:
    return {
        "url": pull.url,
        "title": pull.title,
        "owner": pull.owner,
        "state": "merged" if pull.merged_at else pull.state,
        "head_sha": pull.head_sha,
        "commits": pull.commits,
        "reviews": [
            {
                "id": one.review_id,
                "by": one.login,
                "state": one.state,
                "body": one.body,
                "commit_id": one.commit_id,
                "submitted_at": shapes.time(one.submitted_at),
            }
            for one in pull.reviews
        ],
    }


DOORS = [
    Route("/github/review", review, methods=["POST"]),
    Route("/github/push", push, methods=["POST"]),
    Route("/github/pull", change_pull, methods=["POST"]),
    Route("/github/deliver", deliver, methods=["POST"]),
    Route("/github/redeliver", redeliver, methods=["POST"]),
    Route("/github/deliveries", list_deliveries),
    Route("/github/pulls", list_pulls),
]
