"""When each subscription was compared, what came of it, and the grants that it is held against."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.sync.access.grants.repository import GRANT_BELL
from shared.db import Connection, from_row, ring_on_commit, storable

# One that is used no more stays as long as anybody of ours is found there.
NOTE_USED = """
INSERT INTO boomstream_subscriptions (subscription, next_at)
SELECT DISTINCT coalesce(resources.subscription, $1), $2::timestamptz
FROM resources
WHERE coalesce(resources.subscription, $1) <> ''
    AND EXISTS (SELECT FROM grants WHERE grants.resource_id = resources.resource_id)
ON CONFLICT (subscription) DO NOTHING
"""
CLAIM = """
UPDATE boomstream_subscriptions
SET lease_until = now() + $2::interval -- lease
WHERE subscription = (
    SELECT subscription
    FROM boomstream_subscriptions
    WHERE next_at <= $1 AND lease_until <= now() -- lease
    ORDER BY next_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING subscription, error
"""
FINISH = """
UPDATE boomstream_subscriptions
SET next_at = $2,
    compared_at = $3,
    missing = $4,
    extra = $5,
    strangers = $6,
    error = NULL,
    lease_until = now() -- lease
WHERE subscription = $1
"""
PUT_OFF = """
UPDATE boomstream_subscriptions
SET next_at = $2,
    error = $3,
    lease_until = now() -- lease
WHERE subscription = $1
"""

LIST_PAGE = """
SELECT grants.grant_id, grants.person_id, grants.resource_id, grants.wanted, grants.granted,
    grants.recovery, grants.granted_at, grants.expires_at,
    resources.kind, resources.code, resources.subscription
FROM grants
JOIN resources USING (resource_id)
WHERE grants.grant_id > $1
ORDER BY grants.grant_id
LIMIT $2
"""
# By what the rows are now, not by what they were when they were read; what is in hand is left.
MARK_MISSING = """
UPDATE grants
SET granted = false, attempts = 0, next_try_at = $2
WHERE grant_id = ANY($1::uuid[])
    AND wanted
    AND granted
    AND lease_until <= now() -- lease
"""
MARK_EXTRA = """
UPDATE grants
SET granted = true, attempts = 0, next_try_at = $2
WHERE grant_id = ANY($1::uuid[])
    AND NOT wanted
    AND NOT granted
    AND lease_until <= now() -- lease
"""
MOVE_END = """
UPDATE grants
SET expires_at = $2
WHERE grant_id = $1
    AND wanted
    AND granted
    AND expires_at IS NOT DISTINCT FROM $3
    AND lease_until <= now() -- lease
"""

FIRST = UUID(int=0)
LEASED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison reads of a grant."""

    grant_id: UUID
    person_id: UUID
    resource_id: UUID
    wanted: bool
    granted: bool
    recovery: bytes = field(repr=False)
    granted_at: datetime | None
    expires_at: datetime | None
    kind: str
    code: str
    subscription: str | None


@dataclass(frozen=True, slots=True)
class Compare:
    """A subscription to compare, and what went wrong the last time."""

    subscription: str
    error: str | None


@dataclass(slots=True)
class Outcome:
    """What a comparison came to, counted.

    missing: confirmed once, and gone there. extra: still there, and not wanted. strangers: there,
    and not by a grant of ours.
    """

    missing: int = 0
    extra: int = 0
    strangers: int = 0

    def as_facts(self) -> dict[str, int]:
        """For the log."""
        return asdict(self)


async def note_used(connection: Connection, default: str, next_at: datetime) -> None:
    """Have every subscription compared that a grant is of; a new one then."""
    await connection.execute(NOTE_USED, default, next_at)


async def claim(connection: Connection, now: datetime) -> Compare | None:
    """The subscription whose moment came first; for some minutes it is nobody else's."""
    row = await connection.fetchrow(CLAIM, now, LEASED_FOR)
    return from_row(Compare, row) if row else None


async def finish(
    connection: Connection, subscription: str, outcome: Outcome, *, now: datetime, next_at: datetime
) -> None:
    """Write what a comparison came to."""
    await connection.execute(
        FINISH, subscription, next_at, now, outcome.missing, outcome.extra, outcome.strangers
    )


async def put_off(connection: Connection, subscription: str, next_at: datetime, error: str) -> None:
    """Nothing was learned."""
    await connection.execute(PUT_OFF, subscription, next_at, storable(error))


async def list_page(connection: Connection, after: UUID, limit: int) -> list[Compared]:
    """The next grants in the order of their ids."""
    rows = await connection.fetch(LIST_PAGE, after, limit)
    return [from_row(Compared, row) for row in rows]


async def mark_missing(connection: Connection, grant_ids: Sequence[UUID], now: datetime) -> int:
    """Have these granted again; gives how many."""
    return await _mark(connection, MARK_MISSING, grant_ids, now)


async def mark_extra(connection: Connection, grant_ids: Sequence[UUID], now: datetime) -> int:
    """Have these withdrawn again; gives how many."""
    return await _mark(connection, MARK_EXTRA, grant_ids, now)


async def _mark(
    connection: Connection, statement: str, grant_ids: Sequence[UUID], now: datetime
) -> int:
    if not grant_ids:
        return 0
    done = await connection.execute(statement, list(grant_ids), now)
    ring_on_commit(GRANT_BELL)
    return int(done.split()[-1])


async def move_ends(
    connection: Connection, moved: Sequence[tuple[Compared, datetime | None]]
) -> None:
    """Somebody has given these another end at Boomstream."""
    await connection.executemany(
        MOVE_END, [(grant.grant_id, end, grant.expires_at) for grant, end in moved]
    )
