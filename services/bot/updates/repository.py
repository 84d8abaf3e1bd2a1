"""Updates: what Telegram told, from the moment it was taken until it is forgotten."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.context import correlation_id
from shared.db import Connection, storable

KEPT = timedelta(hours=48)
"""Telegram may repeat an update for 24 hours; after a week of silence ids begin anew at random."""
PARKED_KEPT = timedelta(days=30)

KNOW_CHATS = """
INSERT INTO chats (chat_id)
SELECT DISTINCT unnest($1::bigint[])
ON CONFLICT (chat_id) DO NOTHING
"""

# Ordered, so that seq follows the order in which Telegram told them.
INSERT = """
INSERT INTO updates (update_id, chat_id, body, correlation_id)
SELECT update_id, chat_id, body, correlation_id
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
    WITH ORDINALITY AS told (update_id, chat_id, body, correlation_id, place)
ORDER BY place
ON CONFLICT (update_id) DO NOTHING
"""

FIND_NEXT = """
SELECT update_id, chat_id, body, correlation_id, attempts, next_try_at
FROM updates
WHERE chat_id = $1 AND handled_at IS NULL AND parked_at IS NULL
ORDER BY seq
LIMIT 1
"""

MARK_HANDLED = """
UPDATE updates
SET handled_at = now(), body = NULL, error = NULL
WHERE update_id = $1
"""

MARK_FAILED = """
UPDATE updates
SET attempts = attempts + 1, error = $2, next_try_at = $3
WHERE update_id = $1
"""

PARK = """
UPDATE updates
SET attempts = attempts + 1, error = $2, parked_at = now()
WHERE update_id = $1
"""

PRUNE = """
DELETE FROM updates
WHERE update_id IN (
    SELECT update_id FROM updates WHERE handled_at < now() - $1::interval LIMIT $3
)
    OR update_id IN (
    SELECT update_id FROM updates WHERE parked_at < now() - $2::interval LIMIT $3
)
"""


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update that waits for its turn. `body` is Telegram's JSON."""

    update_id: int
    chat_id: int
    body: str
    correlation_id: str
    attempts: int
    next_try_at: datetime | None


async def insert(connection: Connection, updates: Sequence[Mapping[str, Any]]) -> int:
    """Keep updates in their order; those that are known already are left as they are.

    Gives how many were new. Where another transaction is just about to keep one of them, this waits
    for it to commit: what is known is durable.
    They are kept as text: JSON may hold characters that Postgres refuses in its json types.
    """
    chat_ids = [chat_of(update) for update in updates]
    await connection.execute(KNOW_CHATS, chat_ids)
    done = await connection.execute(
        INSERT,
        [update["update_id"] for update in updates],
        chat_ids,
        [storable(json.dumps(update, ensure_ascii=False)) for update in updates],
        [correlation_id() for _ in updates],
    )
    return int(done.split()[-1])


def is_storable(number: object) -> bool:
    """Whether this is a whole number that a bigint holds."""
    return type(number) is int and -(2**63) <= number < 2**63


def chat_of(update: Mapping[str, Any]) -> int:
    """The chat whose order an update belongs to; the person where there is none; else 0."""
    for kind, event in update.items():
        if kind == "update_id" or not isinstance(event, dict):
            continue
        message = event.get("message")
        places = (
            event.get("chat"),
            message.get("chat") if isinstance(message, dict) else None,
            event.get("from"),
            event.get("user"),
        )
        for place in places:
            if isinstance(place, dict) and is_storable(place.get("id")):
                return int(place["id"])
    return 0


async def find_next(connection: Connection, chat_id: int) -> StoredUpdate | None:
    """The oldest undone update of a chat."""
    row = await connection.fetchrow(FIND_NEXT, chat_id)
    return StoredUpdate(**{**dict(row), "body": row["body"] or ""}) if row else None


async def mark_handled(connection: Connection, update_id: int) -> None:
    """It had its effect; what the person wrote is forgotten, that it came is not."""
    await connection.execute(MARK_HANDLED, update_id)


async def mark_failed(
    connection: Connection, update_id: int, *, error: str, next_try_at: datetime
) -> None:
    """Count an attempt; the chat waits for the next one."""
    await connection.execute(MARK_FAILED, update_id, error, next_try_at)


async def park(connection: Connection, update_id: int, *, error: str) -> None:
    """Set it aside for the operator; the chat goes on."""
    await connection.execute(PARK, update_id, error)


async def prune(connection: Connection, limit: int) -> int:
    """Forget old updates, up to `limit` of each kind; gives how many."""
    return int((await connection.execute(PRUNE, KEPT, PARKED_KEPT, limit)).split()[-1])
