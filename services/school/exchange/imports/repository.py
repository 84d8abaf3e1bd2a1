"""Uploads that wait for a word."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from shared.db import Connection, from_row

KEPT_FOR = timedelta(hours=1)
MOST_OF_A_PERSON = 5
FORGOTTEN_AT_ONCE = 100

INSERT = """
INSERT INTO imports (import_id, person_id, kind, stream_id, body, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
KEEP_NEWEST = """
DELETE FROM imports
WHERE import_id IN (
    SELECT import_id FROM imports WHERE person_id = $1 ORDER BY created_at DESC, import_id OFFSET $2
)
"""
FIND = """
SELECT import_id, stream_id, body, applied_at
FROM imports
WHERE import_id = $1 AND person_id = $2 AND kind = $3 AND created_at > $4
"""
LOCK = FIND + "FOR UPDATE"
MARK_APPLIED = "UPDATE imports SET applied_at = $2 WHERE import_id = $1"
FORGET = """
DELETE FROM imports
WHERE import_id IN (
    SELECT import_id FROM imports
    WHERE created_at <= $1
    ORDER BY created_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True, slots=True)
class Import:
    """An upload as it was read; `applied_at` once its preview was agreed to."""

    import_id: UUID
    stream_id: UUID | None
    body: str
    applied_at: datetime | None


async def keep(
    connection: Connection,
    import_id: UUID,
    *,
    person_id: UUID,
    kind: Literal["course", "roster"],
    stream_id: UUID | None,
    body: str,
    now: datetime,
) -> None:
    """Keep an upload for an hour; of one person only the newest few."""
    await connection.execute(INSERT, import_id, person_id, kind, stream_id, body, now)
    await connection.execute(KEEP_NEWEST, person_id, MOST_OF_A_PERSON)


async def find(
    connection: Connection,
    import_id: UUID,
    *,
    person_id: UUID,
    kind: Literal["course", "roster"],
    now: datetime,
    lock: bool = False,
) -> Import | None:
    """A person's own upload, while it is kept."""
    statement = LOCK if lock else FIND
    row = await connection.fetchrow(statement, import_id, person_id, kind, now - KEPT_FOR)
    return from_row(Import, row) if row else None


async def mark_applied(connection: Connection, import_id: UUID, now: datetime) -> None:
    """What it says was done."""
    await connection.execute(MARK_APPLIED, import_id, now)


async def forget(connection: Connection, now: datetime) -> int:
    """Forget uploads whose hour is over; gives how many."""
    return int((await connection.execute(FORGET, now - KEPT_FOR, FORGOTTEN_AT_ONCE)).split()[-1])
