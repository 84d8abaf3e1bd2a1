"""A role that one process of a service has at a time: relay, poller, sender."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg

from shared.db import Database
from shared.log import get_log

log = get_log(__name__)
T = TypeVar("T")

HOLDER_SETTINGS = {
    "idle_session_timeout": "10s",
    "idle_in_transaction_session_timeout": "10s",
    "tcp_user_timeout": "10s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "lock_timeout": "5s",
}
"""A holder that is frozen, or cut off, loses its lock after ten seconds instead of never."""

TAKE = "SELECT pg_try_advisory_lock(hashtextextended($1, 1))"
ASK_EVERY = 0.5
STILL_HERE = "SELECT 1"


class Holder:
    """The connection that holds the lock. What the role may do, it does on this very connection."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.connection = connection

    async def show_alive(self) -> None:
        """Say so where there is nothing else to ask: a silent holder loses the role."""
        await self.connection.execute(STILL_HERE)

    async def wait_for(self, work: Awaitable[T]) -> T:
        """Wait for work done elsewhere, showing each second that the holder is alive.

        Raises:
            Exception: what the work raised; or that the connection, and so the role, is lost, and
                then the work is cancelled.
        """
        task: asyncio.Future[T] = asyncio.ensure_future(work)
        try:
            while True:
                done, _ = await asyncio.wait({task}, timeout=1)
                if done:
                    return task.result()
                await self.show_alive()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def lead(database: Database, role: str) -> AsyncIterator[Holder]:
    """Wait until this process has the role, and keep it for the length of the block."""
    connection = await database.connect(**HOLDER_SETTINGS)
    try:
        while not await connection.fetchval(  # noqa: ASYNC110 - another process gives it up
            TAKE, f"{database.service}:{role}"
        ):
            await asyncio.sleep(ASK_EVERY)
        log.info("role_taken", service=database.service, role=role)
        yield Holder(connection)
    finally:
        await _close(connection)


async def _close(connection: Any) -> None:
    try:
        await connection.close(timeout=2)
    except (TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        log.debug("role_connection_was_dead")
    finally:
        # Whatever cut the farewell short: the lock is free only when the socket is closed.
        if not connection.is_closed():
            connection.terminate()
