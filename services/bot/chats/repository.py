"""Chats: their leases and whether they can be reached."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.db import Connection

LEASE = timedelta(seconds=30)
"""Longer than a handler may take. On the real clock, as every lease."""

# The oldest undone update of a chat decides: while it waits for its next try, the chat waits.
TAKE = """
WITH heads AS (
    SELECT DISTINCT ON (chat_id) chat_id, seq, next_try_at
    FROM updates
    WHERE handled_at IS NULL AND parked_at IS NULL
    ORDER BY chat_id, seq
),
free AS (
    SELECT chats.chat_id
    FROM chats
    JOIN heads ON heads.chat_id = chats.chat_id
    WHERE (heads.next_try_at IS NULL OR heads.next_try_at <= $1)
        AND (chats.lease_until IS NULL OR chats.lease_until < now())
    ORDER BY heads.seq
    LIMIT $2
    FOR UPDATE OF chats SKIP LOCKED
)
UPDATE chats
SET lease_owner = gen_random_uuid(),
    lease_until = now() + $3::interval
FROM free
WHERE chats.chat_id = free.chat_id
RETURNING chats.chat_id, chats.lease_owner
"""

RENEW = """
UPDATE chats
SET lease_until = now() + $3::interval
WHERE chat_id = $1 AND lease_owner = $2
RETURNING unreachable_at IS NOT NULL AS is_unreachable
"""

RELEASE = """
UPDATE chats
SET lease_owner = NULL, lease_until = NULL
WHERE chat_id = $1 AND lease_owner = $2
"""

# A menu on its way fails with the rest: an empty mark makes it be given anew.
MARK_UNREACHABLE = """
INSERT INTO chats (chat_id, unreachable_at, unreachable_reason)
VALUES ($1, $2, $3)
ON CONFLICT (chat_id) DO UPDATE
SET unreachable_at = excluded.unreachable_at,
    unreachable_reason = excluded.unreachable_reason,
    menu = left(chats.menu, 0)
"""

LOCK = "SELECT FROM chats WHERE chat_id = $1 FOR UPDATE"

MARK_REACHABLE = """
UPDATE chats
SET unreachable_at = NULL, unreachable_reason = NULL
WHERE chat_id = $1
"""

UNREACHABLE_REASON = """
SELECT unreachable_reason
FROM chats
WHERE chat_id = $1 AND unreachable_at IS NOT NULL
"""

IS_OPEN = "SELECT EXISTS (SELECT FROM chats WHERE chat_id = $1 AND unreachable_at IS NULL)"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a chat; `owner` is new each time, so a lost lease stays lost."""

    chat_id: int
    owner: UUID


async def take(connection: Connection, now: datetime, limit: int) -> list[Lease]:
    """Take up to `limit` chats that have something to do and nobody at it, longest wait first."""
    rows = await connection.fetch(TAKE, now, limit, LEASE)
    return [Lease(row["chat_id"], row["lease_owner"]) for row in rows]


async def renew(connection: Connection, lease: Lease) -> bool | None:
    """Hold on to a chat, locking its row; says whether it is marked unreachable, None: lost."""
    unreachable: bool | None = await connection.fetchval(RENEW, lease.chat_id, lease.owner, LEASE)
    return unreachable


async def release(connection: Connection, lease: Lease) -> None:
    """Give a chat back, if it is still held."""
    await connection.execute(RELEASE, lease.chat_id, lease.owner)


async def mark_unreachable(
    connection: Connection, chat_id: int, *, reason: str, now: datetime
) -> None:
    """Remember that Telegram does not let us write there."""
    await connection.execute(MARK_UNREACHABLE, chat_id, now, reason)


async def lock(connection: Connection, chat_id: int) -> None:
    """Be alone with the chat's row until the transaction ends."""
    await connection.execute(LOCK, chat_id)


async def mark_reachable(connection: Connection, chat_id: int) -> None:
    """The person wrote: Telegram lets us answer again."""
    await connection.execute(MARK_REACHABLE, chat_id)


async def find_unreachable_reason(connection: Connection, chat_id: int) -> str | None:
    """Why we may not write there; None when we may."""
    reason: str | None = await connection.fetchval(UNREACHABLE_REASON, chat_id)
    return reason


async def is_open(connection: Connection, chat_id: int) -> bool:
    """Whether somebody wrote to the bot there, and it may answer."""
    found: bool = await connection.fetchval(IS_OPEN, chat_id)
    return found
