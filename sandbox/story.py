"""Doors of the whole: the story, faults, the clock, counts."""

from __future__ import annotations

import inspect
from dataclasses import asdict
from typing import Any

from pydantic import Field, model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.door import Body, read_body
from sandbox.errors import Refused
from sandbox.faults import Fault, Limit, System
from sandbox.school import PEOPLE, PULLS, ROOMS, Person
from sandbox.stepik.accounts import user_id_of
from sandbox.world import world_of

LONGEST_ADVANCE_S = 400 * 24 * 3600
# Where the school is, and all its people.
ZONE = "Europe/Moscow"


class SetFault(Body):
    system: System
    method: str | None = None
    status: int | None = Field(default=None, ge=400, le=599)
    drop: bool = False
    after: bool = False
    delay_ms: int | None = Field(default=None, ge=0, le=120_000)
    retry_after: int | None = Field(default=None, ge=1, le=3600)
    limit: Limit | None = None
    times: int = Field(default=1, ge=1, le=100_000)

    @model_validator(mode="after")
    def _does_something(self) -> SetFault:
        answers = [self.status is not None, self.drop, self.retry_after is not None]
        if self.limit is not None:
            return self._is_a_limit()
        if sum(answers) > 1:
            raise ValueError("status, drop and retry_after exclude each other")
        if not any(answers) and self.delay_ms is None:
            raise ValueError("one of status, drop, delay_ms, retry_after is needed")
        if self.after and not self.drop:
            raise ValueError("after goes with drop")
        return self

    def _is_a_limit(self) -> SetFault:
        """Told with 403 or 429; a secondary one also without saying how long it lasts."""
        if self.system != "github":
            raise ValueError("limit is GitHub's")
        if self.drop or self.delay_ms is not None or self.status not in (None, 403, 429):
            raise ValueError("limit goes with a status of 403 or 429 and with retry_after only")
        if self.limit == "primary" and self.retry_after is not None:
            raise ValueError("the primary limit tells its reset, never retry_after")
        return self


class Advance(Body):
    advance_s: float = Field(gt=0, le=LONGEST_ADVANCE_S)


async def tell_story(request: Request) -> Response:
    state = request.app.state
    settings = world_of(request).settings
    return JSONResponse(
        {
            "links": state.story_links,
            "people": [_person(person) for person in PEOPLE],
            "pulls": [
                {
                    "url": pull.url,
                    "title": pull.title,
                    "student": pull.student,
                    "curator": pull.curator,
                }
                for pull in PULLS
            ],
            "rooms": [asdict(room) for room in ROOMS],
            "bot": settings.telegram_bot_username,
            "try": state.story_try,
        }
    )


async def set_fault(request: Request) -> Response:
    body = await read_body(request, SetFault)
    fault = Fault(**{**body.model_dump(), "delay_ms": body.delay_ms or 0})
    world_of(request).faults.add(fault)
    return JSONResponse(asdict(fault))


async def list_faults(request: Request) -> Response:
    return JSONResponse([asdict(fault) for fault in world_of(request).faults.list_left()])


async def clear_faults(request: Request) -> Response:
    world_of(request).faults.clear()
    return JSONResponse([])


async def advance_clock(request: Request) -> Response:
    body = await read_body(request, Advance)
    state = request.app.state
    if state.advance_clock is None:
        raise Refused(409, "this sandbox does not hold the clock of a Parta")
    moved = state.advance_clock(body.advance_s)
    if inspect.isawaitable(moved):
        await moved
    return JSONResponse({"now": state.now().isoformat()})


async def show_clock(request: Request) -> Response:
    state = request.app.state
    return JSONResponse(
        {"now": state.now().isoformat(), "movable": state.advance_clock is not None}
    )


async def count(request: Request) -> Response:
    return JSONResponse(world_of(request).counts.as_json())


def _person(person: Person) -> dict[str, Any]:
    return {
        "key": person.key,
        "name": person.name,
        "roles": list(person.roles),
        "chat_id": person.chat_id,
        "github": person.github_login,
        "github_id": person.github_id,
        "stepik_id": user_id_of(person),
        "email": person.email,
        "password": person.password,
        "locale": person.locale,
        "zone": ZONE,
    }


DOORS = [
    Route("/story", tell_story),
    Route("/faults", set_fault, methods=["POST"]),
    Route("/faults", list_faults, methods=["GET"]),
    Route("/faults", clear_faults, methods=["DELETE"]),
    Route("/clock", show_clock, methods=["GET"]),
    Route("/clock", advance_clock, methods=["POST"]),
    Route("/counts", count),
]
