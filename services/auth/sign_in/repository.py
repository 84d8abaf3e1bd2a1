"""Attempts to sign in, by the hash of their state."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from shared.db import Connection, from_row

VALID_FOR = timedelta(minutes=10)

Purpose = Literal["sign_in", "link", "grant"]
"""To come in, to link one more account to who is in, or to be granted a right for them."""

ADD = """
INSERT INTO attempts (
    state_hash, browser_hash, provider, verifier, nonce, next_path, purpose, person_id, expires_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9::interval)
"""
TAKE = """
DELETE FROM attempts
WHERE state_hash = $1
RETURNING browser_hash, provider, verifier, nonce, next_path, purpose, person_id, expires_at
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A row of `attempts`. With a person it is theirs alone to finish."""

    browser_hash: bytes
    provider: str
    verifier: str
    nonce: str
    next_path: str
    purpose: Purpose
    person_id: UUID | None
    expires_at: datetime


async def add(
    connection: Connection,
    *,
    state_hash: bytes,
    browser_hash: bytes,
    provider: str,
    verifier: str,
    nonce: str,
    next_path: str,
    purpose: Purpose,
    person_id: UUID | None,
) -> None:
    """Write an attempt down, for ten minutes."""
    await connection.execute(
        ADD,
        state_hash,
        browser_hash,
        provider,
        verifier,
        nonce,
        next_path,
        purpose,
        person_id,
        VALID_FOR,
    )


async def take(connection: Connection, state_hash: bytes) -> Attempt | None:
    """The attempt of this state, which is gone with that: of two takers one gets it."""
    row = await connection.fetchrow(TAKE, state_hash)
    return from_row(Attempt, row) if row else None
