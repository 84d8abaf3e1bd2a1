"""Webhooks: each is sent once, waits ten seconds, and is never sent again by itself."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from sandbox.errors import Refused
from sandbox.faults import Faults
from sandbox.github.state import DELIVERIES_KEPT, Delivery, GitHubState
from sandbox.settings import SandboxSettings

TIMEOUT_S = 10.0
LARGEST_PAYLOAD = 25 * 1024 * 1024
BODIES_KEPT = 100
HOOK_ID = "500000001"


class Hooks:
    """Parta's GitHub webhook, from GitHub's side."""

    def __init__(
        self,
        settings: SandboxSettings,
        state: GitHubState,
        client: httpx.AsyncClient,
        faults: Faults,
        *,
        now: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._state = state
        self._client = client
        self._faults = faults
        self._now = now
        self._changed = changed
        self._bodies: OrderedDict[str, bytes] = OrderedDict()

    async def deliver(
        self, event: str, payload: dict[str, Any], *, delivery_id: str | None = None
    ) -> Delivery:
        """Send it and wait for the answer."""
        body = json.dumps(payload, separators=(",", ":")).encode()
        if len(body) > LARGEST_PAYLOAD:
            raise Refused(413, "GitHub does not send payloads over 25 MB")
        action = payload.get("action")
        delivery = Delivery(
            delivery_id=delivery_id or str(uuid.uuid4()),
            event=event,
            action=action if isinstance(action, str) else None,
            at=self._now(),
        )
        return await self._attempt(delivery, body)

    async def redeliver(self, delivery_id: str) -> Delivery:
        """What a person presses "Redeliver" for: the same id and the same body again."""
        first = next((d for d in self._state.deliveries if d.delivery_id == delivery_id), None)
        body = self._bodies.get(delivery_id)
        if first is None or body is None:
            raise Refused(404, f"no delivery {delivery_id} whose payload is still kept")
        again = Delivery(delivery_id, first.event, first.action, self._now(), redelivery=True)
        return await self._attempt(again, body)

    async def _attempt(self, delivery: Delivery, body: bytes) -> Delivery:
        self._state.deliveries.append(delivery)
        del self._state.deliveries[:-DELIVERIES_KEPT]
        self._bodies[delivery.delivery_id] = body
        while len(self._bodies) > BODIES_KEPT:
            self._bodies.popitem(last=False)
        began = time.monotonic()
        try:
            async with asyncio.timeout(TIMEOUT_S):
                delivery.status = await self._send(delivery, body)
        except (TimeoutError, httpx.HTTPError):
            delivery.status = None
        delivery.duration_ms = round((time.monotonic() - began) * 1000)
        self._changed()
        return delivery

    async def _send(self, delivery: Delivery, body: bytes) -> int | None:
        fault = self._faults.take("hook", delivery.event)
        if fault is not None:
            await asyncio.sleep(fault.delay_ms / 1000)
            if fault.drop and fault.after:
                await self._post(delivery, body)
            if fault.drop:
                return None
            if fault.retry_after is not None or fault.status is not None:
                return fault.status or 429
        return await self._post(delivery, body)

    async def _post(self, delivery: Delivery, body: bytes) -> int:
        headers = {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/5a4db0c",
            "X-GitHub-Delivery": delivery.delivery_id,
            "X-GitHub-Event": delivery.event,
            "X-GitHub-Hook-ID": HOOK_ID,
            "X-GitHub-Hook-Installation-Target-Type": "repository",
            "X-GitHub-Hook-Installation-Target-ID": "1",
            "X-Hub-Signature": f"sha1={self._signature(body, 'sha1')}",
            "X-Hub-Signature-256": f"sha256={self._signature(body, 'sha256')}",
        }
        answer = await self._client.post(self._settings.hook_url, content=body, headers=headers)
        return answer.status_code

    def _signature(self, body: bytes, algorithm: str) -> str:
        secret = self._settings.github_webhook_secret.encode()
        return hmac.new(secret, body, getattr(hashlib, algorithm)).hexdigest()
