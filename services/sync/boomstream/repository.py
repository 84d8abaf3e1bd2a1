"""Grants that Boomstream is to be told of, how it stands with Boomstream, and comparisons.

What it says of waiting, and leases, are by the real clock.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.sync.access.grants.repository import GRANT_BELL, TELL_BELL
from shared.db import Connection, from_row, ring_on_commit, storable

# Locked while somebody claims: replicas together stay within the number of calls at a time.
MAY_ASK = """
SELECT paused_until <= now() FROM boomstream_calls FOR UPDATE -- real clock
"""
PAUSE = """
UPDATE boomstream_calls
SET paused_until = greatest(paused_until, now() + $1::interval), -- real clock
    error = $2
"""
# Seldom: everybody writes this one row.
NOTE_ANSWER = """
UPDATE boomstream_calls
SET answered_at = now(), error = NULL -- bookkeeping
WHERE error IS NOT NULL
    OR answered_at IS NULL
    OR answered_at < now() - interval '10 seconds' -- bookkeeping
"""

# What has run out is not granted any more: it is prolonged as it was granted.
RUN_OUT = """
UPDATE grants
SET granted = false,
    attempts = 0,
    next_try_at = $1
WHERE grant_id = ANY(ARRAY(
    SELECT grant_id
    FROM grants
    WHERE wanted AND granted AND expires_at <= $1
    ORDER BY expires_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED
))
"""
# An array, not a list to join with: the planner cannot know that the limit is small, and reads all.
CLAIM = """
UPDATE grants
SET lease_until = now() + $2::interval -- lease
FROM resources
WHERE resources.resource_id = grants.resource_id
    AND grants.grant_id = ANY(ARRAY(
        SELECT grant_id
        FROM grants
        WHERE wanted <> granted
            AND next_try_at <= $1
            AND lease_until <= now() -- lease
        ORDER BY next_try_at
        LIMIT greatest(
            0, $3 - (SELECT count(*) FROM grants WHERE lease_until > now()) -- lease
        )
        FOR UPDATE SKIP LOCKED
    ))
RETURNING grants.grant_id, grants.person_id, grants.resource_id, grants.wanted, grants.recovery,
    grants.granted_at, grants.version, grants.attempts, grants.error, grants.lease_until,
    resources.kind, resources.code, resources.subscription,
    coalesce((SELECT name FROM people WHERE people.person_id = grants.person_id), '') AS name
"""

# granted_at stays where access was there before: then it came back, and nobody is told again.
CONFIRM = """
UPDATE grants
SET granted = $3,
    granted_at = CASE WHEN $3 THEN coalesce(granted_at, $4) END,
    expires_at = $5,
    told = CASE WHEN (granted_at IS NOT NULL) = $3 THEN told ELSE false END,
    attempts = 0,
    error = NULL,
    lease_until = now() -- lease
WHERE grant_id = $1 AND lease_until = $2
RETURNING grant_id
"""
# Who decided meanwhile has also said when to try.
PUT_OFF = """
UPDATE grants
SET attempts = CASE WHEN version = $3 THEN $4 ELSE attempts END,
    next_try_at = CASE WHEN version = $3 THEN $5 ELSE next_try_at END,
    error = $6,
    lease_until = now() -- lease
WHERE grant_id = $1 AND lease_until = $2
"""
# Whose lease ran out came late, to whatever others did: what is wanted is asked for once more.
DOUBT = """
UPDATE grants
SET granted = NOT wanted,
    next_try_at = $2,
    lease_until = now() -- lease
WHERE grant_id = $1
"""

NOTE_RING = """
UPDATE boomstream_calls SET has_ring = $1 WHERE has_ring <> $1 RETURNING has_ring
"""

FIND_STANDING = """
SELECT paused.error, paused.answered_at,
    greatest(0, extract(epoch FROM paused.paused_until - now()))::float8 AS paused, -- real clock
    (SELECT count(*) FROM grants WHERE wanted <> granted) AS waiting,
    (SELECT count(*) FROM grants WHERE wanted <> granted AND error IS NOT NULL) AS failing,
    (SELECT min(compared_at) FROM boomstream_subscriptions) AS compared_at
FROM boomstream_calls paused
"""
LAST_ANSWERED = "SELECT answered_at FROM boomstream_calls"

LEASED_FOR = timedelta(seconds=90)
"""Longer than all calls for one grant may take."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A grant in hand, with what it is of; `lease_until` is what proves that it is."""

    grant_id: UUID
    person_id: UUID
    resource_id: UUID
    wanted: bool
    recovery: bytes = field(repr=False)
    granted_at: datetime | None
    version: int
    attempts: int
    error: str | None
    lease_until: datetime
    kind: str
    code: str
    subscription: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with Boomstream. paused: seconds that nothing is sent."""

    error: str | None
    answered_at: datetime | None
    paused: float
    waiting: int
    failing: int
    compared_at: datetime | None


async def claim(connection: Connection, now: datetime, *, at_a_time: int) -> list[Claimed]:
    """Take grants to tell Boomstream of: over all replicas at most so many at a time.

    None where nothing may be sent now.
    """
    if not await connection.fetchval(MAY_ASK):
        return []
    await connection.execute(RUN_OUT, now, at_a_time)
    rows = await connection.fetch(CLAIM, now, LEASED_FOR, at_a_time)
    return [from_row(Claimed, row) for row in rows]


async def may_ask(connection: Connection) -> bool:
    """Whether anything may be sent now."""
    return bool(await connection.fetchval(MAY_ASK))


async def pause(connection: Connection, wait: float, error: str) -> None:
    """Send nothing for so many seconds."""
    await connection.execute(PAUSE, timedelta(seconds=wait), storable(error))


async def note_answer(connection: Connection) -> None:
    """It answered: what went wrong before is over."""
    await connection.execute(NOTE_ANSWER)


async def confirm(
    connection: Connection, grant: Claimed, *, expires_at: datetime | None, now: datetime
) -> bool:
    """What was wanted of a claimed grant is so; False: the lease was lost, nothing is written."""
    confirmed = await connection.fetchval(
        CONFIRM, grant.grant_id, grant.lease_until, grant.wanted, now, expires_at
    )
    ring_on_commit(TELL_BELL)
    return confirmed is not None


async def put_off(
    connection: Connection, grant: Claimed, *, attempts: int, until: datetime, error: str
) -> None:
    """It did not come to that: try again then."""
    await connection.execute(
        PUT_OFF,
        grant.grant_id,
        grant.lease_until,
        grant.version,
        attempts,
        until,
        storable(error),
    )


async def doubt(connection: Connection, grant_id: UUID, now: datetime) -> None:
    """Nobody knows what Boomstream has: have what is wanted asked for again."""
    await connection.execute(DOUBT, grant_id, now)
    ring_on_commit(GRANT_BELL)


async def note_ring(connection: Connection, *, has_ring: bool) -> bool:
    """Keep whether there is a ring; says whether that is news."""
    return await connection.fetchval(NOTE_RING, has_ring) is not None


async def find_standing(connection: Connection) -> Standing:
    """How it stands."""
    row = await connection.fetchrow(FIND_STANDING)
    assert row is not None  # noqa: S101 - the migration wrote it
    return from_row(Standing, row)


async def last_answered(connection: Connection) -> datetime | None:
    """When Boomstream last answered anything."""
    moment: datetime | None = await connection.fetchval(LAST_ANSWERED)
    return moment
