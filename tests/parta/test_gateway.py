"""What only the one-process way has. What both gateways do: `tests/gateway/`."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from parta import serving
from parta.gateway import Gateway, Operations
from tests.support.processes import free_ports


class Echo:
    """A service that answers with what it was asked."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = json.dumps({"path": scope["path"]})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body.encode()})


async def test_operators_see_each_service_and_nothing_else() -> None:
    operations = Operations({"sync": Echo()})
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=operations), base_url="http://127.0.0.1:8082"
    ) as client:
        seen: dict[str, Any] = (await client.get("/sync/metrics")).json()
        assert seen["path"] == "/metrics"
        for path in ("/sync/internal/keys", "/sync", "/", "/other/metrics", "/sync/metrics/x"):
            assert (await client.get(path)).status_code == 404


async def test_who_came_by_tls_is_told_to_come_so_again() -> None:
    told = {}
    for scheme in ("http", "https"):
        gateway = Gateway({}, public_url=f"{scheme}://parta.test")
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=gateway), base_url=f"{scheme}://parta.test"
        ) as client:
            answer = await client.get("/nowhere")
            told[scheme] = answer.headers.get("Strict-Transport-Security")
    assert told == {"http": None, "https": "max-age=31536000"}


async def test_a_request_that_never_comes_whole_loses_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "LOOK_EVERY", 0.05)
    (port,) = free_ports(1)
    place = serving.Listening(Echo(), "127.0.0.1", port, "PARTA_PORT", is_front=True)
    async with serving.serving([place]), asyncio.timeout(5):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert await reader.read() == b""
        writer.close()
