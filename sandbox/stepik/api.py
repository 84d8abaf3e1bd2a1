"""Stepik's REST API: each kind of things as a list and one by one, and who is asking."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.faults import answer_with
from sandbox.stepik import people_api, shapes, structure_api
from sandbox.stepik.rest import (
    NOT_HERE,
    ApiRefused,
    Ask,
    answer_list,
    answer_one,
    refuse,
    reply,
)
from sandbox.world import world_of

Answer = Callable[[Ask], Response]


def _stepics(ask: Ask) -> Response:
    """Who is signed in: one of the few things that has an id and yet is everybody's own."""
    if ask.request.path_params["item"] != "1":
        raise ApiRefused(404, NOT_HERE)
    account = ask.campus.accounts.find(ask.access.user_id) if ask.access else None
    user = shapes.guest() if account is None else shapes.user(account)
    meta = {"page": 1, "has_next": False, "has_previous": False}
    told = {
        "meta": meta,
        "stepics": [{"id": 1, "user": user["id"], "profile": user["profile"]}],
        "users": [user],
        "profiles": [],
    }
    return JSONResponse(told)


def _route(path: str, answer: Answer) -> Route:
    name = f"GET /api{path.replace('{item}', '{id}')}"

    async def endpoint(request: Request) -> Response:
        world, ask = world_of(request), Ask.of(request)
        limits = ask.stepik.limits
        holder = limits.of(ask.token if ask.access else "", ask.name)
        fault = world.faults.take("stepik", name)
        wait_s = limits.arrive(holder)

        async def answers() -> Response:
            return reply(ask, wait_s, partial(answer, ask))

        def refuses(status: int, retry_after: int | None) -> Response:
            if retry_after is not None:
                retry_after = limits.begin(holder, retry_after)
            return refuse(status, retry_after)

        try:
            response = await answer_with(fault, answers, refuses)
        finally:
            limits.leave(holder)
        world.counts.add("stepik", name, costs=response.status_code == 200)
        return response

    return Route(f"/stepik/api{path}", endpoint, methods=["GET"])


async def not_found(request: Request) -> Response:
    world_of(request).counts.add("stepik", "unknown", costs=False)
    return JSONResponse({"detail": NOT_HERE}, 404)


def _routes() -> list[Route]:
    routes = [_route("/stepics/{item}", _stepics)]
    for kind in (*structure_api.COLLECTIONS, *people_api.COLLECTIONS):
        routes.append(_route(f"/{kind.plural}", partial(answer_list, kind)))
        routes.append(_route(f"/{kind.plural}/{{item}}", partial(answer_one, kind)))
    return routes


API = [*_routes(), Route("/stepik/api/{path:path}", not_found, methods=["GET", "POST", "PUT"])]
