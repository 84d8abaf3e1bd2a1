"""The sandbox's one place of wiring."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sandbox import story
from sandbox.boomstream import api as boomstream_api
from sandbox.boomstream import doors as boomstream_doors
from sandbox.boomstream import player as boomstream_player
from sandbox.errors import Refused
from sandbox.faults import ABORT
from sandbox.github import api, web
from sandbox.github import doors as github_doors
from sandbox.google import doors as google_doors
from sandbox.google import web as google_web
from sandbox.page.endpoint import PAGE
from sandbox.settings import SandboxSettings
from sandbox.smtp import doors as smtp_doors
from sandbox.smtp import server as smtp
from sandbox.statefile import StateFile
from sandbox.stepik import api as stepik_api
from sandbox.stepik import doors as stepik_doors
from sandbox.stepik import pages as stepik_pages
from sandbox.stepik import web as stepik_web
from sandbox.telegram import doors as telegram_doors
from sandbox.telegram.endpoint import bot_api
from sandbox.telegram_login import doors as telegram_login_doors
from sandbox.telegram_login import web as telegram_login_web
from sandbox.vk import web as vk_web
from sandbox.world import State, World, new_state

BOT_API = [
    Route("/telegram/bot{token}/{method}", bot_api, methods=["GET", "POST"]),
]


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: SandboxSettings,
    *,
    advance_clock: Callable[[float], Awaitable[None] | None] | None = None,
    now: Callable[[], datetime] = _now,
    monotonic: Callable[[], float] = time.monotonic,
    links: dict[str, str] | None = None,
    try_lines: list[str] | None = None,
) -> Starlette:
    """The outside world as one app.

    `now` dates what people do, and a demo moves it; `monotonic` is for limits and codes
    and stays real. `links` and `try_lines` are the text of `/story`, and may be set later
    as `app.state.story_links` and `app.state.story_try`.
    """
    file = StateFile(settings.data_file, State, lambda: new_state(now()))
    world = World(settings, file.state, now=now, monotonic=monotonic, changed=file.changed)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        keeper = asyncio.create_task(file.keep(), name="sandbox-state")
        world.messenger.updates.webhook_changed()
        try:
            async with smtp.listening(world.outbox, world.counts, settings.smtp_port) as port:
                app.state.smtp_port = port
                yield
        finally:
            end_polls(app)
            file.stop()
            await keeper
            await world.client.aclose()

    app = Sandbox(
        routes=[
            *PAGE,
            *story.DOORS,
            *telegram_doors.DOORS,
            *BOT_API,
            *smtp_doors.DOORS,
            *github_doors.DOORS,
            *web.WEB,
            *api.API,
            *google_doors.DOORS,
            *google_web.WEB,
            *vk_web.WEB,
            *telegram_login_doors.DOORS,
            *telegram_login_web.WEB,
            *stepik_doors.DOORS,
            *stepik_web.WEB,
            *stepik_pages.PAGES,
            *stepik_api.API,
            *boomstream_doors.DOORS,
            *boomstream_player.WEB,
            *boomstream_api.API,
        ],
        exception_handlers={Refused: _refused, HTTPException: _not_here},
        lifespan=lifespan,
    )
    app.state.world = world
    app.state.now = now
    app.state.advance_clock = advance_clock
    app.state.story_links = links or {"app": settings.public_url, "sandbox": settings.url}
    app.state.story_try = try_lines or []
    return app


def end_polls(app: Starlette) -> None:
    """Let the bots that wait for updates go: a server that stops would wait for them."""
    world: World = app.state.world
    world.messenger.updates.end_polls()


class Sandbox(Starlette):
    """Gives a fault the means to hang up on a client."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope[ABORT] = partial(_abort, send)
        await super().__call__(scope, receive, send)


def _abort(send: Send) -> None:
    """Uvicorn's `send` is a method of the request's cycle, which holds the connection.

    ASGI has no word for hanging up, so this knows the server; a test sees that it still does.
    """
    transport: Any = send.__self__.transport  # type: ignore[attr-defined]
    transport.abort()


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101
    return JSONResponse({"error": error.error}, error.status)


async def _not_here(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)
