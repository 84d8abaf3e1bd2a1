"""Validators in Postgres: by token and address, pruned by age and by number."""

from dataclasses import dataclass
from datetime import timedelta

from shared.db import Connection, from_row

FIND = """
SELECT etag, last_modified, goes_on FROM validators WHERE holder = $1 AND address = $2
"""
KEEP = """
INSERT INTO validators (holder, address, etag, last_modified, goes_on)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (holder, address) DO UPDATE
SET etag = excluded.etag,
    last_modified = excluded.last_modified,
    goes_on = excluded.goes_on,
    recorded_at = now()
"""
PRUNE = """
DELETE FROM validators
WHERE ctid IN (
    SELECT ctid FROM validators WHERE recorded_at < now() - $1::interval LIMIT $2
)
"""
PRUNE_MANY = """
DELETE FROM validators
WHERE ctid IN (
    SELECT ctid
    FROM validators
    ORDER BY recorded_at
    LIMIT least($2, greatest(0, (SELECT count(*) FROM validators) - $1))
)
"""

KEPT = timedelta(days=30)
MOST = 50_000


@dataclass(frozen=True, slots=True)
class Validators:
    """By what an answer is asked for again. `last_modified` is kept only where it is steady."""

    etag: str | None
    last_modified: str | None
    goes_on: bool = False


async def find(connection: Connection, holder: str, address: str) -> Validators | None:
    """What an address was last answered with; None: nothing is known."""
    row = await connection.fetchrow(FIND, holder, address)
    return from_row(Validators, row) if row else None


async def keep(connection: Connection, holder: str, address: str, known: Validators) -> None:
    """Keep them, in the transaction that keeps what the answer said."""
    await connection.execute(KEEP, holder, address, known.etag, known.last_modified, known.goes_on)


async def prune(connection: Connection, limit: int, *, most: int = MOST) -> int:
    """Forget old ones, and the oldest where there are too many; each then costs one full answer."""
    old = await connection.execute(PRUNE, KEPT, limit)
    many = await connection.execute(PRUNE_MANY, most, limit)
    return int(old.split()[-1]) + int(many.split()[-1])
