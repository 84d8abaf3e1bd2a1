"""A sandbox served over real HTTP, a Parta that only takes hooks, and clocks that tests move."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.server import ServerState

from sandbox.app import create_app, end_polls
from sandbox.settings import SandboxSettings

TOKEN = "4242:sandbox-token"


@dataclass
class Clock:
    """Both clocks at once; nothing moves unless a test says so."""

    seconds: float = 1000.0
    began: datetime = datetime(2026, 9, 1, 12, tzinfo=UTC)

    def advance(self, seconds: float) -> None:
        self.seconds += seconds

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return self.began + timedelta(seconds=self.seconds - 1000)


@dataclass
class Hook:
    """Where Parta would take webhooks: remembers what came."""

    status: int = 202
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.came.append((dict(request.headers), await request.body()))
        return Response(status_code=self.status)


@dataclass
class Served:
    """A sandbox that listens, and the doors a test uses."""

    app: Starlette
    settings: SandboxSettings
    http: httpx.AsyncClient
    clock: Clock
    hook: Hook

    async def get(self, path: str, **parameters: Any) -> Any:
        answer = await self.http.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        answer = await self.http.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def messages(self, chat_id: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.get("/telegram/messages", chat_id=chat_id)
        return found

    async def call(self, method: str, **arguments: Any) -> httpx.Response:
        """A Bot API call without a client between."""
        return await self.http.post(f"/telegram/bot{TOKEN}/{method}", json=arguments)

    async def until(self, true: Callable[[], bool]) -> None:
        """Let the server's tasks run until this is so; the test's time limit ends it otherwise."""
        while not true():  # noqa: ASYNC110 - there is no event to wait for on the other side
            await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def listening(app: Starlette, bound: socket.socket) -> AsyncIterator[None]:
    """Uvicorn's own protocol on a socket, without the ticks of its signal-watching main loop."""
    config = uvicorn.Config(app, log_config=None, lifespan="off")
    config.load()
    state = ServerState()

    def protocol() -> asyncio.Protocol:
        made: asyncio.Protocol = config.http_protocol_class(  # type: ignore[call-arg, assignment]
            config=config, server_state=state, app_state={}
        )
        return made

    async with app.router.lifespan_context(app):
        server = await asyncio.get_running_loop().create_server(protocol, sock=bound)
        try:
            yield
        finally:
            server.close()
            if hasattr(app.state, "world"):
                end_polls(app)
            for connection in list(state.connections):
                connection.shutdown()
            while state.connections or state.tasks:  # noqa: ASYNC110 - the loop must turn
                await asyncio.sleep(0)


def free_socket() -> socket.socket:
    # Named as TCP, or asyncio does not switch off Nagle and each answer takes 40 ms.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", 0))
    return bound


def plain_client(**settings: Any) -> httpx.AsyncClient:
    """Without certificates, which take longer to read than a test takes to run."""
    return httpx.AsyncClient(**settings, trust_env=False, timeout=5, verify=False)  # noqa: S501


@contextlib.asynccontextmanager
async def serve(
    *,
    data_file: Path | None = None,
    clock: Clock | None = None,
    changes: dict[str, Any] | None = None,
    **wiring: Any,
) -> AsyncIterator[Served]:
    """A sandbox of the test's own making, with a Parta beside it that only takes hooks."""
    hook, clock = Hook(), clock or Clock()
    own, parta = free_socket(), free_socket()
    settings = SandboxSettings(
        public_url=f"http://127.0.0.1:{parta.getsockname()[1]}",
        port=own.getsockname()[1],
        github_webhook_secret="hook-secret",
        github_oauth_client_id="client",
        github_oauth_client_secret="client-secret",
        github_api_token="ghp_parta",
        telegram_bot_token=TOKEN,
        telegram_bot_username="parta_test_bot",
        google_client_id="google-client",
        google_client_secret="google-secret",
        vk_client_id="51234567",
        vk_service_token="vk-service-token",
        telegram_oidc_client_secret="telegram-secret",
        stepik_client_id="stepik-client",
        stepik_client_secret="stepik-secret",
        boomstream_api_key="boomstream-key",
        data_file=data_file,
    )
    settings = replace(settings, **changes or {})
    hooks = Starlette(routes=[Route("/hooks/github", hook.take, methods=["POST"])])
    app = create_app(settings, now=clock.now, monotonic=clock.monotonic, **wiring)
    async with (
        listening(hooks, parta),
        listening(app, own),
        plain_client(base_url=settings.url) as http,
    ):
        yield Served(app, settings, http, clock, hook)


class QuickSession(AiohttpSession):
    """Closes at once: aiogram waits for TLS to end, and there is none on this machine."""

    async def close(self) -> None:
        if self._session is not None and not self._session.closed:
            await self._session.close()


@contextlib.asynccontextmanager
async def new_bot(sandbox: Served, token: str = TOKEN) -> AsyncIterator[Bot]:
    api = TelegramAPIServer.from_base(f"{sandbox.settings.url}/telegram")
    bot = Bot(token, session=QuickSession(api=api))
    try:
        yield bot
    finally:
        await bot.session.close()
