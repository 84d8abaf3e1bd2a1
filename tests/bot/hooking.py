"""The bot behind a webhook in a test: served over HTTP, one replica or several behind one door."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send

from services.bot.app import create_app
from services.bot.service import BotService
from services.bot.settings import WEBHOOK_PATH
from services.bot.updates.endpoint import SECRET_HEADER
from shared.transport import InProcessTransport
from tests.bot.playing import Play
from tests.sandbox.serving import free_socket, listening, plain_client

SECRET = "hook-secret_1"


class Door(Starlette):
    """Leads each request to the next replica, as a gateway does."""

    def __init__(self, apps: list[Any]) -> None:
        super().__init__()
        self._next = itertools.cycle(apps)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await next(self._next)(scope, receive, send)


async def ask(app: Any, receive: Receive, secret: bytes | None = SECRET.encode()) -> int:
    """Call a replica without a wire between, a thousand times in a moment; gives the status."""
    answered: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": WEBHOOK_PATH,
        "raw_path": WEBHOOK_PATH.encode(),
        "query_string": b"",
        "headers": [] if secret is None else [(SECRET_HEADER.lower().encode(), secret)],
    }
    await app(scope, receive, send)
    return answered[0]


async def tell(app: Any, update: dict[str, Any]) -> int:
    """Tell a replica of an update; gives the status."""

    async def receive() -> Message:
        return {"type": "http.request", "body": json.dumps(update).encode(), "more_body": False}

    return await ask(app, receive)


@dataclass
class Hook:
    """Where Telegram calls, and who is behind it."""

    http: httpx.AsyncClient
    apps: list[Any]

    @property
    def services(self) -> list[BotService]:
        return [app.state.service for app in self.apps]

    @property
    def service(self) -> BotService:
        return self.services[0]

    async def call(
        self, update: Any = None, *, secret: str | None = SECRET, content: Any = None
    ) -> httpx.Response:
        """Call as Telegram does, with an update or with any body."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        body = json.dumps(update).encode() if content is None else content
        return await self.http.post(WEBHOOK_PATH, content=body, headers=headers)

    def counted(self, result: str) -> int:
        """How many calls came to this, in the first replica."""
        name, labels = "parta_webhook_updates_total", {"result": result}
        return int(self.service.metrics.registry.get_sample_value(name, labels) or 0)

    async def telegram(self) -> str:
        """What readiness says of Telegram."""
        return str((await self.service.readiness())["telegram"])


@contextlib.asynccontextmanager
async def hooked(
    play: Play, *, replicas: int = 1, at_work: bool = True, **changes: Any
) -> AsyncIterator[Hook]:
    """The bot in webhook mode; the sandbox calls it as soon as it is at work."""
    bound = free_socket()
    url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    settings = play.settings(**{"webhook_host": url, "telegram_webhook_secret": SECRET, **changes})
    apps = [
        create_app(settings, clock=play.clock, transports=play.transports())
        for _ in range(replicas)
    ]
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(plain_client(base_url=url))
        for app in apps:
            await stack.enter_async_context(app.router.lifespan_context(app))
        await stack.enter_async_context(listening(Door(apps), bound))
        hook = Hook(http, apps)
        if at_work:
            for service in hook.services:
                service.work(InProcessTransport())
        try:
            yield hook
        finally:
            for service in hook.services:
                await service.stop()
