"""The sending queue as those see it who want something sent; `sending/` takes it from there."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from aiogram.methods import SetMyCommands, TelegramMethod

from services.bot.chats import repository as chats
from services.bot.outgoing.fitting import fit
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
    correlation_id, card_id, is_edit
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

# What tells a notice and is not under way goes back: it was meant for another chat.
TAKE_BACK = """
WITH taken AS (
    SELECT outgoing.id
    FROM outgoing
    WHERE outgoing.person_id = $1
        AND outgoing.chat_id IS DISTINCT FROM $2
        AND outgoing.sent_at IS NULL
        AND outgoing.failed_at IS NULL
        AND outgoing.begun_at IS NULL
        AND outgoing.lane = 1
    ORDER BY outgoing.id
    FOR UPDATE
), freed AS (
    UPDATE notices
    SET outgoing_id = NULL, waits_for = 'chat', due_at = $3
    FROM taken
    WHERE notices.outgoing_id = taken.id
)
UPDATE outgoing
SET failed_at = $3, error = 'the chat is no longer this person''s'
FROM taken
WHERE outgoing.id = taken.id
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

COUNT_REPLIES = """
SELECT count(*)
FROM outgoing
WHERE chat_id = $1 AND lane = 0 AND counted AND sent_at IS NULL AND failed_at IS NULL
"""

COUNT = "SELECT count(*) FROM outgoing WHERE sent_at IS NULL AND failed_at IS NULL"


async def enqueue(
    connection: Connection,
    method: TelegramMethod[Any],
    *,
    chat_id: int,
    person_id: UUID | None,
    lane: int,
    now: datetime,
    not_before: datetime | None = None,
    card_id: int | None = None,
    is_edit: bool = False,
) -> int:
    """Write down what is to be sent; the sender is woken once it is committed.

    The row's chat is where it goes, whatever chat the method names: a group may move. A card's
    message is given as a message that fits: the sender makes it an edit (`is_edit`) or an answer to
    the card's earlier one, as the chat stands when its turn comes. Any other that is too long
    becomes several; gives the last one's row.
    """
    row_id = 0
    for one in [method] if card_id is not None else fit(method):
        name, payload = freeze(one)
        payload.pop("chat_id", None)
        row_id = await connection.fetchval(
            ENQUEUE,
            chat_id,
            person_id,
            lane,
            name,
            payload,
            name not in FREE,
            now,
            not_before,
            correlation_id(),
            card_id,
            is_edit,
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


async def take_back(
    connection: Connection, person_id: UUID, *, chat_id: int | None, now: datetime
) -> None:
    """A person has this chat now, or none: notices on their way to another wait again."""
    await connection.execute(TAKE_BACK, person_id, chat_id, now)


async def prune(connection: Connection, *, before: datetime, limit: int) -> int:
    """Forget up to `limit` rows that are done and older; gives how many."""
    return int((await connection.execute(PRUNE, before, limit)).split()[-1])


async def count_replies(connection: Connection, chat_id: int) -> int:
    """How many answers to a chat wait for their turn."""
    waiting: int = await connection.fetchval(COUNT_REPLIES, chat_id)
    return waiting


async def count(connection: Connection) -> int:
    """How many rows wait to be sent."""
    waiting: int = await connection.fetchval(COUNT)
    return waiting
