"""Signing keys in Postgres: the public half for all, the private half sealed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.db import Connection, from_row

SIGNS_FOR = timedelta(days=30)
TOLD_BEYOND = timedelta(hours=1)

LOCK = "LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE"
LIST_SIGNING = """
SELECT key_id, sealed, signs_until
FROM signing_keys
WHERE signs_until > now()
ORDER BY signs_until DESC
"""
ADD = """
INSERT INTO signing_keys (key_id, public, sealed, signs_until, told_until)
VALUES ($1, $2, $3, now() + $4::interval, now() + $4::interval + $5::interval)
RETURNING key_id, sealed, signs_until
"""
LIST_PUBLIC = "SELECT public FROM signing_keys WHERE told_until > now() ORDER BY created_at"


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A key that may still sign, its private half sealed."""

    key_id: str
    sealed: str
    signs_until: datetime


async def lock(connection: Connection) -> None:
    """Let nobody else make a key until the end of the transaction; all may read."""
    await connection.execute(LOCK)


async def list_signing(connection: Connection) -> list[SealedKey]:
    """Keys that may sign, the newest first."""
    return [from_row(SealedKey, row) for row in await connection.fetch(LIST_SIGNING)]


async def add(
    connection: Connection, *, key_id: str, public: dict[str, Any], sealed: str
) -> SealedKey:
    """Write a new key: it signs for 30 days, and is told for an hour more."""
    rows = await connection.fetch(ADD, key_id, public, sealed, SIGNS_FOR, TOLD_BEYOND)
    return SealedKey(**rows[0])


async def list_public(connection: Connection) -> list[dict[str, Any]]:
    """The public halves by which a token may now be checked."""
    return [row["public"] for row in await connection.fetch(LIST_PUBLIC)]
