"""auth and sync behind the real gateway, for a real browser; and a player that is Boomstream's."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from playwright.async_api import Browser, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from parta.gateway import Gateway
from parta.serving import Listening, serving
from services.auth.app import create_app as create_auth
from services.auth.persons.service import recognise
from services.auth.providers.telegram.signed import read_init_data
from services.auth.sessions import service as sessions
from services.sync.app import create_app as create_sync
from services.sync.settings import SyncSettings
from tests.auth.desk import settings_for
from tests.auth.test_signed import TOKEN, init_data
from tests.support.processes import free_ports
from tests.sync.watching import COURSE, RING, STEPIK, FixedClock, Stage

CODE = re.compile("[0-9a-f]{32}")


@dataclass
class Player:
    """Boomstream's page of a video, and what browsers asked of it."""

    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Path, query, where they said that they come from."""

    async def show(self, request: Request) -> Response:
        path, query = request.url.path, request.url.query
        self.asked.append((path, query, request.headers.get("referer", "")))
        return HTMLResponse(
            "<!doctype html><title>Player</title><body style='background:#123;color:#fff'>Playing"
        )


@dataclass
class Facing:
    """What is served, and Lena, who is known to both."""

    url: str
    stage: Stage
    player: Player
    lena: UUID
    cookie: str

    async def page(self, browser: Browser, *, signed_in: bool = True, **how: Any) -> Page:
        """A browser of its own."""
        context = await browser.new_context(
            **{"base_url": self.url, "locale": "en", "timezone_id": "Europe/Moscow", **how}
        )
        if signed_in:
            await context.add_cookies([{"name": "parta", "value": self.cookie, "url": self.url}])
        return await context.new_page()


async def _absent(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse("not in this test", 503)(scope, receive, send)


@asynccontextmanager
async def facing(database_url: str, *, locale: str = "en") -> AsyncIterator[Facing]:
    """Served on ports of their own, until the block ends."""
    front, stand = free_ports(2)
    url, player_url = f"http://localhost:{front}", f"http://localhost:{stand}"
    clock, player = FixedClock(), Player()
    auth = create_auth(
        settings_for(
            database_url, public_url=url, telegram_bot_token=TOKEN, stepik_url=f"{url}/nowhere"
        ),
        clock=clock,
    )
    known: dict[str, Any] = {
        "database_url": database_url,
        "public_url": url,
        "stepik_url": STEPIK,
        "stepik_client_id": "client",
        "stepik_client_secret": "a-secret-for-tests",
        "stepik_course_id": (COURSE,),
        "boomstream_player_url": player_url,
        "data_keys": RING,
    }
    sync = create_sync(
        SyncSettings(**known), clock=clock, transports={"auth": httpx.ASGITransport(auth)}
    )
    apps: dict[str, Any] = dict.fromkeys(("mail", "school", "bot"), _absent)
    gateway = Gateway({**apps, "auth": auth, "sync": sync}, public_url=url)
    outside = Starlette(routes=[Route("/{path:path}", player.show)])
    async with AsyncExitStack() as stack:
        for app in (auth, sync):
            await stack.enter_async_context(app.router.lifespan_context(app))
        places = [
            Listening(gateway, "127.0.0.1", front, ""),
            Listening(outside, "127.0.0.1", stand, ""),
        ]
        await stack.enter_async_context(serving(places))
        stage = Stage(sync.state.service)
        async with auth.state.service.database.transaction() as connection:
            account = read_init_data(init_data(), bot_token=TOKEN).account
            lena = await recognise(connection, account, locale=locale)
            cookie = await sessions.begin(
                connection, lena, auth_method="door", user_agent="test", instead_of=None
            )
        await stage.person(lena, "Ива", locale=locale)
        await stage.course()
        yield Facing(url, stage, player, lena, cookie)
