"""Turns in Postgres. Their moments are the real clock's: how long to keep quiet towards GitHub."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.db import Connection, from_row

ADD = "INSERT INTO turns (holder) VALUES ($1) ON CONFLICT (holder) DO NOTHING"

# $4: this is polling, which is paced and gives way. $5: the part of the quota that it leaves alone.
# $7: a person waits for this very answer: it is tried also after failures.
TAKE = """
UPDATE turns
SET lease_owner = $2,
    lease_until = now() + $3::interval,
    paced_until = CASE
        WHEN $4 THEN now() + $6::interval -- real clock
        ELSE paced_until
    END
WHERE holder = $1
    AND lease_until <= now()
    AND paused_until <= now() -- real clock
    AND (NOT $4 OR wanted_until <= now()) -- real clock
    AND (NOT ($4 OR (stumbles > 0 AND NOT $7)) OR paced_until <= now()) -- real clock
    AND (quota_left IS NULL OR quota_left > quota * $5::float8 OR resets_at <= now()) -- real clock
RETURNING holder
"""

WANT = """
UPDATE turns
SET wanted_until = now() + $2::interval -- real clock
WHERE holder = $1
"""

WAIT = """
SELECT greatest(
    extract(epoch FROM paused_until - now()), -- real clock
    CASE WHEN $2 OR (stumbles > 0 AND NOT $4)
        THEN extract(epoch FROM paced_until - now()) END, -- real clock
    CASE WHEN quota_left <= quota * $3::float8
        THEN extract(epoch FROM resets_at - now()) END, -- real clock
    0
)::float8
FROM turns
WHERE holder = $1
"""

SETTLE = """
UPDATE turns
SET lease_until = CASE WHEN lease_owner = $2 THEN now() ELSE lease_until END,
    strikes = 0,
    stumbles = 0,
    quota = coalesce($3, quota),
    quota_left = coalesce($4, quota_left),
    resets_at = coalesce(now() + $5::interval, resets_at), -- real clock
    paced_until = greatest(paced_until, now() + $6::interval), -- real clock
    answered_at = now() -- bookkeeping
WHERE holder = $1
"""

# $3: how long GitHub said to wait; without it a minute, and twice as long each time.
STRIKE = """
UPDATE turns
SET lease_until = CASE WHEN lease_owner = $2 THEN now() ELSE lease_until END,
    paused_until = greatest(
        paused_until,
        now() + coalesce( -- real clock
            $3::interval, least($4::interval * power(2, least(strikes, 20)), $5::interval)
        )
    ),
    strikes = strikes + 1,
    answered_at = now() -- bookkeeping
WHERE holder = $1
"""

STUMBLE = """
UPDATE turns
SET lease_until = CASE WHEN lease_owner = $2 THEN now() ELSE lease_until END,
    paced_until = greatest(
        paced_until,
        now() -- real clock
            + least($3::interval * power(2, least(stumbles, 20)), $4::interval)
    ),
    stumbles = stumbles + 1
WHERE holder = $1
"""

GIVE_BACK = """
UPDATE turns
SET lease_until = now()
WHERE holder = $1 AND lease_owner = $2
"""

SEEN = """
SELECT quota,
    quota_left,
    greatest(extract(epoch FROM paused_until - now()), 0)::float8 AS paused, -- real clock
    stumbles,
    answered_at
FROM turns
WHERE holder = $1
"""

LAST_ANSWERED = "SELECT max(answered_at) FROM turns"

LEASED_FOR = timedelta(seconds=15)
"""Longer than a request may take: whoever froze with a turn in hand has lost it after that."""
FIRST_STRIKE = timedelta(seconds=60)
LONGEST_STRIKE = timedelta(hours=1)
FIRST_STUMBLE = timedelta(seconds=5)
LONGEST_STUMBLE = timedelta(minutes=1)
WANTED_FOR = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a token stands, for the operator."""

    quota: int | None
    quota_left: int | None
    paused: float
    stumbles: int
    answered_at: datetime | None


async def add(connection: Connection, holder: str) -> None:
    """Let there be a row."""
    await connection.execute(ADD, holder)


async def take(
    connection: Connection,
    holder: str,
    owner: UUID,
    *,
    is_polling: bool,
    is_waited_for: bool,
    leaves: float,
    gap: timedelta,
) -> bool:
    """Take the turn, if it is free and nothing forbids it."""
    taken = await connection.fetchval(
        TAKE, holder, owner, LEASED_FOR, is_polling, leaves, gap, is_waited_for
    )
    return taken is not None


async def want(connection: Connection, holder: str) -> None:
    """Have polling give way for a moment."""
    await connection.execute(WANT, holder, WANTED_FOR)


async def find_wait(
    connection: Connection, holder: str, *, is_polling: bool, is_waited_for: bool, leaves: float
) -> float | None:
    """Seconds until one may ask, but for those who ask just now; None: there is no row."""
    wait: float | None = await connection.fetchval(WAIT, holder, is_polling, leaves, is_waited_for)
    return wait


async def settle(
    connection: Connection,
    holder: str,
    owner: UUID,
    *,
    quota: int | None,
    quota_left: int | None,
    resets_in: timedelta | None,
    gap: timedelta,
) -> None:
    """Give the turn back with an answer, and keep what it said of the quota."""
    await connection.execute(SETTLE, holder, owner, quota, quota_left, resets_in, gap)


async def strike(
    connection: Connection, holder: str, owner: UUID, *, wait: timedelta | None
) -> None:
    """Give the turn back: nothing is sent for as long as GitHub said, or for a minute and more."""
    await connection.execute(STRIKE, holder, owner, wait, FIRST_STRIKE, LONGEST_STRIKE)


async def stumble(connection: Connection, holder: str, owner: UUID) -> None:
    """Give the turn back without an answer: polling steps back for a while."""
    await connection.execute(STUMBLE, holder, owner, FIRST_STUMBLE, LONGEST_STUMBLE)


async def give_back(connection: Connection, holder: str, owner: UUID) -> None:
    """Give the turn back; what came of it is not known."""
    await connection.execute(GIVE_BACK, holder, owner)


async def find_standing(connection: Connection, holder: str) -> Standing | None:
    """How the token stands; None: it was never used."""
    row = await connection.fetchrow(SEEN, holder)
    return from_row(Standing, row) if row else None


async def last_answered(connection: Connection) -> datetime | None:
    """When GitHub last answered anything."""
    moment: datetime | None = await connection.fetchval(LAST_ANSWERED)
    return moment
