"""The outbox: an event exists if and only if the business row that it tells of was committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from shared.context import correlation_id
from shared.db import Connection, ring_on_commit
from shared.events import BY_TYPE, Event
from shared.message import MAX_BODY, Message

RETENTION = timedelta(days=7)
"""How long a sent row may be sent again; the inbox remembers a day longer."""

RECORD = """
INSERT INTO outbox (message_id, type, key, body, correlation_id, sent_at)
VALUES ($1, $2, $3, $4, $5, CASE WHEN $6 THEN now() END)
"""

LOCK_KEY = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"

UNSENT = """
SELECT id, message_id, type, body, correlation_id
FROM outbox
WHERE sent_at IS NULL AND type = ANY($2::text[])
ORDER BY id
LIMIT $1
"""

MARK_SENT = "UPDATE outbox SET sent_at = now() WHERE id = ANY($1::bigint[])"

RESEND = """
UPDATE outbox
SET sent_at = NULL
WHERE sent_at IS NOT NULL
    AND recorded_at >= $1
    AND type = ANY($2::text[])
"""

OLDEST_UNSENT = """
SELECT extract(epoch FROM now() - min(recorded_at))::float8
FROM outbox
WHERE sent_at IS NULL
"""

PRUNE = """
DELETE FROM outbox
WHERE id IN (
    SELECT id FROM outbox WHERE sent_at < now() - $1::interval ORDER BY sent_at LIMIT $2
)
"""


class NotInTransaction(Exception):
    """An event may only be recorded in the transaction that writes what it tells of."""


class EventTooLarge(Exception):
    """An event's body is over 64 KiB: tell a reference, not the thing."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row that waits to be sent."""

    id: int
    message: Message


async def record(connection: Connection, event: Event, *, lock_key: bool = False) -> None:
    """Write the event beside the business row, to be sent after the commit.

    Call it *after* the statement that writes or locks the key's own row: then the order of ids is
    the order of commits for that key. Where there is no such row, pass `lock_key=True`.

    Raises:
        NotInTransaction: there is no transaction to belong to.
        EventTooLarge: its body has more than 64 KiB.
    """
    if not connection.is_in_transaction():
        raise NotInTransaction(event.type)
    body = event.model_dump_json()
    if len(body.encode()) > MAX_BODY:
        raise EventTooLarge(event.type)
    if lock_key:
        await connection.execute(LOCK_KEY, event.key())
    unheard = not event.listeners
    await connection.execute(
        RECORD, uuid4(), event.type, event.key(), body, correlation_id(), unheard
    )
    ring_on_commit("relay")


async def list_unsent(connection: Connection, limit: int) -> list[OutboxRow]:
    """The oldest unsent rows. Never `id > last`: a lower id may commit later.

    A row of a type that this version does not know waits for the version that does.
    """
    return [
        OutboxRow(
            row["id"],
            Message(
                message_id=str(row["message_id"]),
                type=row["type"],
                body=row["body"].encode(),
                correlation_id=row["correlation_id"],
            ),
        )
        for row in await connection.fetch(UNSENT, limit, list(BY_TYPE))
    ]


async def mark_sent(connection: Connection, rows: Sequence[OutboxRow]) -> None:
    """Say that every listener's queue, or listener, has these."""
    await connection.execute(MARK_SENT, [row.id for row in rows])


async def resend(connection: Connection, *, since: datetime, types: Sequence[str]) -> int:
    """Offer sent rows again, in their old order; inboxes drop what they know. Gives how many."""
    status = await connection.execute(RESEND, since, list(types))
    ring_on_commit("relay")
    return int(status.split()[-1])


async def oldest_unsent(connection: Connection) -> float | None:
    """Age in seconds of the oldest event not yet sent; None when there is none."""
    age: float | None = await connection.fetchval(OLDEST_UNSENT)
    return age


async def prune(connection: Connection, limit: int) -> int:
    """Forget up to `limit` sent rows older than the retention; gives how many."""
    return int((await connection.execute(PRUNE, RETENTION, limit)).split()[-1])
