"""What became of notices: for /why, for a person's own page, for the operator's trace."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.db import Connection, from_row

LIST_RECENT = "SELECT * FROM seen WHERE person_id = $1 ORDER BY id DESC LIMIT $2"
FIND_BY_CARD = "SELECT * FROM seen WHERE card_id = $1 ORDER BY id DESC LIMIT 1"
FIND_LAST_TOLD = """
SELECT * FROM seen WHERE person_id = $1 AND told_at IS NOT NULL ORDER BY id DESC LIMIT 1
"""
LIST_BY_MESSAGE = """
SELECT seen.*
FROM seen
WHERE person_id = $1
    AND outgoing_id IN (
        SELECT id FROM outgoing WHERE chat_id = $2 AND telegram_message_id = $3
    )
ORDER BY id DESC
LIMIT $4
"""

# A message, with the notices that it tells; a notice that no message tells stands alone.
LIST_BY_CORRELATION = """
SELECT
    outgoing.id AS outgoing_id,
    notices.rule,
    notices.subject,
    outgoing.method,
    coalesce(notices.person_id, outgoing.person_id) AS person_id,
    outgoing.chat_id,
    coalesce(notices.recorded_at, outgoing.recorded_at) AS recorded_at,
    notices.waits_for,
    notices.due_at,
    notices.dropped,
    outgoing.begun_at,
    outgoing.sent_at,
    outgoing.telegram_message_id,
    outgoing.failed_at,
    coalesce(outgoing.attempts, 0) AS attempts,
    outgoing.error
FROM (SELECT * FROM notices WHERE correlation_id = $1) AS notices
FULL JOIN (
    SELECT *
    FROM outgoing
    WHERE correlation_id = $1
        OR id IN (SELECT outgoing_id FROM notices WHERE correlation_id = $1)
) AS outgoing ON outgoing.id = notices.outgoing_id
ORDER BY coalesce(notices.recorded_at, outgoing.recorded_at), outgoing.id
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A notice and what became of it."""

    id: int
    rule: str
    facts: dict[str, Any]
    correlation_id: str
    recorded_at: datetime
    waits_for: str | None
    due_at: datetime | None
    dropped: str | None
    card_id: int | None
    told_at: datetime | None
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Traced:
    """One message of a cause with its notice, a reply (no rule), or a notice without a message."""

    outgoing_id: int | None
    rule: str | None
    subject: str | None
    method: str | None
    person_id: UUID | None
    chat_id: int | None
    recorded_at: datetime
    waits_for: str | None
    due_at: datetime | None
    dropped: str | None
    begun_at: datetime | None
    sent_at: datetime | None
    telegram_message_id: int | None
    failed_at: datetime | None
    attempts: int
    error: str | None


async def list_recent(connection: Connection, person_id: UUID, limit: int) -> list[Seen]:
    """A person's notices and what became of each, newest first."""
    return [from_row(Seen, row) for row in await connection.fetch(LIST_RECENT, person_id, limit)]


async def find_by_card(connection: Connection, card_id: int) -> Seen | None:
    """The newest notice of a card."""
    row = await connection.fetchrow(FIND_BY_CARD, card_id)
    return from_row(Seen, row) if row else None


async def find_last_told(connection: Connection, person_id: UUID) -> Seen | None:
    """The newest notice that reached a person's chat."""
    row = await connection.fetchrow(FIND_LAST_TOLD, person_id)
    return from_row(Seen, row) if row else None


async def list_by_message(
    connection: Connection, person_id: UUID, chat_id: int, message_id: int, limit: int
) -> list[Seen]:
    """What a message of the chat told the person, newest first: a card's with its edits, or a
    summary's."""
    rows = await connection.fetch(LIST_BY_MESSAGE, person_id, chat_id, message_id, limit)
    return [from_row(Seen, row) for row in rows]


async def list_by_correlation(connection: Connection, correlation_id: str) -> list[Traced]:
    """Every message that a cause led to, with its times: for `parta trace`."""
    rows = await connection.fetch(LIST_BY_CORRELATION, correlation_id)
    return [from_row(Traced, row) for row in rows]
