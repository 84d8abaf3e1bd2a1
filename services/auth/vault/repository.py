"""Rights in Postgres. Refresh and access tokens are there sealed, or not at all."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Record

from shared.db import Connection, from_row

FRESH_FOR = timedelta(seconds=60)
"""What is handed out lives at least this long."""
LEASE = timedelta(seconds=20)
RESTS_FOR = timedelta(seconds=5)
TOUCH_AFTER = timedelta(minutes=1)
SHOWN_AFTER_END = timedelta(days=90)
MOST_SHOWN = 50

_SEEN = """
    right_id, person_id, version, name, issuer, sealed, access_sealed,
    coalesce(extract(epoch FROM access_until - now()), 0)::float8 AS lives_for,
    coalesce(lease_owner IS NULL AND lease_until > now(), false) AS rests,
    coalesce(last_used_at < now() - interval '1 minute', true) AS is_use_stale
"""

KEEP = """
INSERT INTO rights (
    right_id, person_id, name, issuer, subject, label, scopes, sealed, access_sealed, access_until
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + $10::interval)
ON CONFLICT (right_id) DO UPDATE
SET version = rights.version + 1,
    label = excluded.label,
    scopes = excluded.scopes,
    sealed = excluded.sealed,
    access_sealed = excluded.access_sealed,
    access_until = excluded.access_until,
    lease_owner = NULL,
    lease_until = NULL,
    granted_at = now(),
    ended_at = NULL,
    end_reason = NULL
"""

FIND = f"""
SELECT {_SEEN}
FROM rights
WHERE person_id = $1
    AND name = $2
    AND ($3::uuid IS NULL OR right_id = $3)
ORDER BY sealed IS NULL, granted_at DESC
LIMIT 1
"""  # noqa: S608 - constants

FIND_BY_ID = f"SELECT {_SEEN} FROM rights WHERE right_id = $1"  # noqa: S608 - constants

# Whoever finds it fresh, ended, or under another's lease does not get it.
LEASE_IT = f"""
UPDATE rights
SET lease_owner = $2,
    lease_until = now() + $3::interval
WHERE right_id = $1
    AND sealed IS NOT NULL
    AND (lease_until IS NULL OR lease_until < now())
    AND (access_until IS NULL OR access_until < now() + $4::interval)
RETURNING {_SEEN}
"""  # noqa: S608 - constants

# Only under the lease: what comes late must not overwrite what was granted or ended meanwhile.
REFRESHED = """
UPDATE rights
SET sealed = coalesce($3, sealed),
    access_sealed = $4,
    access_until = now() + $5::interval,
    lease_owner = NULL,
    lease_until = NULL
WHERE right_id = $1
    AND lease_owner = $2
    AND sealed IS NOT NULL
RETURNING right_id
"""

LET_REST = """
UPDATE rights
SET lease_owner = NULL,
    lease_until = now() + $3::interval
WHERE right_id = $1
    AND lease_owner = $2
"""

END = """
UPDATE rights
SET sealed = NULL,
    access_sealed = NULL,
    access_until = NULL,
    lease_owner = NULL,
    lease_until = NULL,
    ended_at = now(),
    end_reason = $3
WHERE right_id = $1
    AND sealed IS NOT NULL
    AND ($2::uuid IS NULL OR lease_owner = $2)
RETURNING *
"""

LOCK_SEALED = """
SELECT sealed
FROM rights
WHERE right_id = $1
    AND person_id = $2
    AND sealed IS NOT NULL
FOR UPDATE
"""

TOUCH = """
UPDATE rights
SET last_used_at = now(),
    last_used_by = $2
WHERE right_id = $1
    AND (last_used_at IS NULL OR last_used_at < now() - $3::interval)
"""

LIST = """
SELECT *
FROM rights
WHERE person_id = $1
    AND (ended_at IS NULL OR ended_at > now() - $2::interval)
ORDER BY ended_at IS NOT NULL, granted_at DESC
LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Right:
    """A right as its person sees it: no token in it."""

    right_id: UUID
    person_id: UUID
    version: int
    name: str
    issuer: str
    label: str
    granted_at: datetime
    last_used_at: datetime | None
    last_used_by: str | None
    ended_at: datetime | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class SeenRight:
    """A right as access to it is asked for. `lives_for`: seconds that the kept access lives on."""

    right_id: UUID
    person_id: UUID
    version: int
    name: str
    issuer: str
    lives_for: float
    rests: bool
    is_use_stale: bool
    sealed: str | None = field(repr=False)
    access_sealed: str | None = field(repr=False)

    @property
    def has_ended(self) -> bool:
        """Whether it was taken back, here or there."""
        return self.sealed is None

    @property
    def is_fresh(self) -> bool:
        """Whether the kept access may be handed out."""
        return self.access_sealed is not None and self.lives_for >= FRESH_FOR.total_seconds()


async def keep(
    connection: Connection,
    *,
    right_id: UUID,
    person_id: UUID,
    name: str,
    issuer: str,
    subject: str,
    label: str,
    scopes: tuple[str, ...],
    sealed: str,
    access_sealed: str | None,
    lives_for: timedelta,
) -> None:
    """Write a right down, in the place of the same one as it stood before."""
    await connection.execute(
        KEEP,
        right_id,
        person_id,
        name,
        issuer,
        subject,
        label,
        list(scopes),
        sealed,
        access_sealed,
        lives_for,
    )


async def find(
    connection: Connection, person_id: UUID, name: str, right_id: UUID | None
) -> SeenRight | None:
    """A person's right of this name: the given one, or the one granted last."""
    return _seen(await connection.fetchrow(FIND, person_id, name, right_id))


async def find_by_id(connection: Connection, right_id: UUID) -> SeenRight | None:
    """The right as it stands now."""
    return _seen(await connection.fetchrow(FIND_BY_ID, right_id))


async def lease(connection: Connection, right_id: UUID, owner: UUID) -> SeenRight | None:
    """Take the refreshing of a right, for 20 s; None: there is no need, or another has it."""
    return _seen(await connection.fetchrow(LEASE_IT, right_id, owner, LEASE, FRESH_FOR))


async def write_refreshed(
    connection: Connection,
    right_id: UUID,
    owner: UUID,
    *,
    sealed: str | None,
    access_sealed: str,
    lives_for: timedelta,
) -> bool:
    """Write new access, and a new refresh token where there is one; False: the lease was lost."""
    found = await connection.fetchval(REFRESHED, right_id, owner, sealed, access_sealed, lives_for)
    return found is not None


async def let_rest(connection: Connection, right_id: UUID, owner: UUID) -> None:
    """Give the lease up, and have nobody ask the other side for five seconds."""
    await connection.execute(LET_REST, right_id, owner, RESTS_FOR)


async def end(
    connection: Connection, right_id: UUID, *, owner: UUID | None, reason: str
) -> Right | None:
    """End a right and forget its tokens; None: it has ended, or the lease was lost."""
    row = await connection.fetchrow(END, right_id, owner, reason)
    return from_row(Right, row) if row else None


async def lock_sealed(connection: Connection, right_id: UUID, person_id: UUID) -> str | None:
    """The sealed refresh token of a person's right; None: no such right of theirs, or over."""
    sealed: str | None = await connection.fetchval(LOCK_SEALED, right_id, person_id)
    return sealed


async def touch(connection: Connection, right_id: UUID, service: str) -> None:
    """Note the use of a right, at most once a minute."""
    await connection.execute(TOUCH, right_id, service, TOUCH_AFTER)


async def list_shown(connection: Connection, person_id: UUID) -> list[Right]:
    """A person's rights, those that ended within 90 days included, last."""
    rows = await connection.fetch(LIST, person_id, SHOWN_AFTER_END, MOST_SHOWN)
    return [from_row(Right, row) for row in rows]


def _seen(row: Record | None) -> SeenRight | None:
    return from_row(SeenRight, row) if row else None
