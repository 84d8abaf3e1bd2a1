"""Openings and closings that Boomstream refuses, and what comparing found."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.db import Connection, from_row

COUNT_FAILING = "SELECT count(*) FROM grants WHERE wanted <> granted AND error IS NOT NULL"
LIST_FAILING = """
SELECT grant_id, grants.person_id, COALESCE(people.name, '') AS name, resource_id, resources.title,
    attempts, next_try_at, error
FROM grants
JOIN resources USING (resource_id)
LEFT JOIN people ON people.person_id = grants.person_id
WHERE wanted <> granted AND error IS NOT NULL
ORDER BY next_try_at, grant_id
LIMIT $1
"""
RETRY = """
UPDATE grants SET next_try_at = least(next_try_at, $2)
WHERE grant_id = $1 AND wanted <> granted
RETURNING person_id
"""
RETRY_ALL = """
UPDATE grants SET next_try_at = least(next_try_at, $1)
WHERE wanted <> granted AND error IS NOT NULL
"""
LIST_SUBSCRIPTIONS = """
SELECT subscription, next_at, compared_at, missing, extra, strangers, error
FROM boomstream_subscriptions
ORDER BY subscription
LIMIT $1
"""


@dataclass(frozen=True, slots=True)
class Failing:
    """An opening, or a closing, that Boomstream refuses."""

    grant_id: UUID
    person_id: UUID
    name: str
    resource_id: UUID
    title: str
    attempts: int
    next_try_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the last comparing of a subscription's buyers with ours found."""

    subscription: str
    next_at: datetime
    compared_at: datetime | None
    missing: int
    extra: int
    strangers: int
    error: str | None


async def count_failing(connection: Connection) -> int:
    """How many openings and closings Boomstream refuses."""
    found: int = await connection.fetchval(COUNT_FAILING)
    return found


async def list_failing(connection: Connection, limit: int) -> list[Failing]:
    """Those of them that are tried next."""
    return [from_row(Failing, row) for row in await connection.fetch(LIST_FAILING, limit)]


async def retry(connection: Connection, grant_id: UUID, now: datetime) -> UUID | None:
    """Have one tried at once; gives whose it is, None if there is nothing to try."""
    found: UUID | None = await connection.fetchval(RETRY, grant_id, now)
    return found


async def retry_all(connection: Connection, now: datetime) -> None:
    """Have all that fail tried at once."""
    await connection.execute(RETRY_ALL, now)


async def list_subscriptions(connection: Connection, limit: int) -> list[Subscription]:
    """Subscriptions of Boomstream that are compared with what stands here."""
    rows = await connection.fetch(LIST_SUBSCRIPTIONS, limit)
    return [from_row(Subscription, row) for row in rows]
