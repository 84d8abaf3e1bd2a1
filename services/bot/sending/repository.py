"""The sending queue as the sender sees it: what may go, what is under way, what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asyncpg import Record

from services.bot.outgoing.repository import NOTICE, REPLY
from shared.db import Connection, from_row

# When each late call arrived at the latest: Telegram counts from then. What was not marked may
# arrive just now. Retried rows count once: what a refused call cost is not known.
BEGUN_LATELY = """
SELECT
    chat_id,
    extract(epoch FROM clock_timestamp() - coalesce(sent_at, clock_timestamp()))::float8 AS age
FROM outgoing
WHERE begun_at > now() - $1::interval AND counted
ORDER BY age DESC
"""

GIVE_UP_UNKNOWN = """
UPDATE outgoing
SET failed_at = $1,
    unknown_outcomes = unknown_outcomes + 1,
    error = $2
WHERE begun_at IS NOT NULL
    AND sent_at IS NULL
    AND failed_at IS NULL
    AND unknown_outcomes >= 1
"""

RETRY_UNKNOWN = """
UPDATE outgoing
SET begun_at = NULL,
    unknown_outcomes = unknown_outcomes + 1,
    error = $1
WHERE begun_at IS NOT NULL AND sent_at IS NULL AND failed_at IS NULL
"""

WAITING_FOR_RETRY = """
SELECT chat_id, lane, max(not_before) AS until
FROM outgoing
WHERE sent_at IS NULL
    AND failed_at IS NULL
    AND begun_at IS NULL
    AND attempts > 0
    AND not_before > $1
GROUP BY chat_id, lane
"""

# $2 chats with a call under way; $3 and $4 chats whose replies, whose notices wait for the retry
# of an earlier one; $5 the lanes below it may be sent, $6 chats may not be sent to just now.
LIST_READY = """
SELECT id, chat_id, lane, counted
FROM outgoing
WHERE sent_at IS NULL
    AND failed_at IS NULL
    AND begun_at IS NULL
    AND (not_before IS NULL OR not_before <= $1)
    AND chat_id <> ALL($2::bigint[])
    AND NOT (lane = 0 AND chat_id = ANY($3::bigint[]))
    AND NOT (lane = 1 AND chat_id = ANY($4::bigint[]))
    AND (NOT counted OR (lane < $5 AND chat_id <> ALL($6::bigint[])))
ORDER BY lane, id
LIMIT $7
"""

# Locked rows are skipped: their chat is being changed. Whoever has changed it is not overruled.
BEGIN = """
WITH free AS (
    SELECT outgoing.id, (
        SELECT cards.message_id
        FROM cards
        WHERE cards.card_id = outgoing.card_id AND cards.chat_id = outgoing.chat_id
    ) AS card_message_id
    FROM outgoing
    JOIN unnest($1::bigint[], $2::bigint[]) AS chosen (id, chat_id)
        ON chosen.id = outgoing.id AND chosen.chat_id = outgoing.chat_id
    WHERE outgoing.sent_at IS NULL
        AND outgoing.failed_at IS NULL
        AND outgoing.begun_at IS NULL
    FOR UPDATE OF outgoing SKIP LOCKED
)
UPDATE outgoing
SET begun_at = clock_timestamp(),
    first_begun_at = coalesce(first_begun_at, $3),
    attempts = attempts + 1
FROM free
WHERE outgoing.id = free.id
RETURNING outgoing.*, free.card_message_id
"""

# Once it is sent nothing needs its words: a door, a code, what somebody wrote. A card
# lives in the message that was sent or edited last.
MARK_SENT = """
WITH sent AS (
    UPDATE outgoing
    SET sent_at = clock_timestamp(),
        telegram_message_id = done.message_id,
        told_at = $3,
        error = NULL,
        payload = '{}'
    FROM unnest($1::bigint[], $2::bigint[]) AS done (id, message_id)
    WHERE outgoing.id = done.id
    RETURNING outgoing.card_id, outgoing.chat_id, done.message_id
)
UPDATE cards
SET chat_id = sent.chat_id, message_id = sent.message_id
FROM sent
WHERE cards.card_id = sent.card_id AND sent.message_id IS NOT NULL
"""

FORGET_MESSAGE = """
UPDATE cards SET message_id = NULL WHERE card_id = $1 RETURNING muted_at IS NOT NULL
"""

RELEASE = """
UPDATE outgoing
SET begun_at = NULL,
    not_before = coalesce($2, not_before),
    error = $3,
    unknown_outcomes = unknown_outcomes + $4
WHERE id = $1
"""

MARK_FAILED = "UPDATE outgoing SET failed_at = $2, error = $3 WHERE id = $1"

MOVE_CHAT = """
UPDATE outgoing
SET chat_id = $2
WHERE chat_id = $1 AND sent_at IS NULL AND failed_at IS NULL
"""

KEEP_PAUSE = """
INSERT INTO pauses (chat_id, until)
VALUES ($1, now() + make_interval(secs => $2))
ON CONFLICT (chat_id) DO UPDATE SET until = greatest(pauses.until, excluded.until)
"""

PAUSES = """
SELECT chat_id, extract(epoch FROM until - clock_timestamp())::float8 AS seconds
FROM pauses
WHERE until > now()
"""

FORGET_PAUSES = "DELETE FROM pauses WHERE until < now()"


@dataclass(frozen=True, slots=True)
class Ready:
    """A row that may be sent now."""

    id: int
    chat_id: int
    lane: int
    counted: bool


@dataclass(frozen=True, slots=True)
class Begun:
    """A row that is being sent; `first_begun_at` is domain time."""

    id: int
    chat_id: int
    lane: int
    method: str
    payload: dict[str, Any]
    counted: bool
    attempts: int
    first_begun_at: datetime
    unknown_outcomes: int
    correlation_id: str
    card_id: int | None
    is_edit: bool
    card_message_id: int | None


def _begun(row: Record) -> Begun:
    return Begun(**{name: row[name] for name in Begun.__slots__})


async def list_begun_lately(connection: Connection, seconds: float) -> list[tuple[int, float]]:
    """What was sent of late, oldest first, as (chat, seconds since it had arrived for sure)."""
    rows = await connection.fetch(BEGUN_LATELY, timedelta(seconds=seconds))
    return [(row["chat_id"], row["age"]) for row in rows]


async def settle_unknown(
    connection: Connection, *, retry: str, give_up: str, now: datetime
) -> None:
    """Rows that another sender began and did not mark: once more, and no third time."""
    await connection.execute(GIVE_UP_UNKNOWN, now, give_up)
    await connection.execute(RETRY_UNKNOWN, retry)


async def list_held(connection: Connection, now: datetime) -> dict[tuple[int, int], datetime]:
    """The lanes, as (chat, lane), in which a row waits for its next try, and until when."""
    rows = await connection.fetch(WAITING_FOR_RETRY, now)
    return {(row["chat_id"], row["lane"]): row["until"] for row in rows}


async def list_ready(
    connection: Connection,
    now: datetime,
    *,
    busy: Sequence[int],
    held: Sequence[Sequence[int]],
    lanes: int,
    may_not: Sequence[int],
    limit: int,
) -> list[Ready]:
    """What may be sent now, of the first so many lanes, replies first, then by age."""
    rows = await connection.fetch(
        LIST_READY, now, busy, held[REPLY], held[NOTICE], lanes, may_not, limit
    )
    return [from_row(Ready, row) for row in rows]


async def begin(connection: Connection, ready: Sequence[Ready], now: datetime) -> list[Begun]:
    """Mark them as under way; gives those that still are to be sent."""
    rows = await connection.fetch(
        BEGIN, [row.id for row in ready], [row.chat_id for row in ready], now
    )
    return sorted((_begun(row) for row in rows), key=lambda row: (row.lane, row.id))


async def mark_sent(
    connection: Connection, done: Sequence[tuple[int, int | None]], *, now: datetime
) -> None:
    """They were sent; each with the id of its message."""
    await connection.execute(
        MARK_SENT, [row_id for row_id, _ in done], [message_id for _, message_id in done], now
    )


async def forget_message(connection: Connection, card_id: int) -> bool:
    """Telegram has a card's message no more: what comes next is a new one. Is it muted?"""
    return bool(await connection.fetchval(FORGET_MESSAGE, card_id))


async def release(
    connection: Connection,
    row_id: int,
    *,
    error: str,
    not_before: datetime | None = None,
    is_unknown: bool = False,
) -> None:
    """It was not sent, or nobody knows: let it be tried again."""
    await connection.execute(RELEASE, row_id, not_before, error, int(is_unknown))


async def mark_failed(connection: Connection, row_id: int, *, error: str, now: datetime) -> None:
    """It will never be sent; the operator sees why."""
    await connection.execute(MARK_FAILED, row_id, now, error)


async def move_chat(connection: Connection, chat_id: int, new_chat_id: int) -> None:
    """A group became a supergroup: what waits goes there."""
    await connection.execute(MOVE_CHAT, chat_id, new_chat_id)


async def keep_pause(connection: Connection, chat_id: int, seconds: float) -> None:
    """Remember over a restart that Telegram told us to wait."""
    await connection.execute(KEEP_PAUSE, chat_id, seconds)


async def list_pauses(connection: Connection) -> dict[int, float]:
    """The chats (0: all) that are to be left alone, and for how many seconds yet."""
    await connection.execute(FORGET_PAUSES)
    return {row["chat_id"]: row["seconds"] for row in await connection.fetch(PAUSES)}
