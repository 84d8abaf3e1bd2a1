"""How Telegram calls a webhook: one update of a queue at a time, again and again until it is taken.

From the Bot API server's own code (WebhookActor.cpp). Left out: a certificate of one's own, the end
of a webhook that answers 410 for a day, methods in the answer.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx

from sandbox.faults import Faults
from sandbox.telegram.state import TelegramState, Webhook

ANSWER_WITHIN_S = 60.0
LONGEST_PAUSE_S = 60.0
LONGEST_RETRY_AFTER_S = 3600.0
QUERY_LIVES_S = 150.0
UPDATE_LIVES_S = 24 * 3600.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LOOK_EVERY_S = 0.02

Update = dict[str, Any]
Queue = tuple[str, int]


class NotTaken(Exception):
    """An attempt that must be made again; the words are what getWebhookInfo tells."""

    def __init__(self, words: str, *, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class Deliveries:
    """Messages wait for one another chat by chat, presses person by person.

    An update stays in the state until it was taken. All times are on the given clocks, so that a
    test waits for none of them.
    """

    def __init__(
        self,
        state: TelegramState,
        faults: Faults,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self._state = state
        self._faults = faults
        self._now = now
        self._monotonic = monotonic
        self._changed = changed
        self._at_work: dict[Queue, asyncio.Task[None]] = {}
        self._expire_at: dict[int, float] = {}
        self._slots = asyncio.Semaphore()
        self._closed = False

    def begin(self) -> None:
        """Bring everything that waits to where the webhook is now, if there is one."""
        self._let_go()
        if self._state.webhook is None or self._closed:
            return
        self._slots = asyncio.Semaphore(self._state.webhook.max_connections)
        for update in self._state.updates:
            self.add(update)

    def add(self, update: Update) -> None:
        """Something happened: it is brought after all that waits in its queue."""
        webhook, queue = self._state.webhook, queue_of(update)
        if webhook is None or self._closed:
            return
        lives = QUERY_LIVES_S if "callback_query" in update else UPDATE_LIVES_S
        self._expire_at.setdefault(update["update_id"], self._monotonic() + lives)
        if queue not in self._at_work:
            self._at_work[queue] = asyncio.create_task(
                self._deliver(queue, webhook), name=f"webhook:{queue}"
            )

    def end(self) -> None:
        """Bring nothing any more: the server is stopping."""
        self._closed = True
        self._let_go()

    def _let_go(self) -> None:
        for task in self._at_work.values():
            task.cancel()
        self._at_work.clear()

    async def _deliver(self, queue: Queue, webhook: Webhook) -> None:
        """Until nothing of the queue is left."""
        failures = 0
        client = httpx.AsyncClient(
            timeout=None,  # noqa: S113 - `_within` counts, on the clock that tests move
            trust_env=False,
            verify=webhook.url.lower().startswith("https:"),
        )
        async with client:
            while (update := self._first(queue)) is not None:
                try:
                    async with self._slots:
                        await self._within(ANSWER_WITHIN_S, self._attempt(client, webhook, update))
                except NotTaken as error:
                    failures += 1
                    webhook.last_error_at, webhook.last_error = self._now(), str(error)
                    self._changed()
                    await self._pause(error.retry_after, failures)
                else:
                    failures = 0
                    self._drop(update)
            del self._at_work[queue]

    def _first(self, queue: Queue) -> Update | None:
        """The oldest of a queue that has not outlived its use."""
        mine = [update for update in self._state.updates if queue_of(update) == queue]
        for update in mine:
            if self._monotonic() < self._expire_at.get(update["update_id"], 0):
                return update
            self._drop(update)
        return None

    def _drop(self, update: Update) -> None:
        number = update["update_id"]
        self._expire_at.pop(number, None)
        left = [one for one in self._state.updates if one["update_id"] != number]
        self._state.updates[:] = left
        self._changed()

    async def _attempt(self, client: httpx.AsyncClient, webhook: Webhook, update: Update) -> None:
        fault = self._faults.take("telegram", "webhook")
        if fault is None:
            await _post(client, webhook, update)
            return
        await asyncio.sleep(fault.delay_ms / 1000)
        if not fault.drop and fault.status is None and fault.retry_after is None:
            await _post(client, webhook, update)
            return
        if fault.after:
            await _post(client, webhook, update)
        if fault.drop:
            raise NotTaken("Connection reset by peer")
        raise _refused(fault.status or 429, fault.retry_after)

    async def _within(self, seconds: float, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        until = self._monotonic() + seconds
        try:
            while not task.done() and self._monotonic() < until:
                await asyncio.wait({task}, timeout=LOOK_EVERY_S)
            if not task.done():
                raise NotTaken("Read timeout expired")
            task.result()
        finally:
            task.cancel()

    async def _pause(self, retry_after: float | None, failures: int) -> None:
        """None after the first failure, then 2, 4, 8 … seconds, or as long as it was asked to."""
        pause = 0.0 if failures == 1 else min(LONGEST_PAUSE_S, 2.0 ** min(failures - 1, 10))
        if retry_after is not None:
            pause = min(retry_after, LONGEST_RETRY_AFTER_S)
        until = self._monotonic() + pause
        while self._monotonic() < until:  # noqa: ASYNC110 - a clock that is moved tells nobody
            await asyncio.sleep(LOOK_EVERY_S)


def queue_of(update: Update) -> Queue:
    """Whom an update waits for: a message for those of its chat, a press for its person's."""
    if query := update.get("callback_query"):
        return "query", query["from"]["id"]
    kind = next(name for name in update if name != "update_id")
    return ("member" if kind.endswith("chat_member") else "chat"), update[kind]["chat"]["id"]


async def _post(client: httpx.AsyncClient, webhook: Webhook, update: Update) -> None:
    headers = {"Content-Type": "application/json"}
    if webhook.secret_token:
        headers[SECRET_HEADER] = webhook.secret_token
    try:
        answer = await client.post(webhook.url, content=json.dumps(update), headers=headers)
    except httpx.ConnectError as error:
        raise NotTaken("Connection refused") from error
    except httpx.HTTPError as error:
        raise NotTaken("Connection reset by peer") from error
    if not answer.is_success:
        told = answer.headers.get("Retry-After", "")
        raise _refused(answer.status_code, int(told) if told.isdecimal() else None)


def _refused(status: int, retry_after: float | None) -> NotTaken:
    known = any(status == one.value for one in HTTPStatus)
    phrase = HTTPStatus(status).phrase if known else "Unknown"
    return NotTaken(f"Wrong response from the webhook: {status} {phrase}", retry_after=retry_after)
