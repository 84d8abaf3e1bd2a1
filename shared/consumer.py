"""A service's consumer: batches in one transaction, effects once, failures set aside.

Both transports hand their messages to `Consumer.handle`. It returns when each of them is in the
inbox or in `parked`; it raises only when the database could not answer, and then nothing of the
batch happened.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared import inbox, parked
from shared.clock import Clock
from shared.context import caused_by
from shared.crash import crash_point
from shared.db import Connection, Database, is_transient
from shared.events import Event
from shared.log import get_log
from shared.message import Message, Unreadable, event_class, read
from shared.metrics import Metrics

log = get_log(__name__)

Handler = Callable[[Connection, Any, Clock], Awaitable[None]]
Subscriptions = Sequence[tuple[type[Event], Handler]]

BATCH = 100
HANDLER_TIMEOUT = 10.0
"""Seconds one handler may take. Handlers touch Postgres only; what calls outside is a due row."""
SUSPECT_AFTER = 2
MOST_DEATHS = 3

BURY = """
INSERT INTO suspects (message_id, deaths)
VALUES ($1, 1)
ON CONFLICT (message_id) DO UPDATE
SET deaths = suspects.deaths + 1, last_at = now()
RETURNING deaths
"""

ACQUIT = "DELETE FROM suspects WHERE message_id = $1"


class HandlerTimedOut(Exception):
    """A handler took longer than it may; its argument is the limit in seconds."""


@dataclass(frozen=True, slots=True)
class _Readable:
    message: Message
    id: UUID
    event: Event
    key: str


@dataclass
class Consumer:
    """Runs a service's handlers over what the transports bring.

    One batch or one retry at a time a process: `_turn` keeps a retried message and a fresh one of
    its key from passing each other.
    """

    database: Database
    clock: Clock
    subscriptions: Subscriptions
    ladder: Sequence[float]
    metrics: Metrics
    handler_timeout: float = HANDLER_TIMEOUT
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._handlers = {event.type: handler for event, handler in self.subscriptions}
        if len(self._handlers) != len(self.subscriptions):
            raise ValueError(f"{self.database.service}: two handlers for one event")

    async def handle(self, messages: Sequence[Message]) -> None:
        """Have every message's effect once, or set it aside.

        Raises:
            Exception: the database could not answer; nothing of the messages in hand happened.
        """
        async with self._turn:
            together: list[Message] = []
            for message in messages:
                if message.deliveries >= SUSPECT_AFTER:
                    await self._handle_together(together)
                    together = []
                    await self._handle_alone(message)
                else:
                    together.append(message)
            await self._handle_together(together)

    async def _handle_together(self, messages: Sequence[Message]) -> None:
        for start in range(0, len(messages), BATCH):
            batch = messages[start : start + BATCH]
            try:
                await self._run(batch, each_alone=False)
            except Exception as error:
                if is_transient(error):
                    raise
                # Who failed is found out with a savepoint a message.
                await self._run(batch, each_alone=True)

    async def _handle_alone(self, message: Message) -> None:
        """Handle a message that may have ended this process before; its attempt is on record."""
        try:
            message_id = UUID(message.message_id)
        except ValueError:
            await self._run([message], each_alone=True)
            return
        async with self.database.transaction() as connection:
            deaths = await connection.fetchval(BURY, message_id)
            if deaths > MOST_DEATHS:
                # Claimed too, so that a copy of it cannot come in by another way.
                new, _ = await inbox.claim(connection, [(message_id, message)])
                if new:
                    await self._bury(
                        connection, message, f"ended the process {MOST_DEATHS} times, not tried"
                    )
                await connection.execute(ACQUIT, message_id)
                return
        await self._run([message], each_alone=True)
        async with self.database.transaction() as connection:
            await connection.execute(ACQUIT, message_id)

    async def _run(self, batch: Sequence[Message], *, each_alone: bool) -> None:
        if not batch:
            return
        crash_point("consumer.before_begin")
        async with self.database.transaction() as connection:
            readable = await self._sort(connection, batch)
            new, reused = await inbox.claim(
                connection, [(known.id, known.message) for known in readable]
            )
            crash_point("consumer.after_claim")
            for place in reused:
                await self._bury(
                    connection, readable[place].message, "its id was used with another body"
                )
            fresh = [known for known in readable if known.id in new]
            waiting = await parked.list_waiting_keys(connection, [known.key for known in fresh])
            took: dict[UUID, float] = {}
            done: set[UUID] = set()
            for place, known in enumerate(readable):
                if known.id not in new or known.id in done or place in reused:
                    continue
                done.add(known.id)
                if known.key in waiting:
                    await self._park(connection, known, error=parked.FOLLOWS, attempts=0)
                    continue
                started = time.perf_counter()
                if not each_alone:
                    await self._call(connection, known)
                elif not await self._try(connection, known):
                    waiting.add(known.key)
                    continue
                took[known.id] = (time.perf_counter() - started) * 1000
            await inbox.mark_handled(connection, took)
            crash_point("consumer.before_commit")
        crash_point("consumer.after_commit")
        for known in readable:
            if known.id in took:
                self.metrics.handled(known.message.type, took[known.id] / 1000)

    async def _sort(self, connection: Connection, batch: Sequence[Message]) -> list[_Readable]:
        """Those that can be handled; others are ignored and counted, or dead at once."""
        readable = []
        for message in batch:
            if event_class(message) is None or message.type not in self._handlers:
                self.metrics.ignored(message.type)
                continue
            try:
                message_id, event = read(message)
            except Unreadable as error:
                await self._bury(connection, message, str(error))
            else:
                readable.append(_Readable(message, message_id, event, event.key()))
        return readable

    async def _call(self, connection: Connection, known: _Readable) -> None:
        handler = self._handlers[known.message.type]
        with caused_by(known.message.correlation_id, message_id=known.message.message_id):
            try:
                async with asyncio.timeout(self.handler_timeout) as limit:
                    await handler(connection, known.event, self.clock)
            except TimeoutError:
                if limit.expired():
                    raise HandlerTimedOut(self.handler_timeout) from None
                raise

    async def _try(self, connection: Connection, known: _Readable) -> bool:
        """Handle one within a savepoint; a failure is parked. Says whether it was handled."""
        try:
            async with connection.transaction():
                await self._call(connection, known)
        except Exception as error:
            if is_transient(error) or connection.is_closed():
                raise
            log.exception(
                "event_failed", type=known.message.type, message_id=known.message.message_id
            )
            await self._park(connection, known, error=describe(error), attempts=1)
            return False
        return True

    async def _park(
        self, connection: Connection, known: _Readable, *, error: str, attempts: int
    ) -> None:
        now = self.clock.now()
        next_try_at = parked.next_try(attempts, now, self.ladder) if attempts else now
        await parked.park(
            connection,
            known.message,
            key=known.key,
            error=error,
            attempts=attempts,
            next_try_at=next_try_at,
            now=now,
        )
        self.metrics.parked(known.message.type, dead=next_try_at is None)

    async def _bury(self, connection: Connection, message: Message, error: str) -> None:
        log.error("event_dead", type=message.type, message_id=message.message_id, error=error)
        await parked.park(
            connection,
            message,
            key="",
            error=error,
            attempts=0,
            next_try_at=None,
            now=self.clock.now(),
        )
        self.metrics.parked(message.type, dead=True)

    async def retry_parked(self, limit: int = BATCH) -> int:
        """Try the parked messages whose time has come, oldest of each key; gives how many.

        Any replica may do this: a message is locked while it is tried, and those behind it in its
        key are not offered until it is gone.
        """
        async with self.database.acquire() as connection:
            heads = await parked.list_due_heads(connection, self.clock.now(), limit)
        tried = 0
        for head in heads:
            async with self._turn:
                tried += await self._retry(head)
        return tried

    async def _retry(self, head: parked.Parked) -> bool:
        started = time.perf_counter()
        async with self.database.transaction() as connection:
            if not await parked.claim(connection, head.id):
                return False
            try:
                async with connection.transaction():
                    message_id, event = read(head.message)
                    await self._call(
                        connection, _Readable(head.message, message_id, event, head.key)
                    )
            except Exception as error:
                if is_transient(error) or connection.is_closed():
                    raise
                log.exception("event_failed_again", type=head.message.type, parked_id=head.id)
                next_try_at = (
                    None
                    if isinstance(error, Unreadable)
                    else parked.next_try(head.attempts + 1, self.clock.now(), self.ladder)
                )
                await parked.mark_failed(
                    connection, head.id, error=describe(error), next_try_at=next_try_at
                )
                if next_try_at is None:
                    self.metrics.parked(head.message.type, dead=True)
                return True
            await parked.remove(connection, head.id)
            seconds = time.perf_counter() - started
            await inbox.mark_handled(connection, {message_id: seconds * 1000})
        self.metrics.handled(head.message.type, seconds)
        return True


def describe(error: BaseException) -> str:
    """An error in one line for the operator: its class and its words."""
    return f"{type(error).__name__}: {error}".splitlines()[0]
