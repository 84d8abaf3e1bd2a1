"""Sessions in Postgres, by the hash of their token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.db import Connection

IDLE_FOR = timedelta(days=30)
TOUCH_AFTER = timedelta(minutes=1)

ADD = """
INSERT INTO sessions (session_id, token_hash, person_id, csrf, auth_method, user_agent, ends_at)
VALUES ($1, $2, $3, $4, $5, $6, now() + $7::interval)
"""
FIND_LIVE = """
SELECT
    session_id, person_id, csrf, auth_method, user_agent, sessions.created_at, last_used_at,
    last_used_at < now() - $3::interval AS is_stale,
    version, name, roles, locale, zone
FROM sessions
JOIN persons USING (person_id)
WHERE token_hash = $1
    AND last_used_at > now() - $2::interval
    AND ends_at > now()
"""
TOUCH = """
UPDATE sessions
SET last_used_at = now()
WHERE session_id = $1
    AND last_used_at < now() - $2::interval
"""
END = "DELETE FROM sessions WHERE token_hash = $1"
PRUNE = """
DELETE FROM sessions
WHERE session_id IN (
    SELECT session_id
    FROM sessions
    WHERE ends_at < now()
        OR last_used_at < now() - $1::interval
    LIMIT $2
)
"""


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that counts, and the person whose it is."""

    session_id: UUID
    person_id: UUID
    csrf: str
    auth_method: str
    user_agent: str
    created_at: datetime
    last_used_at: datetime
    is_stale: bool
    version: int
    name: str
    roles: tuple[str, ...]
    locale: str
    zone: str


async def add(
    connection: Connection,
    *,
    session_id: UUID,
    token_hash: bytes,
    person_id: UUID,
    csrf: str,
    auth_method: str,
    user_agent: str,
    ends_after: timedelta,
) -> None:
    """Write a new session."""
    await connection.execute(
        ADD, session_id, token_hash, person_id, csrf, auth_method, user_agent, ends_after
    )


async def find_live(connection: Connection, token_hash: bytes) -> LiveSession | None:
    """The session of this token, unless it idled 30 days or reached its end."""
    row = await connection.fetchrow(FIND_LIVE, token_hash, IDLE_FOR, TOUCH_AFTER)
    return LiveSession(**{**row, "roles": tuple(row["roles"])}) if row else None


async def touch(connection: Connection, session_id: UUID) -> None:
    """Note that the session is in use, at most once a minute."""
    await connection.execute(TOUCH, session_id, TOUCH_AFTER)


async def end(connection: Connection, token_hash: bytes) -> None:
    """Forget the session of this token."""
    await connection.execute(END, token_hash)


async def prune(connection: Connection, limit: int) -> int:
    """Forget up to `limit` sessions that are over; gives how many."""
    return int((await connection.execute(PRUNE, IDLE_FOR, limit)).split()[-1])
