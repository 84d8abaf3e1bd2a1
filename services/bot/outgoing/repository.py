"""The sending queue as those see it who want something sent; `sending/` takes it from there."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from aiogram.methods import SetMyCommands, TelegramMethod

from services.bot.chats import repository as chats
from services.bot.sending.limits import FREE
from services.bot.telegram import freeze
from shared.context import correlation_id
from shared.db import Connection, ring_on_commit

REPLY, NOTICE = 0, 1
"""Lanes: replies go ahead of notices."""

THE_BOT = 0
"""The chat of what concerns no chat, such as the bot's menu."""

KEPT = timedelta(days=30)

ENQUEUE = """
INSERT INTO outgoing (
    chat_id, person_id, lane, method, payload, counted, recorded_at, not_before,
    notice_id, correlation_id, error
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
RETURNING id
"""

IS_WAITING = """
SELECT EXISTS (
    SELECT
    FROM outgoing
    WHERE chat_id = $1
        AND method = $2
        AND payload = $3
        AND sent_at IS NULL
        AND failed_at IS NULL
)
"""

FAIL_WAITING = """
UPDATE outgoing
SET failed_at = $2, error = $3
WHERE chat_id = $1 AND sent_at IS NULL AND failed_at IS NULL AND begun_at IS NULL
"""

READDRESS = """
UPDATE outgoing
SET chat_id = $2, payload = $3, error = $4
WHERE id = $1
"""

EXPIRE = """
UPDATE outgoing
SET failed_at = $1, error = 'no chat for 24 hours: ' || coalesce(error, '')
WHERE id IN (
    SELECT id
    FROM outgoing
    WHERE chat_id IS NULL AND sent_at IS NULL AND failed_at IS NULL AND recorded_at < $2
    LIMIT $3
    FOR UPDATE SKIP LOCKED
)
"""

PRUNE = """
DELETE FROM outgoing
WHERE id IN (
    SELECT id
    FROM outgoing
    WHERE recorded_at < $1 AND (sent_at IS NOT NULL OR failed_at IS NOT NULL)
    ORDER BY recorded_at
    LIMIT $2
)
"""

COUNTS = """
SELECT
    count(*) FILTER (WHERE failed_at IS NULL AND chat_id IS NOT NULL) AS waiting,
    count(*) FILTER (WHERE failed_at IS NULL AND chat_id IS NULL) AS without_chat
FROM outgoing
WHERE sent_at IS NULL AND failed_at IS NULL
"""


async def enqueue(
    connection: Connection,
    method: TelegramMethod[Any],
    *,
    chat_id: int | None,
    person_id: UUID | None,
    lane: int,
    now: datetime,
    not_before: datetime | None = None,
    notice_id: int | None = None,
    error: str | None = None,
) -> int:
    """Write down what is to be sent; the sender is woken once it is committed.

    The row's chat is where it goes, whatever chat the method names: it may change or come later.
    """
    name, payload = freeze(method)
    payload.pop("chat_id", None)
    row_id: int = await connection.fetchval(
        ENQUEUE,
        chat_id,
        person_id,
        lane,
        name,
        payload,
        name not in FREE,
        now,
        not_before,
        notice_id,
        correlation_id(),
        error,
    )
    ring_on_commit("sender")
    return row_id


async def enqueue_menu(connection: Connection, method: SetMyCommands, *, now: datetime) -> None:
    """Have the bot's menu set, unless that very menu waits to be set already."""
    name, payload = freeze(method)
    if not await connection.fetchval(IS_WAITING, THE_BOT, name, payload):
        await enqueue(connection, method, chat_id=THE_BOT, person_id=None, lane=REPLY, now=now)


async def give_up_chat(connection: Connection, chat_id: int, *, reason: str, now: datetime) -> None:
    """Telegram does not let us write there: what waits for that chat fails with the reason."""
    await chats.mark_unreachable(connection, chat_id, reason=reason, now=now)
    await connection.execute(FAIL_WAITING, chat_id, now, reason)


async def readdress(
    connection: Connection,
    row_id: int,
    method: TelegramMethod[Any],
    *,
    chat_id: int | None,
    error: str | None,
) -> None:
    """Send a waiting row elsewhere, or nowhere yet, in words made anew."""
    _, payload = freeze(method)
    payload.pop("chat_id", None)
    await connection.execute(READDRESS, row_id, chat_id, payload, error)
    ring_on_commit("sender")


async def expire(connection: Connection, *, now: datetime, before: datetime, limit: int) -> int:
    """Give up, with a reason, what nobody could be told; gives how many."""
    return int((await connection.execute(EXPIRE, now, before, limit)).split()[-1])


async def prune(connection: Connection, *, before: datetime, limit: int) -> int:
    """Forget up to `limit` rows that are done and older; gives how many."""
    return int((await connection.execute(PRUNE, before, limit)).split()[-1])


async def count(connection: Connection) -> tuple[int, int]:
    """How many rows wait to be sent, and how many wait for a chat."""
    row = await connection.fetchrow(COUNTS)
    return (row["waiting"], row["without_chat"]) if row else (0, 0)
