"""Drafts: links that people sent, until they say what for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.db import Connection, from_row

KEPT = timedelta(days=30)

RECORD = """
INSERT INTO drafts (draft_id, person_id, pull_url, choices, made_at) VALUES ($1, $2, $3, $4, $5)
"""
FIND = "SELECT * FROM drafts WHERE draft_id = $1 AND person_id = $2"
MARK_SENT = "UPDATE drafts SET submission_id = $2 WHERE draft_id = $1"
FORGET = "DELETE FROM drafts WHERE person_id = $1"
PRUNE = """
DELETE FROM drafts
WHERE draft_id IN (SELECT draft_id FROM drafts WHERE made_at < $1 ORDER BY made_at LIMIT $2)
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A link, what it could be sent for, and the work that it became, if it did."""

    draft_id: UUID
    person_id: UUID
    pull_url: str
    choices: list[dict[str, Any]]
    submission_id: UUID | None
    made_at: datetime


async def record(
    connection: Connection,
    draft_id: UUID,
    *,
    person_id: UUID,
    pull_url: str,
    choices: Sequence[dict[str, Any]],
    now: datetime,
) -> None:
    """Keep it for the press that follows."""
    await connection.execute(RECORD, draft_id, person_id, pull_url, choices, now)


async def find(connection: Connection, draft_id: UUID, person_id: UUID) -> Draft | None:
    """A person's own draft."""
    row = await connection.fetchrow(FIND, draft_id, person_id)
    return from_row(Draft, row) if row else None


async def mark_sent(connection: Connection, draft_id: UUID, submission_id: UUID | None) -> None:
    """It became this work."""
    await connection.execute(MARK_SENT, draft_id, submission_id)


async def prune(connection: Connection, *, before: datetime, limit: int) -> int:
    """Forget up to `limit` old ones; gives how many."""
    return int((await connection.execute(PRUNE, before, limit)).split()[-1])


async def forget(connection: Connection, person_id: UUID) -> None:
    """Their person is gone."""
    await connection.execute(FORGET, person_id)
