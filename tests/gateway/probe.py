"""What stands at a service's door in these tests: it writes down what comes in, and does, below
`/bot/probe/`, what no service does."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PROBE = "/bot/probe"


@dataclass
class Seen:
    """One request, as a service saw it."""

    service: str
    method: str
    target: bytes
    headers: list[tuple[str, str]]
    body: bytearray = field(default_factory=bytearray)
    is_whole: bool = False

    def values(self, name: str) -> list[str]:
        """What a header said, each time it came."""
        return [value for known, value in self.headers if known == name.lower()]


@dataclass
class Record:
    """What all services saw, and what a test tells them to do."""

    seen: list[Seen] = field(default_factory=list)
    trouble: int | str | None = None
    """How auth answers the gateway: with a status, not (`hangs`, `breaks`), or as it does."""
    go_on: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    """What hangs, and the probe's streams, wait for one to go on."""

    def of_people(self) -> list[Seen]:
        """Without what a gateway asks on its own account."""
        return [one for one in self.seen if one.target not in (b"/internal/check", b"/readyz")]


class Recorded:
    """A service's app, watched."""

    def __init__(self, name: str, app: ASGIApp, record: Record) -> None:
        self.name = name
        self.state: Any = app.state  # type: ignore[attr-defined]
        self._app = app
        self._record = record

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        headers = [(name.decode(), value.decode("latin-1")) for name, value in scope["headers"]]
        seen = Seen(self.name, scope["method"], scope["raw_path"] + query, headers)
        self._record.seen.append(seen)

        async def watched() -> Message:
            message = await receive()
            seen.body.extend(message.get("body", b""))
            seen.is_whole |= message["type"] == "http.request" and not message.get("more_body")
            return message

        if scope["path"] == "/internal/check" and self._record.trouble is not None:
            await self._fail(self._record.trouble, send)
        elif scope["path"].startswith(PROBE):
            await self._probe(scope["path"].removeprefix(PROBE), seen, watched, send)
        else:
            await self._app(scope, watched, send)

    async def _fail(self, trouble: int | str, send: Send) -> None:
        if trouble == "breaks":
            raise RuntimeError("auth is broken")
        if trouble == "hangs":
            await self._record.go_on.acquire()
        await send({"type": "http.response.start", "status": trouble, "headers": []})
        await send({"type": "http.response.body"})

    async def _probe(self, what: str, seen: Seen, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        if what == "/stream":
            await self._stream(send)
            return
        body = json.dumps({"headers": seen.headers, "length": len(seen.body)}).encode()
        headers = [(b"content-type", b"application/json"), (b"x-of-the-probe", b"yes")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _stream(self, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for event in (b"data: first\n\n", b"data: second\n\n", b"data: third\n\n"):
            await send({"type": "http.response.body", "body": event, "more_body": True})
            await self._record.go_on.acquire()
        await send({"type": "http.response.body"})
