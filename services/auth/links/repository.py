"""Codes that link a Telegram account, by their hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.db import Connection, from_row

VALID_FOR = timedelta(minutes=10)
MOST_LIVE = 3
KEPT_AFTER = timedelta(days=1)

ADD = """
INSERT INTO link_codes (code_hash, person_id, session_id, expires_at)
VALUES ($1, $2, $3, now() + $4::interval)
RETURNING expires_at
"""
KEEP_THE_NEWEST = """
DELETE FROM link_codes
WHERE code_hash IN (
    SELECT code_hash
    FROM link_codes
    WHERE person_id = $1
        AND used_at IS NULL
    ORDER BY created_at DESC
    OFFSET $2
)
"""
LOCK = "SELECT * FROM link_codes WHERE code_hash = $1 FOR UPDATE"
OFFER = "UPDATE link_codes SET offered_to = $2 WHERE code_hash = $1"
ACCEPT = "UPDATE link_codes SET accepted_at = now(), telegram_name = $2 WHERE code_hash = $1"
LOCK_OF_SESSION = """
SELECT *
FROM link_codes
WHERE code_hash = $1
    AND person_id = $2
    AND session_id = $3
    AND used_at IS NULL
    AND expires_at > now()
FOR UPDATE
"""
# Of several codes of one session that were accepted, the last one is shown.
FIND_NEWEST = """
SELECT *
FROM link_codes
WHERE person_id = $1
    AND session_id = $2
    AND used_at IS NULL
    AND expires_at > now()
ORDER BY accepted_at DESC NULLS LAST, created_at DESC
LIMIT 1
"""
DROP = "DELETE FROM link_codes WHERE code_hash = $1"
USE = "UPDATE link_codes SET used_at = now() WHERE code_hash = $1"


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A row of `link_codes`."""

    code_hash: bytes
    person_id: UUID
    session_id: UUID | None
    offered_to: int | None
    telegram_name: str | None
    accepted_at: datetime | None
    used_at: datetime | None
    created_at: datetime
    expires_at: datetime


async def add(
    connection: Connection, code_hash: bytes, person_id: UUID, session_id: UUID
) -> datetime:
    """Write a code down; gives until when it is valid. Only the newest few of a person stay."""
    expires_at: datetime = await connection.fetchval(
        ADD, code_hash, person_id, session_id, VALID_FOR
    )
    await connection.execute(KEEP_THE_NEWEST, person_id, MOST_LIVE)
    return expires_at


async def lock(connection: Connection, code_hash: bytes) -> LinkCode | None:
    """The code, and nobody else uses it until the end of the transaction."""
    row = await connection.fetchrow(LOCK, code_hash)
    return from_row(LinkCode, row) if row else None


async def offer(connection: Connection, code_hash: bytes, telegram_id: int) -> None:
    """From now on the code is this Telegram account's."""
    await connection.execute(OFFER, code_hash, telegram_id)


async def accept(connection: Connection, code_hash: bytes, telegram_name: str) -> None:
    """Note that the chat said yes."""
    await connection.execute(ACCEPT, code_hash, telegram_name)


async def find_newest(connection: Connection, person_id: UUID, session_id: UUID) -> LinkCode | None:
    """The code that this session waits for, an accepted one before all others."""
    row = await connection.fetchrow(FIND_NEWEST, person_id, session_id)
    return from_row(LinkCode, row) if row else None


async def lock_of_session(
    connection: Connection, code_hash: bytes, person_id: UUID, session_id: UUID
) -> LinkCode | None:
    """This very code, if it is this session's and lives; locked."""
    row = await connection.fetchrow(LOCK_OF_SESSION, code_hash, person_id, session_id)
    return from_row(LinkCode, row) if row else None


async def drop(connection: Connection, code_hash: bytes) -> None:
    """Forget a code: it links nothing any more."""
    await connection.execute(DROP, code_hash)


async def use(connection: Connection, code_hash: bytes) -> None:
    """Note that the code has done its work."""
    await connection.execute(USE, code_hash)
