"""Sessions in Postgres, by the hash of their token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.db import Connection, from_row

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
LIST_OF_PERSON = """
SELECT session_id, auth_method, user_agent, created_at, last_used_at
FROM sessions
WHERE person_id = $1
    AND last_used_at > now() - $2::interval
    AND ends_at > now()
ORDER BY session_id = $3 DESC, last_used_at DESC, session_id
LIMIT $4
OFFSET $5
"""
END_ONE = "DELETE FROM sessions WHERE person_id = $1 AND session_id = $2 RETURNING session_id"
END_BY_METHOD = """
DELETE FROM sessions WHERE person_id = $1 AND auth_method = $2 AND session_id <> $3
"""
END_OTHERS = "DELETE FROM sessions WHERE person_id = $1 AND session_id <> $2"


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


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session as its person is shown it."""

    session_id: UUID
    auth_method: str
    user_agent: str
    created_at: datetime
    last_used_at: datetime


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


async def list_of_person(
    connection: Connection, person_id: UUID, *, first: UUID, limit: int, offset: int
) -> list[ListedSession]:
    """The sessions of a person that count: `first` if it is one, then by their last use."""
    rows = await connection.fetch(LIST_OF_PERSON, person_id, IDLE_FOR, first, limit, offset)
    return [from_row(ListedSession, row) for row in rows]


async def end_one(connection: Connection, person_id: UUID, session_id: UUID) -> bool:
    """Forget a session if it is this person's; False when there is none."""
    return await connection.fetchval(END_ONE, person_id, session_id) is not None


async def end_by_method(
    connection: Connection, person_id: UUID, auth_method: str, *, spare: UUID
) -> None:
    """Forget a person's sessions that were begun in this way, but the one that asks."""
    await connection.execute(END_BY_METHOD, person_id, auth_method, spare)


async def end_others(connection: Connection, person_id: UUID, kept: UUID) -> int:
    """Forget all of a person's sessions but one; gives how many."""
    return int((await connection.execute(END_OTHERS, person_id, kept)).split()[-1])
