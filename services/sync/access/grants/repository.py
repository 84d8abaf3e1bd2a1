"""Grants and the journal of who did what to them, in Postgres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from shared.db import Connection, from_row, ring_on_commit

GRANT_BELL = "due:grant"
"""Rung when what is wanted changed: who speaks with Boomstream waits for it."""
TELL_BELL = "due:tell_access"
"""Rung when Boomstream has confirmed something: who tells people waits for it."""

Decision = Literal["allow", "deny"]
Deed = Literal[
    "earned", "allowed", "denied", "undecided", "granted", "withdrawn", "refused", "restored"
]

GRANTS = """
SELECT
    grant_id, person_id, resource_id, earned_at, decision, decided_by, decided_at, reason, wanted,
    granted, recovery, recovery_key, granted_at, expires_at, version, told, attempts, next_try_at,
    error
FROM grants
WHERE person_id = $1
"""
LIST = GRANTS + "ORDER BY resource_id LIMIT $2"
FIND = GRANTS + "AND resource_id = $2"
LOCK = FIND + " FOR UPDATE"
LIST_EARNED = """
SELECT person_id, resource_id
FROM grants
WHERE person_id = ANY($1::uuid[]) AND earned_at IS NOT NULL
"""

# What Boomstream has is not known while a call is under way, after one that failed, and where a
# withdrawing waits of what was never confirmed: then it is asked for what is wanted, whatever stood
# here.
# What was denied stays denied, but that it was earned is kept. A row is earned once.
EARN = """
INSERT INTO grants (
    grant_id, person_id, resource_id, earned_at, wanted, recovery, recovery_key, next_try_at
)
SELECT one.grant_id, one.person_id, one.resource_id, $6, true, one.recovery, one.recovery_key, $6
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bytea[], $5::text[])
    AS one (grant_id, person_id, resource_id, recovery, recovery_key)
ORDER BY one.person_id, one.resource_id
ON CONFLICT ON CONSTRAINT grants_one DO UPDATE
SET earned_at = excluded.earned_at,
    wanted = grants.decision IS DISTINCT FROM 'deny',
    granted = CASE
        WHEN grants.wanted OR grants.decision IS NOT DISTINCT FROM 'deny' THEN grants.granted
        WHEN grants.lease_until > now() -- lease
            OR grants.attempts > 0
            OR grants.granted_at IS NULL
            THEN false
        ELSE grants.granted
    END,
    version = grants.version + 1,
    attempts = CASE WHEN grants.wanted THEN grants.attempts ELSE 0 END,
    next_try_at = CASE WHEN grants.wanted THEN grants.next_try_at ELSE excluded.next_try_at END
WHERE grants.earned_at IS NULL
RETURNING person_id, resource_id
"""
DECIDE = """
INSERT INTO grants (
    grant_id, person_id, resource_id, decision, decided_by, decided_at, reason, wanted,
    recovery, recovery_key, next_try_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $6)
ON CONFLICT ON CONSTRAINT grants_one DO UPDATE
SET decision = excluded.decision,
    decided_by = excluded.decided_by,
    decided_at = excluded.decided_at,
    reason = excluded.reason,
    wanted = excluded.wanted,
    granted = CASE
        WHEN grants.wanted = excluded.wanted THEN grants.granted
        WHEN grants.lease_until > now() -- lease
            OR grants.attempts > 0
            OR (grants.granted AND grants.granted_at IS NULL)
            THEN NOT excluded.wanted
        ELSE grants.granted
    END,
    version = grants.version + 1,
    attempts = 0,
    next_try_at = excluded.next_try_at,
    error = NULL
"""
# They are no more: nothing is theirs, and nobody is told.
CLOSE_FOR_GONE = """
UPDATE grants
SET wanted = false,
    granted = granted OR attempts > 0 OR lease_until > now(), -- lease
    version = version + 1,
    attempts = 0,
    next_try_at = $2
WHERE person_id = ANY($1::uuid[]) AND wanted
"""

# Who waits for an answer of Boomstream's that may come at any moment is told of it all at once.
LIST_UNTOLD = """
SELECT person_id
FROM (
    SELECT DISTINCT person_id
    FROM grants
    WHERE told = false AND granted = wanted
    ORDER BY person_id
) AS one
WHERE NOT EXISTS (
    SELECT FROM grants AS other
    WHERE other.person_id = one.person_id
        AND other.wanted <> other.granted
        AND other.attempts = 0
        AND other.error IS NULL
        AND other.next_try_at > $1
)
LIMIT $2
"""
LOCK_UNTOLD = """
SELECT
    one.grant_id, one.resource_id, one.granted, one.granted_at, one.reason,
    one.earned_at IS NOT NULL AS is_earned, resources.title, resources.condition
FROM grants AS one
JOIN resources USING (resource_id)
WHERE one.person_id = $1
    AND one.told = false
    AND one.granted = one.wanted
ORDER BY resources.position, resources.title, one.resource_id
FOR UPDATE OF one SKIP LOCKED
"""
MARK_TOLD = "UPDATE grants SET told = true WHERE grant_id = ANY($1::uuid[])"
NEXT_VERSION = """
INSERT INTO access_told (person_id, version)
VALUES ($1, $2)
ON CONFLICT (person_id) DO UPDATE SET version = access_told.version + $2
RETURNING version
"""

WRITE_DOWN = """
INSERT INTO access_journal (at, person_id, resource_id, deed, by_person, reason)
VALUES ($1, $2, $3, $4, $5, $6)
"""
WRITE_DOWN_EARNED = """
INSERT INTO access_journal (at, person_id, resource_id, deed)
SELECT $3, one.person_id, one.resource_id, 'earned'
FROM unnest($1::uuid[], $2::uuid[]) AS one (person_id, resource_id)
"""

MOST_OF_A_PERSON = 2000


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person has, or is to have. The fields are explained at the table."""

    grant_id: UUID
    person_id: UUID
    resource_id: UUID
    earned_at: datetime | None
    decision: Decision | None
    decided_by: UUID | None
    decided_at: datetime | None
    reason: str | None
    wanted: bool
    granted: bool
    recovery: bytes
    recovery_key: str
    granted_at: datetime | None
    expires_at: datetime | None
    version: int
    told: bool | None
    attempts: int
    next_try_at: datetime
    error: str | None

    def is_open(self, now: datetime) -> bool:
        """Whether Boomstream lets them watch, and is to."""
        is_expired = self.expires_at is not None and self.expires_at <= now
        return self.wanted and self.granted and not is_expired

    def has_run_out(self, now: datetime) -> bool:
        """Whether its time is over, and prolonging it was not tried yet, or did not succeed."""
        is_expired = self.expires_at is not None and self.expires_at <= now
        return self.wanted and is_expired and (self.granted or self.attempts > 0)


@dataclass(frozen=True, slots=True)
class Untold:
    """A grant that was confirmed, or whose end was, and that its person was not told of."""

    grant_id: UUID
    resource_id: UUID
    granted: bool
    granted_at: datetime | None
    reason: str | None
    is_earned: bool
    title: str
    condition: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Earned:
    """A resource that a person has earned just now, and the code of their links, sealed."""

    person_id: UUID
    resource_id: UUID
    recovery: bytes
    recovery_key: str


async def list_grants(connection: Connection, person_id: UUID) -> list[Grant]:
    """All of a person's grants, also those that were denied or are not confirmed yet."""
    rows = await connection.fetch(LIST, person_id, MOST_OF_A_PERSON)
    return [from_row(Grant, row) for row in rows]


async def find(
    connection: Connection, person_id: UUID, resource_id: UUID, *, lock: bool = False
) -> Grant | None:
    """A person's grant of a resource; locked until the transaction ends, if asked."""
    row = await connection.fetchrow(LOCK if lock else FIND, person_id, resource_id)
    return from_row(Grant, row) if row else None


async def list_earned(connection: Connection, person_ids: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
    """Which of them has earned what."""
    rows = await connection.fetch(LIST_EARNED, list(person_ids))
    return {(row["person_id"], row["resource_id"]) for row in rows}


async def earn(
    connection: Connection, earned: Sequence[Earned], now: datetime
) -> list[tuple[UUID, UUID]]:
    """Write down what was earned; gives what was not yet: people and resources."""
    rows = await connection.fetch(
        EARN,
        [uuid4() for _ in earned],
        [one.person_id for one in earned],
        [one.resource_id for one in earned],
        [one.recovery for one in earned],
        [one.recovery_key for one in earned],
        now,
    )
    fresh = [(row["person_id"], row["resource_id"]) for row in rows]
    if fresh:
        people, resources = (list(column) for column in zip(*fresh, strict=True))
        await connection.execute(WRITE_DOWN_EARNED, people, resources, now)
        ring_on_commit(GRANT_BELL)
    return fresh


async def keep_decision(
    connection: Connection,
    person_id: UUID,
    resource_id: UUID,
    *,
    decision: Decision | None,
    wanted: bool,
    reason: str,
    by: UUID,
    recovery: tuple[bytes, str],
    now: datetime,
) -> None:
    """Write an operator's decision; `recovery` is for a row that is not there yet."""
    await connection.execute(
        DECIDE,
        uuid4(),
        person_id,
        resource_id,
        decision,
        by,
        now,
        reason,
        wanted,
        *recovery,
    )
    ring_on_commit(GRANT_BELL)


async def close_for_gone(connection: Connection, person_ids: Sequence[UUID], now: datetime) -> None:
    """Take everything back from people who are no more."""
    if person_ids:
        await connection.execute(CLOSE_FOR_GONE, list(person_ids), now)
        ring_on_commit(GRANT_BELL)


async def list_untold(connection: Connection, *, waits_since: datetime, limit: int) -> list[UUID]:
    """People to be told of their access; what waits since before that moment is not waited for."""
    rows = await connection.fetch(LIST_UNTOLD, waits_since, limit)
    return [row["person_id"] for row in rows]


async def lock_untold(connection: Connection, person_id: UUID) -> list[Untold]:
    """What a person is to be told of, unless another is just telling them."""
    rows = await connection.fetch(LOCK_UNTOLD, person_id)
    return [from_row(Untold, row) for row in rows]


async def mark_told(connection: Connection, grant_ids: Sequence[UUID]) -> None:
    """Their person is told of these."""
    await connection.execute(MARK_TOLD, list(grant_ids))


async def next_version(connection: Connection, person_id: UUID, count: int) -> int:
    """The number of the first of so many events about a person's access; locks their counter."""
    last: int = await connection.fetchval(NEXT_VERSION, person_id, count)
    return last - count + 1


async def write_down(
    connection: Connection,
    person_id: UUID,
    resource_id: UUID,
    deed: Deed,
    *,
    at: datetime,
    by: UUID | None = None,
    reason: str | None = None,
) -> None:
    """Add a line to the journal."""
    await connection.execute(WRITE_DOWN, at, person_id, resource_id, deed, by, reason)
