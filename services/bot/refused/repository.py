"""Messages that Telegram would not take: kept with their reason, for the operator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.db import Connection, from_row, ring_on_commit

# What was tried and given up. A chat that cannot be reached is no finding: its person left it.
LIST_NEWEST = """
SELECT id, chat_id, method, payload, attempts, error, correlation_id, failed_at
FROM outgoing
WHERE failed_at IS NOT NULL
    AND attempts > 0
    AND NOT EXISTS (
        SELECT
        FROM chats
        WHERE chats.chat_id = outgoing.chat_id AND chats.unreachable_at IS NOT NULL
    )
ORDER BY id DESC
LIMIT $1
"""

FIND = """
SELECT id, chat_id, method, payload, attempts, error, correlation_id, failed_at
FROM outgoing
WHERE id = $1 AND failed_at IS NOT NULL
"""

# Not to a chat that is somebody else's by now, and not over what its card shows since then.
REVIVE = """
UPDATE outgoing
SET failed_at = NULL,
    begun_at = NULL,
    first_begun_at = NULL,
    not_before = NULL,
    attempts = 0,
    unknown_outcomes = 0,
    error = NULL
WHERE id = $1
    AND failed_at IS NOT NULL
    AND (person_id IS NULL OR EXISTS (
        SELECT
        FROM people
        WHERE people.person_id = outgoing.person_id
            AND people.telegram_id = outgoing.chat_id
            AND NOT people.deleted
    ))
    AND NOT EXISTS (
        SELECT
        FROM outgoing AS later
        WHERE later.card_id = outgoing.card_id AND later.id > outgoing.id
    )
RETURNING id
"""

DROP = """
WITH told AS (
    UPDATE notices
    SET dropped = 'given up by an operator'
    FROM outgoing
    WHERE outgoing.id = $1
        AND outgoing.failed_at IS NOT NULL
        AND notices.outgoing_id = outgoing.id
)
DELETE FROM outgoing
WHERE id = $1 AND failed_at IS NOT NULL
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that was tried and will not be sent; `payload` is the call as it would be made."""

    id: int
    chat_id: int
    method: str
    payload: dict[str, Any]
    attempts: int
    error: str | None
    correlation_id: str
    failed_at: datetime


async def list_newest(connection: Connection, limit: int) -> list[Refused]:
    """The newest of those whose chats can be reached."""
    return [from_row(Refused, row) for row in await connection.fetch(LIST_NEWEST, limit)]


async def find(connection: Connection, message_id: int) -> Refused | None:
    """One of them."""
    row = await connection.fetchrow(FIND, message_id)
    return from_row(Refused, row) if row else None


async def revive(connection: Connection, message_id: int) -> bool:
    """Let a message be sent after all; False: there is none, or its chat or card has moved on."""
    revived = await connection.fetchval(REVIVE, message_id) is not None
    if revived:
        ring_on_commit("sender")
    return revived


async def drop(connection: Connection, message_id: int) -> bool:
    """Give a message up for good; False: there is none."""
    return await connection.fetchval(DROP, message_id) is not None
