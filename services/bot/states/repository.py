"""Where dialogues stand. Every function is one statement, found by the primary key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiogram.fsm.storage.base import StorageKey

from services.bot.errors import DialogTooLarge
from shared.db import Connection

KEPT = timedelta(days=30)
"""How long a dialogue waits for its person."""
LARGEST_DATA = 16 * 1024
"""Bytes of a dialogue's data, as JSON."""

FIND = """
SELECT state, data
FROM dialogs
WHERE bot_id = $1
    AND chat_id = $2
    AND user_id = $3
    AND thread_id = $4
    AND business_connection_id = $5
    AND destiny = $6
"""

SAVE = """
INSERT INTO dialogs (
    bot_id, chat_id, user_id, thread_id, business_connection_id, destiny, state, data, touched_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (chat_id, user_id, bot_id, thread_id, business_connection_id, destiny) DO UPDATE
SET state = excluded.state, data = excluded.data, touched_at = excluded.touched_at
"""

DELETE = """
DELETE FROM dialogs
WHERE bot_id = $1
    AND chat_id = $2
    AND user_id = $3
    AND thread_id = $4
    AND business_connection_id = $5
    AND destiny = $6
"""

SET_STATE = """
INSERT INTO dialogs (
    bot_id, chat_id, user_id, thread_id, business_connection_id, destiny, state, data, touched_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, '{}', $8)
ON CONFLICT (chat_id, user_id, bot_id, thread_id, business_connection_id, destiny) DO UPDATE
SET state = excluded.state, touched_at = excluded.touched_at
"""

DROP_STATE = """
MERGE INTO dialogs
USING (SELECT) AS nothing
ON bot_id = $1
    AND chat_id = $2
    AND user_id = $3
    AND thread_id = $4
    AND business_connection_id = $5
    AND destiny = $6
WHEN MATCHED AND data = '{}' THEN DELETE
WHEN MATCHED THEN UPDATE SET state = NULL, touched_at = $7
"""

SET_DATA = """
INSERT INTO dialogs (
    bot_id, chat_id, user_id, thread_id, business_connection_id, destiny, data, touched_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (chat_id, user_id, bot_id, thread_id, business_connection_id, destiny) DO UPDATE
SET data = excluded.data, touched_at = excluded.touched_at
"""

DROP_DATA = """
MERGE INTO dialogs
USING (SELECT) AS nothing
ON bot_id = $1
    AND chat_id = $2
    AND user_id = $3
    AND thread_id = $4
    AND business_connection_id = $5
    AND destiny = $6
WHEN MATCHED AND state IS NULL THEN DELETE
WHEN MATCHED THEN UPDATE SET data = '{}', touched_at = $7
"""

# Two who add at once both have their keys kept; what would grow too large stays as it was.
ADD_DATA = """
INSERT INTO dialogs (
    bot_id, chat_id, user_id, thread_id, business_connection_id, destiny, data, touched_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (chat_id, user_id, bot_id, thread_id, business_connection_id, destiny) DO UPDATE
SET data = dialogs.data || excluded.data, touched_at = excluded.touched_at
WHERE octet_length((dialogs.data || excluded.data)::text) <= $9
RETURNING data
"""

PRUNE = """
DELETE FROM dialogs
WHERE ctid = ANY(ARRAY(
    SELECT ctid
    FROM dialogs
    WHERE touched_at < $1
    ORDER BY touched_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED
))
"""


@dataclass(frozen=True, slots=True)
class Dialog:
    """Where one stands, and what is known so far. Without either there is no row."""

    state: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def _columns(key: StorageKey) -> tuple[int, int, int, int, str, str]:
    return (
        key.bot_id,
        key.chat_id,
        key.user_id,
        key.thread_id or 0,
        key.business_connection_id or "",
        key.destiny,
    )


async def find(connection: Connection, key: StorageKey) -> Dialog:
    """Where it stands; nowhere is a dialogue without state and data."""
    row = await connection.fetchrow(FIND, *_columns(key))
    return Dialog(row["state"], row["data"]) if row else Dialog()


async def save(connection: Connection, key: StorageKey, dialog: Dialog, *, now: datetime) -> None:
    """Write the whole down, for who has the chat to themselves."""
    if dialog.state is None and not dialog.data:
        await connection.execute(DELETE, *_columns(key))
        return
    await connection.execute(SAVE, *_columns(key), dialog.state, dict(dialog.data), now)


async def set_state(
    connection: Connection, key: StorageKey, state: str | None, *, now: datetime
) -> None:
    """Move to a state, or to none; the data stays."""
    if state is None:
        await connection.execute(DROP_STATE, *_columns(key), now)
        return
    await connection.execute(SET_STATE, *_columns(key), state, now)


async def set_data(
    connection: Connection, key: StorageKey, data: Mapping[str, Any], *, now: datetime
) -> None:
    """Put this in the place of the data; the state stays."""
    if not data:
        await connection.execute(DROP_DATA, *_columns(key), now)
        return
    await connection.execute(SET_DATA, *_columns(key), dict(data), now)


async def add_data(
    connection: Connection, key: StorageKey, data: Mapping[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Add to the data, key by key; gives all of it.

    Raises:
        DialogTooLarge: together they are more than fits; nothing was added.
    """
    added: dict[str, Any] | None = await connection.fetchval(
        ADD_DATA, *_columns(key), dict(data), now, LARGEST_DATA
    )
    if added is None:
        raise DialogTooLarge(LARGEST_DATA)
    return added


async def prune(connection: Connection, *, before: datetime, limit: int) -> int:
    """Forget up to `limit` that nobody went on with since then; gives how many."""
    return int((await connection.execute(PRUNE, before, limit)).split()[-1])
