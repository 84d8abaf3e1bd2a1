"""Script doors of Google: what a person does in their account, and what is wrong with it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.door import Body, read_body
from sandbox.oauth.doors import Nothing, Spoil, get_person
from sandbox.world import world_of


class RevokeAll(Body):
    person: str


async def revoke_all(request: Request) -> Response:
    """The person took back all that they had granted: the next refresh is refused."""
    body = await read_body(request, RevokeAll)
    person = get_person(body.person)
    return JSONResponse({"revoked": world_of(request).google.revoke_all(person.key)})


async def spoil(request: Request) -> Response:
    """Make the next ID token a wrong one."""
    body = await read_body(request, Spoil)
    world_of(request).google.signer.spoil_next(body.flaw())
    return JSONResponse({})


async def rotate_keys(request: Request) -> Response:
    """Sign with a new key from now on, as Google does every few weeks."""
    await read_body(request, Nothing)
    world_of(request).google.signer.rotate()
    return JSONResponse({})


DOORS = [
    Route("/google/revoke_all", revoke_all, methods=["POST"]),
    Route("/google/spoil", spoil, methods=["POST"]),
    Route("/google/rotate_keys", rotate_keys, methods=["POST"]),
]
