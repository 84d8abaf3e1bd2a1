"""Doors for programs: counted, met by faults, and how a client says who it is."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.faults import System, answer_with
from sandbox.oauth.asking import read_form
from sandbox.oauth.codes import TokenRefused
from sandbox.world import world_of

Door = Callable[[Request], Awaitable[Response]]


def counted(system: System, method: str) -> Callable[[Door], Door]:
    """Of this name in `/counts` and for faults."""

    def wrap(door: Door) -> Door:
        async def answer(request: Request) -> Response:
            world = world_of(request)
            world.counts.add(system, method, costs=False)
            return await answer_with(
                world.faults.take(system, method), partial(door, request), refuse
            )

        return answer

    return wrap


def refuse(status: int, retry_after: int | None) -> Response:
    """An error that is not about this request: a fault that a script set."""
    if retry_after is not None:
        headers = {"retry-after": str(retry_after)}
        return JSONResponse({"error": "rate_limit_exceeded"}, status, headers)
    return JSONResponse({"error": "temporarily_unavailable"}, status)


def answer_json(told: dict[str, Any], status: int = 200) -> Response:
    """Tokens are for nobody's cache."""
    return JSONResponse(told, status, {"cache-control": "no-store", "pragma": "no-cache"})


def answer_refusal(refused: TokenRefused) -> Response:
    return answer_json(refused.as_fields(), refused.status)


async def read_client_form(request: Request) -> dict[str, str]:
    """The form, with the client's id and secret wherever they were: RFC 6749 prefers the header."""
    return {**await read_form(request), **_basic_credentials(request)}


def bearer_token(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def _basic_credentials(request: Request) -> dict[str, str]:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {"client_id": "", "client_secret": ""}
    return {"client_id": unquote(client_id), "client_secret": unquote(secret)}
