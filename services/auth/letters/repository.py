"""Letters in Postgres, their bodies sealed while they wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.db import Connection, from_row

KEPT = timedelta(days=7)
TRIED_FOR = timedelta(minutes=3)
"""How long a try is somebody's: longer than the mail server is given for one."""

NEXT_ID = "SELECT nextval(pg_get_serial_sequence('letters', 'id'))"
ADD = """
INSERT INTO letters (id, recipient, sealed)
OVERRIDING SYSTEM VALUE
VALUES ($1, $2, $3)
"""
CLAIM = """
UPDATE letters
SET attempts = attempts + 1, next_try_at = now() + $1::interval
WHERE id = (
    SELECT id
    FROM letters
    WHERE sent_at IS NULL AND failed_at IS NULL AND begun_at IS NULL AND next_try_at <= now()
    ORDER BY next_try_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING id, recipient, sealed, attempts, recorded_at
"""
BEGIN = """
UPDATE letters
SET begun_at = now()
WHERE id = $1 AND attempts = $2 AND begun_at IS NULL AND sent_at IS NULL AND failed_at IS NULL
RETURNING id
"""
MARK_SENT = "UPDATE letters SET sent_at = now(), sealed = NULL, error = NULL WHERE id = $1"
MARK_FAILED = "UPDATE letters SET failed_at = now(), sealed = NULL, error = $2 WHERE id = $1"
TRY_LATER = """
UPDATE letters
SET begun_at = NULL, next_try_at = now() + $2::interval, error = $3
WHERE id = $1
"""
GIVE_UP_BEGUN = """
UPDATE letters
SET failed_at = now(), sealed = NULL, error = $2
WHERE id IN (
    SELECT id
    FROM letters
    WHERE sent_at IS NULL AND failed_at IS NULL AND begun_at < now() - $1::interval
    LIMIT 100
    FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """A row of `letters` that is being tried."""

    id: int
    recipient: str
    sealed: str
    attempts: int
    recorded_at: datetime


async def next_id(connection: Connection) -> int:
    """The id of the letter that is to be added: its body is sealed for that row."""
    letter_id: int = await connection.fetchval(NEXT_ID)
    return letter_id


async def add(connection: Connection, letter_id: int, *, recipient: str, sealed: str) -> None:
    """Write a letter that is to be sent."""
    await connection.execute(ADD, letter_id, recipient, sealed)


async def claim(connection: Connection) -> WaitingLetter | None:
    """A letter whose time has come; for some minutes it is nobody else's."""
    row = await connection.fetchrow(CLAIM, TRIED_FOR)
    return from_row(WaitingLetter, row) if row else None


async def begin(connection: Connection, letter: WaitingLetter) -> bool:
    """Note that the mail server is given it now; False when another has taken it over."""
    return await connection.fetchval(BEGIN, letter.id, letter.attempts) is not None


async def mark_sent(connection: Connection, letter_id: int) -> None:
    """The mail server has taken it; the body is gone with that."""
    await connection.execute(MARK_SENT, letter_id)


async def mark_failed(connection: Connection, letter_id: int, error: str) -> None:
    """It is tried no more."""
    await connection.execute(MARK_FAILED, letter_id, error)


async def try_later(connection: Connection, letter_id: int, *, wait: timedelta, error: str) -> None:
    """It was certainly not taken: try once more after a while."""
    await connection.execute(TRY_LATER, letter_id, wait, error)


async def give_up_begun(connection: Connection, error: str) -> int:
    """Letters whose outcome nobody will tell any more; gives how many."""
    return int((await connection.execute(GIVE_UP_BEGUN, TRIED_FOR, error)).split()[-1])
