"""Script doors of GitHub: webhooks that were sent, that get lost, and GitHub's limits."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.door import Body, read_body, read_integer
from sandbox.errors import Refused
from sandbox.faults import Limit
from sandbox.github.limits import MINUTE_S, Holder, Limits
from sandbox.github.state import DELIVERIES_KEPT, Delivery
from sandbox.world import world_of

HEADER_VALUE = r"^[A-Za-z0-9_-]{1,100}$"


class Deliver(Body):
    event: str = Field(pattern=HEADER_VALUE)
    payload: dict[str, Any]
    delivery_id: str | None = Field(default=None, pattern=HEADER_VALUE)


class Redeliver(Body):
    delivery_id: str


class Lose(Body):
    """The next so many deliveries, or all from now on; neither ends it."""

    next: int = Field(default=0, ge=0, le=100_000)
    all: bool = False


class SetLimit(Body):
    """Everybody meets it from now on, for so long."""

    kind: Limit
    seconds: int = Field(default=MINUTE_S, ge=1, le=3600)
    status: int = 403
    tells: bool = True
    """Whether a secondary limit says `retry-after`."""


async def deliver(request: Request) -> Response:
    body = await read_body(request, Deliver)
    world = world_of(request)
    repository = body.payload.get("repository")
    number = repository.get("id") if isinstance(repository, dict) else None
    hook = world.hub.hook_of(number if isinstance(number, int) else None)
    delivery = await world.hooks.deliver(
        body.event, body.payload, hook, delivery_id=body.delivery_id
    )
    return JSONResponse(told(delivery))


async def redeliver(request: Request) -> Response:
    body = await read_body(request, Redeliver)
    world = world_of(request)
    first = world.hooks.find(body.delivery_id)
    if first is None:
        raise Refused(404, f"no delivery {body.delivery_id}")
    hook = world.hub.hook_of(first.repository_id)
    return JSONResponse(told(await world.hooks.redeliver(first, hook)))


async def list_deliveries(request: Request) -> Response:
    """The newest first."""
    limit = min(max(0, read_integer(request, "limit", 100)), DELIVERIES_KEPT)
    deliveries = world_of(request).hub.state.deliveries
    return JSONResponse([_delivery(one) for one in deliveries[::-1][:limit]])


async def lose(request: Request) -> Response:
    body = await read_body(request, Lose)
    world = world_of(request)
    losses = world.hub.state.losses
    losses.next, losses.all = body.next, body.all
    world.hub.changed()
    return JSONResponse(asdict(losses))


async def show_losses(request: Request) -> Response:
    return JSONResponse(asdict(world_of(request).hub.state.losses))


async def set_limit(request: Request) -> Response:
    body = await read_body(request, SetLimit)
    if body.status not in (403, 429):
        raise Refused(400, "status: a limit is told with 403 or 429")
    limits = world_of(request).limits
    limits.begin_for_all(body.kind, body.seconds, status=body.status, tells=body.tells)
    return JSONResponse(_limits(limits))


async def show_limits(request: Request) -> Response:
    return JSONResponse(_limits(world_of(request).limits))


async def forget_limits(request: Request) -> Response:
    limits = world_of(request).limits
    limits.forget()
    return JSONResponse(_limits(limits))


def told(delivery: Delivery | None) -> dict[str, Any]:
    """Null where no webhook was due: the repository has none, or GitHub does not tell of it."""
    if delivery is None:
        return {"delivery_id": None, "status": None, "lost": False}
    return {
        "delivery_id": delivery.delivery_id,
        "status": delivery.status,
        "lost": delivery.lost,
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.delivery_id,
        "number": delivery.number,
        "event": delivery.event,
        "action": delivery.action,
        "status": delivery.status,
        "at": delivery.at.isoformat(),
        "duration_ms": delivery.duration_ms,
        "redelivery": delivery.redelivery,
        "lost": delivery.lost,
    }


def _limits(limits: Limits) -> dict[str, Any]:
    """`sent_while_waiting`: requests of somebody who had been told to wait, and did not."""
    holders = limits.list_holders()
    return {
        "sent_while_waiting": sum(one.sent_while_waiting for one in holders),
        "refused": sum(one.refused for one in holders),
        "holders": [_holder(one, limits.now()) for one in holders],
    }


def _holder(holder: Holder, at: float) -> dict[str, Any]:
    return {
        "who": holder.who,
        "limit": holder.limit,
        "left": holder.left,
        "resets_in_s": round(holder.resets_in(at), 3),
        "points": holder.points_sum,
        "in_flight": holder.in_flight,
        "most_in_flight": holder.most_in_flight,
        "refused": holder.refused,
        "told_to_wait_s": round(max(0.0, holder.told_until - at), 3),
        "sent_while_waiting": holder.sent_while_waiting,
    }


DOORS = [
    Route("/github/deliver", deliver, methods=["POST"]),
    Route("/github/redeliver", redeliver, methods=["POST"]),
    Route("/github/deliveries", list_deliveries),
    Route("/github/losses", lose, methods=["POST"]),
    Route("/github/losses", show_losses, methods=["GET"]),
    Route("/github/limits", set_limit, methods=["POST"]),
    Route("/github/limits", show_limits, methods=["GET"]),
    Route("/github/limits", forget_limits, methods=["DELETE"]),
]
