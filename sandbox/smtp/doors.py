"""The outbox for scripts and for the page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.door import read_integer
from sandbox.world import world_of


async def list_letters(request: Request) -> Response:
    letters = world_of(request).outbox.list_letters(
        to=request.query_params.get("to"), since=read_integer(request, "since", 0)
    )
    return JSONResponse([letter.as_json() for letter in letters])


DOORS = [Route("/mail/outbox", list_letters)]
