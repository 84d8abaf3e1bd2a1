"""Speaking to the hook as GitHub does."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from services.sync.app import create_app
from services.sync.settings import SyncSettings

SECRET = "hook-secret-for-tests"
_ids = count(1)


@asynccontextmanager
async def sync_app(
    database_url: str, secret: str | None = SECRET
) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    """sync's app and a client for it."""
    settings = SyncSettings(
        database_url=SecretStr(database_url),
        github_webhook_secret=SecretStr(secret) if secret else None,
    )
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://localhost:8080"
        ) as client,
    ):
        yield app, client


def signature(body: bytes, secret: str = SECRET) -> str:
    """`X-Hub-Signature-256` of a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


async def deliver(
    client: httpx.AsyncClient,
    event: str,
    payload: Any,
    *,
    delivery_id: str | None = None,
    **headers: str,
) -> httpx.Response:
    """A signed delivery; headers given here win."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return await client.post(
        "/hooks/github",
        content=body,
        headers={
            "Content-Type": "application/json",
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": delivery_id or f"delivery-{next(_ids)}",
            "X-Hub-Signature-256": signature(body),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )


async def told(app: FastAPI) -> list[tuple[str, dict[str, Any]]]:
    """What sync's outbox holds: type and body, in order."""
    async with app.state.service.database.acquire() as connection:
        rows = await connection.fetch("SELECT type, body FROM outbox ORDER BY id")
    return [(row["type"], json.loads(row["body"])) for row in rows]
