"""Attempts to sign in, by the hash of their state."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.db import Connection, from_row

VALID_FOR = timedelta(minutes=10)

ADD = """
INSERT INTO attempts (state_hash, browser_hash, provider, verifier, next_path, expires_at)
VALUES ($1, $2, $3, $4, $5, now() + $6::interval)
"""
TAKE = """
DELETE FROM attempts
WHERE state_hash = $1
RETURNING browser_hash, provider, verifier, next_path, expires_at
"""
PRUNE = """
DELETE FROM attempts
WHERE state_hash IN (SELECT state_hash FROM attempts WHERE expires_at < now() LIMIT $1)
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A row of `attempts`."""

    browser_hash: bytes
    provider: str
    verifier: str
    next_path: str
    expires_at: datetime


async def add(
    connection: Connection,
    *,
    state_hash: bytes,
    browser_hash: bytes,
    provider: str,
    verifier: str,
    next_path: str,
) -> None:
    """Write an attempt down, for ten minutes."""
    await connection.execute(
        ADD, state_hash, browser_hash, provider, verifier, next_path, VALID_FOR
    )


async def take(connection: Connection, state_hash: bytes) -> Attempt | None:
    """The attempt of this state, which is gone with that: of two takers one gets it."""
    row = await connection.fetchrow(TAKE, state_hash)
    return from_row(Attempt, row) if row else None


async def prune(connection: Connection, limit: int) -> int:
    """Forget up to `limit` expired attempts; gives how many."""
    return int((await connection.execute(PRUNE, limit)).split()[-1])
