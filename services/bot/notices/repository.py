"""Notices: what people were told, or wait to be told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.context import correlation_id
from shared.db import Connection, from_row

KEPT = timedelta(days=30)

CLAIM_VERSION = """
INSERT INTO told (subject, version, told_at)
VALUES ($1, $2, $3)
ON CONFLICT (subject) DO UPDATE
SET version = excluded.version, told_at = excluded.told_at
WHERE told.version < excluded.version
RETURNING version
"""

RECORD = """
INSERT INTO notices (person_id, kind, subject, version, facts, correlation_id, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT ON CONSTRAINT notices_once DO NOTHING
RETURNING id
"""

# Those being sent are left alone: what is under way cannot be called back.
LIST_UNSENT = """
SELECT outgoing.id AS outgoing_id, outgoing.chat_id, notices.kind, notices.facts
FROM outgoing
JOIN notices ON notices.id = outgoing.notice_id
WHERE outgoing.person_id = $1
    AND outgoing.sent_at IS NULL
    AND outgoing.failed_at IS NULL
    AND outgoing.begun_at IS NULL
    AND (outgoing.chat_id IS NOT NULL OR outgoing.recorded_at > $2)
ORDER BY outgoing.id
FOR UPDATE OF outgoing
"""

FIND_LAST = """
SELECT notices.kind, notices.facts, notices.recorded_at, outgoing.sent_at, outgoing.error
FROM notices
JOIN outgoing ON outgoing.notice_id = notices.id
WHERE notices.person_id = $1
ORDER BY notices.id DESC
LIMIT 1
"""

LIST_BY_CORRELATION = """
SELECT
    outgoing.id AS outgoing_id,
    notices.kind,
    notices.subject,
    outgoing.method,
    coalesce(notices.person_id, outgoing.person_id) AS person_id,
    outgoing.chat_id,
    outgoing.recorded_at,
    outgoing.begun_at,
    outgoing.sent_at,
    outgoing.telegram_message_id,
    outgoing.failed_at,
    outgoing.attempts,
    outgoing.error
FROM outgoing
LEFT JOIN notices ON notices.id = outgoing.notice_id
WHERE outgoing.correlation_id = $1
ORDER BY outgoing.id
"""

PRUNE = """
DELETE FROM notices
WHERE id IN (
    SELECT id
    FROM notices
    WHERE recorded_at < $1
        AND NOT EXISTS (SELECT FROM outgoing WHERE outgoing.notice_id = notices.id)
    ORDER BY recorded_at
    LIMIT $2
)
"""


@dataclass(frozen=True, slots=True)
class Unsent:
    """A notice that nobody is sending yet."""

    outgoing_id: int
    chat_id: int | None
    kind: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LastNotice:
    """What a person was told last, or is to be told."""

    kind: str
    facts: dict[str, Any]
    recorded_at: datetime
    sent_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Traced:
    """One message of a cause: a notice where `kind` is set, else a reply."""

    outgoing_id: int
    kind: str | None
    subject: str | None
    method: str
    person_id: UUID | None
    chat_id: int | None
    recorded_at: datetime
    begun_at: datetime | None
    sent_at: datetime | None
    telegram_message_id: int | None
    failed_at: datetime | None
    attempts: int
    error: str | None


async def claim_version(
    connection: Connection, subject: str, version: int, *, now: datetime
) -> bool:
    """Take the right to tell of this version; False: it, or a newer one, was told of."""
    return await connection.fetchval(CLAIM_VERSION, subject, version, now) is not None


async def record(
    connection: Connection,
    *,
    person_id: UUID,
    kind: str,
    subject: str,
    version: int,
    facts: dict[str, Any],
    now: datetime,
) -> int | None:
    """Write a notice down, once; None when it stands already."""
    notice_id: int | None = await connection.fetchval(
        RECORD, person_id, kind, subject, version, facts, correlation_id(), now
    )
    return notice_id


async def list_unsent(connection: Connection, person_id: UUID, *, since: datetime) -> list[Unsent]:
    """A person's notices that wait for a chat since then, or for their turn; locked."""
    return [from_row(Unsent, row) for row in await connection.fetch(LIST_UNSENT, person_id, since)]


async def find_last(connection: Connection, person_id: UUID) -> LastNotice | None:
    """A person's newest notice."""
    row = await connection.fetchrow(FIND_LAST, person_id)
    return from_row(LastNotice, row) if row else None


async def list_by_correlation(connection: Connection, correlation_id: str) -> list[Traced]:
    """Every message that a cause led to, with its times: for `parta trace`."""
    rows = await connection.fetch(LIST_BY_CORRELATION, correlation_id)
    return [from_row(Traced, row) for row in rows]


async def prune(connection: Connection, *, before: datetime, limit: int) -> int:
    """Forget up to `limit` old notices whose messages are forgotten; gives how many."""
    return int((await connection.execute(PRUNE, before, limit)).split()[-1])
