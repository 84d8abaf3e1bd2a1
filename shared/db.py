"""Postgres: pools, transactions, and the bells that they ring once they have committed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

import asyncpg
from asyncpg.pool import PoolConnectionProxy

if TYPE_CHECKING:
    # A pool hands out a proxy, a direct connection is none; both serve alike.
    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool

T = TypeVar("T")

SESSION_SETTINGS = {
    "idle_in_transaction_session_timeout": "30s",
    "lock_timeout": "5s",
    "statement_timeout": "15s",
}
"""How long one connection may sit on what others wait for."""

FROZEN_AFTER = timedelta(seconds=25)

# Between the preparing of a statement and its use a session is `active` and reads from its client:
# Postgres ends it for no time-out of those above, whoever holds locks there and stands still.
END_FROZEN = """
SELECT count(pg_terminate_backend(pid))
FROM pg_stat_activity
WHERE datname = current_database()
    AND application_name = $1
    AND pid <> pg_backend_pid()
    AND state = 'active'
    AND wait_event = 'ClientRead'
    AND xact_start < now() - $2::interval
"""

TRANSIENT_CLASSES = ("08", "53", "57")
TRANSIENT_CODES = ("40001", "40P01", "55P03")
STATEMENT_TIMED_OUT = "57014"


class DatabaseAway(ConnectionError):
    """No connection could be had, or the one in hand was lost."""


def is_transient(error: BaseException) -> bool:
    """Whether the database could not answer just now, so that nobody's code is to blame.

    A cancelled statement (57014) is the statement's own doing: a handler whose query never ends
    would otherwise hold its queue for ever.
    """
    # A migration changed what a prepared statement gives; it is prepared anew next time.
    if isinstance(error, asyncpg.InvalidCachedStatementError):
        return True
    if isinstance(error, asyncpg.PostgresError):
        code = error.sqlstate or ""
        if code == STATEMENT_TIMED_OUT:
            return False
        return code[:2] in TRANSIENT_CLASSES or code in TRANSIENT_CODES
    # A TimeoutError or another ConnectionError is somebody's own, not the database's.
    return isinstance(error, DatabaseAway)


def is_lost(connection: Connection) -> bool:
    """Whether a connection is of no use any more. A pool takes a dead one from its holder."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True


@dataclass
class _Transaction:
    bells: set[str] = field(default_factory=set)


_current: ContextVar[_Transaction | None] = ContextVar("transaction", default=None)


def ring_on_commit(bell: str) -> None:
    """Have the transaction in hand ring a bell when it has committed: it wrote what is waited for.

    Outside `Database.transaction` nothing is rung: who commits there rings.
    """
    transaction = _current.get()
    if transaction is not None:
        transaction.bells.add(bell)


@dataclass
class Wakeup:
    """A bell inside one process. Ringing it twice before it is heard is ringing it once."""

    _event: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        """Wake whoever waits, or the next one who will."""
        self._event.set()

    async def wait(self, timeout: float) -> bool:
        """Wait for the bell at most `timeout` seconds; say whether it rang."""
        try:
            async with asyncio.timeout(timeout):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


class Database:
    """One service's Postgres: its pool, and the bells that its commits ring.

    Bells: `relay` (something is in the outbox) and any that `bell(name)` made, such as the bot's
    sender. A bell rung here also reaches other processes of the service by NOTIFY, see
    `shared/wakeups.py`.
    """

    def __init__(self, url: str, service: str, *, pool_size: int = 5) -> None:
        self.url = url
        self.service = service
        self._pool_size = pool_size
        self._pool: Pool | None = None
        self._bells: dict[str, Wakeup] = {}
        self.rung: set[str] = set()
        self.rang = asyncio.Event()

    async def open(self) -> None:
        """Open the pool. One connection at once, the rest when needed."""
        self._pool = await asyncpg.create_pool(
            self.url,
            min_size=1,
            max_size=self._pool_size,
            init=_prepare,
            reset=_leave_as_it_is,
            command_timeout=20,
            server_settings={**session_of(self.service), **SESSION_SETTINGS},
        )

    async def close(self) -> None:
        """Close the pool; what is still out after 5 seconds is cut off."""
        if self._pool is None:
            return
        pool, self._pool = self._pool, None
        try:
            async with asyncio.timeout(5):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    async def connect(self, **settings: str) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection of one's own, outside the pool: for locks held long and for LISTEN."""
        connection = await asyncpg.connect(
            self.url,
            timeout=10,
            command_timeout=20,
            server_settings={**session_of(self.service), **settings},
        )
        try:
            await _prepare(connection)
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def end_frozen(self, *, after: timedelta = FROZEN_AFTER) -> int:
        """End sessions of this service whose process stopped within a transaction, so long ago.

        Gives how many. For who cannot have a lock that another process holds.
        """
        # As whoever logged in: where one login serves all, a role may not see the login's sessions.
        connection = await self.connect(role="none")
        try:
            ended: int = await connection.fetchval(
                END_FROZEN, session_of(self.service)["application_name"], after
            )
        finally:
            await connection.close(timeout=5)
        return ended

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """A connection outside any transaction: for reads.

        Raises:
            DatabaseAway: there is none, or it was lost in the block.
        """
        pool = self._pool
        if pool is None:
            raise RuntimeError(f"the database of {self.service} is not open")
        try:
            connection = await pool.acquire(timeout=10)
        except (OSError, asyncpg.InterfaceError) as error:
            raise DatabaseAway(f"{self.service}: {error!r}") from error
        try:
            yield connection
        except asyncpg.InterfaceError as error:
            # What the driver says of a connection that died between two statements.
            if is_lost(connection):
                raise DatabaseAway(f"{self.service}: {error}") from error
            raise
        finally:
            await pool.release(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One request, one message, one transaction. Its commit rings the bells it was asked to.

        Raises whatever the block raises, after rolling back.
        """
        async with self.acquire() as connection:
            transaction = _Transaction()
            token = _current.set(transaction)
            try:
                async with connection.transaction():
                    yield connection
            finally:
                _current.reset(token)
            for bell in transaction.bells:
                self.ring(bell)

    def bell(self, name: str) -> Wakeup:
        """The bell of that name, made at first use."""
        return self._bells.setdefault(name, Wakeup())

    def hear(self, name: str) -> None:
        """Ring a bell that was rung elsewhere, if anybody here has it."""
        if name in self._bells:
            self._bells[name].ring()

    def ring(self, name: str) -> None:
        """Ring a bell here at once, and in the service's other processes within moments."""
        self.bell(name).ring()
        self.rung.add(name)
        self.rang.set()


def session_of(service: str) -> dict[str, str]:
    """Which role and schema a service's connections live in, also where one login serves all."""
    return {
        "role": f"parta_{service}",
        "search_path": service,
        "application_name": f"parta-{service}",
        "timezone": "UTC",
    }


def from_row(kind: type[T], row: asyncpg.Record) -> T:
    """A row as a dataclass; columns that a newer version's migration added are left out."""
    names = cast(Any, kind).__dataclass_fields__
    return kind(**{name: row[name] for name in names})


def storable(text: str) -> str:
    """Text without what comes from outside and Postgres refuses: NUL, half surrogate pairs."""
    return text.replace("\0", "").encode(errors="replace").decode()


# The kinds of lists that statements are given. The driver asks the server about each when it first
# meets it, which takes milliseconds: here rather than in somebody's request.
MEET = "SELECT $1::uuid[], $2::text[], $3::bytea[], $4::bigint[], $5::real[]"


async def _prepare(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads
    )
    await connection.execute(MEET, [], [], [], [], [])


async def _leave_as_it_is(connection: Any) -> None:
    """An open transaction was rolled back by the pool; nothing else is ever set in a session, and
    to ask the server to undo it would cost a round trip each time."""
