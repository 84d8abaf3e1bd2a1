"""The operators' port of the one-process way. The gateway itself: `tests/gateway/`."""

import json
from typing import Any

import httpx
from starlette.types import Receive, Scope, Send

from parta.gateway import Operations


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
