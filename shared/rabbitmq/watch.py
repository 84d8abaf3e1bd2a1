"""The watchdog over a consumer that only looks alive."""

import asyncio
import time
from datetime import UTC, datetime

from aio_pika.abc import AbstractConnection

from shared import inbox
from shared.db import Database
from shared.loops import GaveUp, heed_stop
from shared.rabbitmq.broker import CONNECT_TIMEOUT

WATCH_EVERY = 10.0
STUCK_AFTER = 60.0
STUCK_TIMES = 3


class ConsumerLost(Exception):
    """The broker took our consumer away, or its queue."""


class Stuck(GaveUp):
    """Messages wait, none is taken, connecting anew did not help: let a fresh process try."""


class Watch:
    """Looks at one service's queue from outside its consumer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stuck_since: float | None = None
        self._stuck_times = 0

    async def run(self, connection: AbstractConnection) -> None:
        """Notice what only looks alive: no consumer, or messages that wait and are not taken."""
        while True:
            await asyncio.sleep(WATCH_EVERY)
            async with asyncio.timeout(CONNECT_TIMEOUT):
                channel = await connection.channel(publisher_confirms=False)
                queue = await channel.declare_queue(self._database.service, passive=True)
                await channel.close()
            heed_stop()
            result = queue.declaration_result
            if not result.consumer_count:
                raise ConsumerLost(self._database.service)
            self.note(is_taken=await self._is_taken(result.message_count or 0))

    async def _is_taken(self, waiting: int) -> bool:
        """Whether nothing waits, or some replica took something lately."""
        if not waiting:
            return True
        async with self._database.acquire() as database:
            last = await inbox.last_handled(database)
        return last is not None and (datetime.now(UTC) - last).total_seconds() < STUCK_AFTER

    def note(self, *, is_taken: bool) -> None:
        """After a minute in which nothing is taken connect anew; after the third minute give up.

        Raises:
            ConsumerLost, Stuck: the one, and at last the other.
        """
        if is_taken:
            self._stuck_since, self._stuck_times = None, 0
            return
        now = time.monotonic()
        if self._stuck_since is None:
            self._stuck_since = now
        if now - self._stuck_since < STUCK_AFTER:
            return
        self._stuck_since, self._stuck_times = None, self._stuck_times + 1
        if self._stuck_times == STUCK_TIMES:
            raise Stuck(f"{self._database.service}: messages wait and none is taken")
        raise ConsumerLost(self._database.service)
