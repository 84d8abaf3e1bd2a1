"""Webhooks: each is sent once, waits ten seconds, and is never sent again by itself."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
import uuid
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import httpx

from sandbox.errors import Refused
from sandbox.faults import Faults
from sandbox.github.state import DELIVERIES_KEPT, Delivery, GitHubState
from sandbox.settings import SandboxSettings

TIMEOUT_S = 10.0
LARGEST_PAYLOAD = 25 * 1024 * 1024
MOST_BODIES = 3_000
MOST_BODY_BYTES = 64 * 1024 * 1024
KEPT_FOR = timedelta(days=3)
EVENTS = ("pull_request", "pull_request_review", "repository")


@dataclass(frozen=True)
class Hook:
    """Parta's webhook on a repository, or on an organization for all that it has."""

    hook_id: int | None
    target: Literal["repository", "organization"] = "repository"
    target_id: int = 1
    repository_id: int | None = None


NO_HOOK = Hook(None)
"""For what a script sends by itself: it stands in no list of GitHub's."""


class Bodies:
    """What was sent, for who wants to see it or send it again: compressed, the newest few."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def keep(self, delivery_id: str, body: bytes) -> None:
        self._drop(delivery_id)
        packed = zlib.compress(body, 1)
        self._kept[delivery_id] = packed
        self._bytes += len(packed)
        while len(self._kept) > MOST_BODIES or self._bytes > MOST_BODY_BYTES:
            self._drop(next(iter(self._kept)))

    def find(self, delivery_id: str) -> bytes | None:
        packed = self._kept.get(delivery_id)
        return None if packed is None else zlib.decompress(packed)

    def _drop(self, delivery_id: str) -> None:
        self._bytes -= len(self._kept.pop(delivery_id, b""))


class Hooks:
    """Parta's GitHub webhooks, from GitHub's side."""

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
        self.url = settings.hook_url
        self._secret = settings.github_webhook_secret.encode()
        self._state = state
        self._client = client
        self._faults = faults
        self._now = now
        self._changed = changed
        self._bodies = Bodies()

    async def deliver(
        self, event: str, payload: dict[str, Any], hook: Hook, *, delivery_id: str | None = None
    ) -> Delivery:
        """Send it and wait for the answer; unless it gets lost."""
        body = json.dumps(payload, separators=(",", ":")).encode()
        if len(body) > LARGEST_PAYLOAD:
            raise Refused(413, "GitHub does not send payloads over 25 MB")
        action = payload.get("action")
        delivery = Delivery(
            delivery_id=delivery_id or str(uuid.uuid4()),
            event=event,
            action=action if isinstance(action, str) else None,
            at=self._now(),
            number=self._new_number(),
            hook_id=hook.hook_id,
            repository_id=hook.repository_id,
            lost=self._state.losses.take(),
        )
        return await self._attempt(delivery, body, hook)

    async def redeliver(self, delivery: Delivery, hook: Hook) -> Delivery:
        """What a person or a program asks for: the same id and the same body again.

        It is sent even while others are lost, or nobody could see a lost one come after all.
        """
        body = self.find_body(delivery)
        if body is None:
            raise Refused(404, f"the payload of {delivery.delivery_id} is no longer kept")
        again = Delivery(
            delivery_id=delivery.delivery_id,
            event=delivery.event,
            action=delivery.action,
            at=self._now(),
            number=self._new_number(),
            hook_id=delivery.hook_id,
            repository_id=delivery.repository_id,
            redelivery=True,
        )
        return await self._attempt(again, body, hook)

    def find(self, delivery_id: str) -> Delivery | None:
        """The newest attempt that has this id."""
        newest_first = reversed(self._state.deliveries)
        return next((one for one in newest_first if one.delivery_id == delivery_id), None)

    def list_of(self, hook_id: int) -> list[Delivery]:
        """The newest first, of the last three days."""
        since = self._now() - KEPT_FOR
        return [
            one
            for one in reversed(self._state.deliveries)
            if one.hook_id == hook_id and one.at >= since
        ]

    def find_body(self, delivery: Delivery) -> bytes | None:
        return self._bodies.find(delivery.delivery_id)

    def headers(self, delivery: Delivery, body: bytes, hook: Hook) -> dict[str, str]:
        return {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/5a4db0c",
            "X-GitHub-Delivery": delivery.delivery_id,
            "X-GitHub-Event": delivery.event,
            "X-GitHub-Hook-ID": str(hook.hook_id or 1),
            "X-GitHub-Hook-Installation-Target-Type": hook.target,
            "X-GitHub-Hook-Installation-Target-ID": str(hook.target_id),
            "X-Hub-Signature": f"sha1={self._signature(body, 'sha1')}",
            "X-Hub-Signature-256": f"sha256={self._signature(body, 'sha256')}",
        }

    async def _attempt(self, delivery: Delivery, body: bytes, hook: Hook) -> Delivery:
        self._state.deliveries.append(delivery)
        del self._state.deliveries[:-DELIVERIES_KEPT]
        self._bodies.keep(delivery.delivery_id, body)
        began = time.monotonic()
        try:
            async with asyncio.timeout(TIMEOUT_S):
                delivery.status = None if delivery.lost else await self._send(delivery, body, hook)
        except TimeoutError:
            delivery.timed_out = True
        except httpx.HTTPError:
            delivery.status = None
        delivery.duration_ms = round((time.monotonic() - began) * 1000)
        self._changed()
        return delivery

    async def _send(self, delivery: Delivery, body: bytes, hook: Hook) -> int | None:
        fault = self._faults.take("hook", delivery.event)
        if fault is not None:
            await asyncio.sleep(fault.delay_ms / 1000)
            if fault.drop and fault.after:
                await self._post(delivery, body, hook)
            if fault.drop:
                return None
            if fault.retry_after is not None or fault.status is not None:
                return fault.status or 429
        return await self._post(delivery, body, hook)

    async def _post(self, delivery: Delivery, body: bytes, hook: Hook) -> int:
        headers = self.headers(delivery, body, hook)
        answer = await self._client.post(self.url, content=body, headers=headers)
        return answer.status_code

    def _signature(self, body: bytes, algorithm: str) -> str:
        return hmac.new(self._secret, body, getattr(hashlib, algorithm)).hexdigest()

    def _new_number(self) -> int:
        self._state.next_id += 1
        return self._state.next_id
