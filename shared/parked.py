"""Parked messages: what failed waits here with its cause, and only its own key waits with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asyncpg import Record

from shared.db import Connection, storable
from shared.message import Message

KEPT = timedelta(days=90)
"""How long a dead message stays to be looked at or tried again."""

FOLLOWS = "waits behind an earlier message of its key"

PARK = """
INSERT INTO parked (
    message_id, type, key, body, correlation_id, sender,
    error, attempts, parked_at, next_try_at, dead_at, digest
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now(), $9, CASE WHEN $10 THEN now() END, $11)
ON CONFLICT (message_id, digest) DO NOTHING
"""

WAITING_KEYS = "SELECT DISTINCT key FROM parked WHERE dead_at IS NULL AND key = ANY($1::text[])"

# The head of each key that is due. The index is leapt through from key to key: a long row of
# followers costs nothing.
DUE_HEADS = """
WITH RECURSIVE heads AS (
    (SELECT key, id FROM parked WHERE dead_at IS NULL ORDER BY key, id LIMIT 1)
    UNION ALL
    SELECT following.key, following.id
    FROM heads
    CROSS JOIN LATERAL (
        SELECT key, id
        FROM parked
        WHERE dead_at IS NULL AND key > heads.key
        ORDER BY key, id
        LIMIT 1
    ) AS following
)
SELECT *
FROM parked
WHERE id = ANY (ARRAY(SELECT id FROM heads))
    AND dead_at IS NULL
    AND next_try_at <= $1
ORDER BY id
LIMIT $2
"""

# Another replica may be at it: its followers are no heads while its row stands.
LOCK = "SELECT id FROM parked WHERE id = $1 AND dead_at IS NULL FOR UPDATE SKIP LOCKED"

FAILED = """
UPDATE parked
SET error = $2,
    attempts = attempts + 1,
    next_try_at = coalesce($3, next_try_at),
    dead_at = CASE WHEN $4 THEN now() END
WHERE id = $1
"""

REMOVE = "DELETE FROM parked WHERE id = $1"

COUNTS = """
SELECT
    count(*) FILTER (WHERE dead_at IS NULL) AS waiting,
    count(*) FILTER (WHERE dead_at IS NOT NULL) AS dead
FROM parked
"""

LIST = "SELECT * FROM parked ORDER BY id DESC LIMIT $1"
GET = "SELECT * FROM parked WHERE id = $1"

REVIVE = """
UPDATE parked
SET dead_at = NULL, attempts = 0, next_try_at = $2
WHERE id = $1
RETURNING id
"""

DROP = "DELETE FROM parked WHERE id = $1 RETURNING id"

PRUNE = """
DELETE FROM parked
WHERE id IN (
    SELECT id FROM parked WHERE dead_at < now() - $1::interval ORDER BY dead_at LIMIT $2
)
"""


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that waits, or died."""

    id: int
    message: Message
    key: str
    error: str
    attempts: int
    parked_at: datetime
    next_try_at: datetime
    dead_at: datetime | None


def _parked(row: Record) -> Parked:
    return Parked(
        id=row["id"],
        message=Message(
            message_id=row["message_id"],
            type=row["type"],
            body=row["body"],
            correlation_id=row["correlation_id"],
            sender=row["sender"],
        ),
        key=row["key"],
        error=row["error"],
        attempts=row["attempts"],
        parked_at=row["parked_at"],
        next_try_at=row["next_try_at"],
        dead_at=row["dead_at"],
    )


def next_try(attempts: int, now: datetime, ladder: Sequence[float]) -> datetime | None:
    """When a message that failed `attempts` times is tried again; None: never, it is dead."""
    if attempts > len(ladder):
        return None
    return now + timedelta(seconds=ladder[attempts - 1])


async def park(
    connection: Connection,
    message: Message,
    *,
    key: str,
    error: str,
    attempts: int,
    next_try_at: datetime | None,
    now: datetime,
) -> None:
    """Set a message aside, once; dead at once when there is no next try."""
    await connection.execute(
        PARK,
        storable(message.message_id)[:200],
        storable(message.type)[:200],
        key,
        message.body,
        message.correlation_id,
        message.sender,
        storable(error)[:2000],
        attempts,
        next_try_at or now,
        next_try_at is None,
        message.digest(),
    )


async def list_waiting_keys(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those of the keys whose messages have to wait their turn."""
    return {row["key"] for row in await connection.fetch(WAITING_KEYS, list(keys))}


async def list_due_heads(connection: Connection, now: datetime, limit: int) -> list[Parked]:
    """The oldest waiting message of each key whose time has come."""
    return [_parked(row) for row in await connection.fetch(DUE_HEADS, now, limit)]


async def claim(connection: Connection, parked_id: int) -> bool:
    """Take a waiting message for this transaction; False: another has it, or it is gone."""
    return await connection.fetchval(LOCK, parked_id) is not None


async def mark_failed(
    connection: Connection, parked_id: int, *, error: str, next_try_at: datetime | None
) -> None:
    """Count an attempt; without a next try it is dead and its key goes on."""
    await connection.execute(
        FAILED, parked_id, storable(error)[:2000], next_try_at, next_try_at is None
    )


async def remove(connection: Connection, parked_id: int) -> None:
    """Forget a message that was handled."""
    await connection.execute(REMOVE, parked_id)


async def count(connection: Connection) -> tuple[int, int]:
    """How many wait, and how many are dead."""
    row = await connection.fetchrow(COUNTS)
    return (row["waiting"], row["dead"]) if row else (0, 0)


async def list_newest(connection: Connection, limit: int) -> list[Parked]:
    """The newest parked messages, waiting and dead."""
    return [_parked(row) for row in await connection.fetch(LIST, limit)]


async def find(connection: Connection, parked_id: int) -> Parked | None:
    """One parked message."""
    row = await connection.fetchrow(GET, parked_id)
    return _parked(row) if row else None


async def revive(connection: Connection, parked_id: int, now: datetime) -> bool:
    """Let a message be tried again at once, dead or waiting; False: there is none."""
    return await connection.fetchval(REVIVE, parked_id, now) is not None


async def drop(connection: Connection, parked_id: int) -> bool:
    """Give a message up for good; False: there is none."""
    return await connection.fetchval(DROP, parked_id) is not None


async def prune(connection: Connection, limit: int) -> int:
    """Forget up to `limit` dead messages older than 90 days; gives how many."""
    return int((await connection.execute(PRUNE, KEPT, limit)).split()[-1])
