"""Tries in Postgres, by the hash of whom they are counted for."""

from datetime import timedelta

from shared.db import Connection

FORGOTTEN_AFTER = timedelta(days=1)

# Whoever comes while another try of the same subject is being counted waits for it, and is then
# held by what it came to: a hundred tries at once count as a hundred. It is held by the clock of
# after that wait: by its transaction's own `now()`, one that began before another's success would
# find itself before it.
COUNT = """
INSERT INTO slow_downs AS known (subject_hash, failures, last_at, free_at)
VALUES ($1, 1, now(), now())
ON CONFLICT (subject_hash) DO UPDATE
SET failures = CASE WHEN known.last_at < now() - $2::interval THEN 1 ELSE known.failures + 1 END,
    last_at = now()
WHERE known.free_at <= clock_timestamp()
RETURNING failures
"""
HOLD = "UPDATE slow_downs SET free_at = now() + $2::interval WHERE subject_hash = $1"
LEFT = """
SELECT extract(epoch FROM free_at - clock_timestamp())::float8
FROM slow_downs
WHERE subject_hash = $1
"""
FORGIVE = "DELETE FROM slow_downs WHERE subject_hash = $1"
GIVE_BACK = """
UPDATE slow_downs
SET failures = greatest(failures - 1, 0), free_at = now()
WHERE subject_hash = $1
"""


async def count(connection: Connection, subject_hash: bytes) -> int | None:
    """Count a try; gives the how manieth it is, or None while the subject is held."""
    tries: int | None = await connection.fetchval(COUNT, subject_hash, FORGOTTEN_AFTER)
    return tries


async def hold(connection: Connection, subject_hash: bytes, wait: timedelta) -> None:
    """Let no further try be made for so long."""
    await connection.execute(HOLD, subject_hash, wait)


async def seconds_left(connection: Connection, subject_hash: bytes) -> float:
    """How long the subject is still held; 0 when it is not."""
    left: float | None = await connection.fetchval(LEFT, subject_hash)
    return max(0.0, left or 0.0)


async def forgive(connection: Connection, subject_hash: bytes) -> None:
    """Forget every try of the subject."""
    await connection.execute(FORGIVE, subject_hash)


async def give_back(connection: Connection, subject_hash: bytes) -> None:
    """Forget the last try of the subject, and the wait that it brought."""
    await connection.execute(GIVE_BACK, subject_hash)
