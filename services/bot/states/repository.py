"""Where dialogues stand. Every function is one statement, found by the primary key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiogram.fsm.storage.base import StorageKey

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

FORGET = "DELETE FROM dialogs WHERE chat_id = $1"

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


async def prune(connection: Connection, *, before: datetime, limit: int) -> int:
    """Forget up to `limit` that nobody went on with since then; gives how many."""
    return int((await connection.execute(PRUNE, before, limit)).split()[-1])


async def forget(connection: Connection, chat_id: int) -> None:
    """Whose chat it was is gone."""
    await connection.execute(FORGET, chat_id)
