"""A service's consumer: batches in one transaction, effects once, failures set aside.

Both transports hand their messages to `Consumer.handle`. It returns when each of them is in the
inbox or in `parked`; it raises only when the database could not answer, and then nothing of the
batch happened.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared import inbox, parked
from shared.clock import Clock
from shared.crash import crash_point
from shared.db import Connection, Database, is_transient
from shared.handling import HANDLER_TIMEOUT, Handlers, HandlerTimedOut, Readable, Subscriptions
from shared.log import get_log
from shared.message import Message, Unreadable, read
from shared.metrics import Metrics
from shared.suspects import MOST_DEATHS, Suspects

log = get_log(__name__)

BATCH = 100
SUSPECT_AFTER = 2

ID_REUSED = "its id was used with another body"
DIED_TOO_OFTEN = f"ended the process {MOST_DEATHS} times, not tried"


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
        self._suspects = Suspects(self.database)
        self._handlers = Handlers(self.subscriptions, self.clock, self.handler_timeout)

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
                while batch:
                    batch = await self._run(batch, each_alone=True)

    async def _handle_alone(self, message: Message) -> None:
        """Handle a message that may have ended the process before; its attempt is on record."""
        try:
            message_id = UUID(message.message_id)
        except ValueError:
            await self._run([message], each_alone=True)
            return
        if await self._suspects.may_be_tried(message_id):
            await self._run([message], each_alone=True)
        else:
            async with self.database.transaction() as connection:
                # Claimed too, so that a copy of it cannot come in by another way.
                new, reused = await inbox.claim(connection, [(message_id, message)])
                if new or reused:
                    tally = _Tally()
                    await self._bury(connection, message, DIED_TOO_OFTEN, tally)
                    tally.count(self.metrics)
        async with self.database.transaction() as connection:
            await self._suspects.acquit(connection, message_id)

    async def _run(self, batch: Sequence[Message], *, each_alone: bool) -> Sequence[Message]:
        """One transaction; gives what it left to the next one, after a handler that hung."""
        if not batch:
            return ()
        crash_point("consumer.before_begin")
        tally = _Tally()
        left: Sequence[Readable] = ()
        async with self.database.transaction() as connection:
            fresh = await self._claim(connection, batch, tally)
            crash_point("consumer.after_claim")
            waiting = await parked.list_waiting_keys(connection, [known.key for known in fresh])
            if each_alone:
                left = await self._handle_each(connection, fresh, waiting, tally)
            else:
                await self._handle_all(connection, fresh, waiting, tally)
            await inbox.mark_handled(connection, tally.took)
            crash_point("consumer.before_commit")
        crash_point("consumer.after_commit")
        tally.count(self.metrics)
        return [known.message for known in left]

    async def _claim(
        self, connection: Connection, batch: Sequence[Message], tally: "_Tally"
    ) -> list[Readable]:
        """Those that are to be handled now; what is dead at once is set aside."""
        readable = await self._understand(connection, batch, tally)
        new, reused = await inbox.claim(
            connection, [(known.id, known.message) for known in readable]
        )
        for place in reused:
            await self._bury(connection, readable[place].message, ID_REUSED, tally)
        return _first_of_each(
            known for place, known in enumerate(readable) if known.id in new and place not in reused
        )

    async def _handle_all(
        self,
        connection: Connection,
        fresh: Sequence[Readable],
        waiting: set[str],
        tally: "_Tally",
    ) -> None:
        """The fast way: who fails, fails all, and then each is handled alone."""
        free = []
        for known in fresh:
            if known.key in waiting:
                await self._park(connection, known, tally, error=parked.FOLLOWS, attempts=0)
            else:
                free.append(known)
        for known, seconds in await self._handlers.call_all(connection, free):
            tally.handle(known, seconds)

    async def _handle_each(
        self,
        connection: Connection,
        fresh: Sequence[Readable],
        waiting: set[str],
        tally: "_Tally",
    ) -> Sequence[Readable]:
        """With a savepoint a message; gives those that are left for the next transaction."""
        for place, known in enumerate(fresh):
            if known.key in waiting:
                await self._park(connection, known, tally, error=parked.FOLLOWS, attempts=0)
                continue
            started = time.perf_counter()
            failure = await self._handlers.try_alone(connection, known)
            if failure is None:
                tally.handle(known, time.perf_counter() - started)
                continue
            waiting.add(known.key)
            await self._park(connection, known, tally, error=describe(failure), attempts=1)
            if isinstance(failure, HandlerTimedOut):
                # Commit what there is: a batch in which many hang would never end.
                left = fresh[place + 1 :]
                await inbox.give_back(connection, [known.id for known in left])
                return left
        return ()

    async def _understand(
        self, connection: Connection, batch: Sequence[Message], tally: "_Tally"
    ) -> list[Readable]:
        """Those that can be handled; others are ignored and counted, or dead at once."""
        readable = []
        for message in batch:
            if message.type not in self._handlers:
                tally.ignored.append(message.type)
                continue
            try:
                readable.append(Readable(message, *read(message)))
            except Unreadable as error:
                await self._bury(connection, message, str(error), tally)
        return readable

    async def _park(
        self,
        connection: Connection,
        known: Readable,
        tally: "_Tally",
        *,
        error: str,
        attempts: int,
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
        tally.parked.append((known.message.type, next_try_at is None))

    async def _bury(
        self, connection: Connection, message: Message, error: str, tally: "_Tally"
    ) -> None:
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
        tally.parked.append((message.type, True))

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
        try:
            known = Readable(head.message, *read(head.message))
        except Unreadable as error:
            return await self._give_up(head, str(error))
        if not await self._suspects.may_be_tried(known.id):
            return await self._give_up(head, DIED_TOO_OFTEN, known.id)
        tally = _Tally()
        started = time.perf_counter()
        async with self.database.transaction() as connection:
            if not await parked.claim(connection, head.id):
                return False
            failure = await self._handlers.try_alone(connection, known)
            if failure is None:
                tally.handle(known, time.perf_counter() - started)
                await parked.remove(connection, head.id)
                await inbox.mark_handled(connection, tally.took)
            else:
                next_try_at = parked.next_try(head.attempts + 1, self.clock.now(), self.ladder)
                await parked.mark_failed(
                    connection, head.id, error=describe(failure), next_try_at=next_try_at
                )
                if next_try_at is None:
                    tally.parked.append((head.message.type, True))
            await self._suspects.acquit(connection, known.id)
        tally.count(self.metrics)
        return True

    async def _give_up(
        self, head: parked.Parked, error: str, message_id: UUID | None = None
    ) -> bool:
        async with self.database.transaction() as connection:
            if not await parked.claim(connection, head.id):
                return False
            await parked.mark_failed(connection, head.id, error=error, next_try_at=None)
            if message_id is not None:
                # Who revives it wants it tried.
                await self._suspects.acquit(connection, message_id)
        self.metrics.parked(head.message.type, dead=True)
        return True


@dataclass
class _Tally:
    """What a transaction did; counted when it has committed."""

    ignored: list[str] = field(default_factory=list)
    parked: list[tuple[str, bool]] = field(default_factory=list)
    handled: list[tuple[str, float]] = field(default_factory=list)
    took: dict[UUID, float] = field(default_factory=dict)

    def handle(self, known: Readable, seconds: float) -> None:
        """A message had its effect."""
        self.handled.append((known.message.type, seconds))
        self.took[known.id] = seconds * 1000

    def count(self, metrics: Metrics) -> None:
        for event_type in self.ignored:
            metrics.ignored(event_type)
        for event_type, dead in self.parked:
            metrics.parked(event_type, dead=dead)
        for event_type, seconds in self.handled:
            metrics.handled(event_type, seconds)


def _first_of_each(readable: Iterable[Readable]) -> list[Readable]:
    """Without the copies of a message that came twice in one batch."""
    first: dict[UUID, Readable] = {}
    for known in readable:
        first.setdefault(known.id, known)
    return list(first.values())


def describe(error: BaseException) -> str:
    """An error in one line for the operator: its class and its words."""
    return f"{type(error).__name__}: {error}".splitlines()[0]
