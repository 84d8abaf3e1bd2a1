"""How handlers are called: with one event at a time, or with all of a kind that stand together."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from shared.clock import Clock
from shared.context import caused_by
from shared.db import Connection, is_lost, is_transient
from shared.events import Event
from shared.log import get_log
from shared.message import Message

log = get_log(__name__)

Handler = Callable[[Connection, Any, Clock], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Batched:
    """A handler for hot facts: given all events of its kind that stand together, in their order.

    For projections: it records no events, because a batch has many causes. Where one of them
    fails, each is given alone.
    """

    handle: Callable[[Connection, Sequence[Any], Clock], Awaitable[None]]


Subscriptions = Sequence[tuple[type[Event], Handler | Batched]]

HANDLER_TIMEOUT = 10.0
"""Seconds one handler may take, and a batch that is handled together. Handlers touch Postgres only;
what calls outside is a due row."""


class HandlerTimedOut(Exception):
    """A handler took longer than it may; its argument is the limit in seconds."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A message that was understood."""

    message: Message
    id: UUID
    event: Event
    key: str


class Handlers:
    """A service's handlers by the type of event."""

    def __init__(self, subscriptions: Subscriptions, clock: Clock, timeout: float) -> None:
        self._by_type = {event.type: handler for event, handler in subscriptions}
        if len(self._by_type) != len(subscriptions):
            raise ValueError("two handlers for one event")
        self._clock = clock
        self._timeout = timeout

    def __contains__(self, event_type: str) -> bool:
        return event_type in self._by_type

    async def call_all(
        self, connection: Connection, messages: Sequence[Readable]
    ) -> list[tuple[Readable, float]]:
        """Handle all in order, as one; gives the seconds each took.

        Raises:
            Exception: what one of them failed with; then none of them counts.
        """
        took: list[tuple[Readable, float]] = []
        async with self._limited():
            for handler, portion in self._portions(messages):
                started = time.perf_counter()
                await self._call(handler, connection, portion)
                each = (time.perf_counter() - started) / len(portion)
                took += [(known, each) for known in portion]
        return took

    def _portions(
        self, messages: Sequence[Readable]
    ) -> Iterator[tuple[Handler | Batched, Sequence[Readable]]]:
        for event_type, group in groupby(messages, key=lambda known: known.message.type):
            handler = self._by_type[event_type]
            together = list(group)
            if isinstance(handler, Batched):
                yield handler, together
            else:
                yield from ((handler, [known]) for known in together)

    async def try_alone(self, connection: Connection, known: Readable) -> Exception | None:
        """Handle one within a savepoint; gives what it failed with.

        Raises:
            Exception: the database could not answer, which is no failure of the message.
        """
        handler = self._by_type[known.message.type]
        try:
            async with connection.transaction(), self._limited():
                await self._call(handler, connection, [known])
        except Exception as error:
            if is_transient(error) or is_lost(connection):
                raise
            log.exception(
                "event_failed", type=known.message.type, message_id=known.message.message_id
            )
            return error
        return None

    async def _call(
        self, handler: Handler | Batched, connection: Connection, portion: Sequence[Readable]
    ) -> None:
        if isinstance(handler, Batched):
            with caused_by():
                await handler.handle(connection, [known.event for known in portion], self._clock)
            return
        for known in portion:  # one
            with caused_by(known.message.correlation_id, message_id=known.message.message_id):
                await handler(connection, known.event, self._clock)

    @asynccontextmanager
    async def _limited(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._timeout) as limit:
                yield
        except TimeoutError:
            if limit.expired():
                raise HandlerTimedOut(self._timeout) from None
            raise
