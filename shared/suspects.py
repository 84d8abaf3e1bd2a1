"""Suspects: messages that came back more than once, and how often handling them ended a process."""

from datetime import timedelta
from uuid import UUID

from shared.db import Connection, Database

MOST_DEATHS = 5
RETENTION = timedelta(days=8)

PUT_ON_TRIAL = """
INSERT INTO suspects (message_id, deaths)
VALUES ($1, 1)
ON CONFLICT (message_id) DO UPDATE
SET deaths = suspects.deaths + 1, last_at = now()
RETURNING deaths
"""

ACQUIT = "DELETE FROM suspects WHERE message_id = $1"

# Whatever becomes of a message acquits it; a row that stays is of one that never came again.
PRUNE = """
DELETE FROM suspects
WHERE message_id IN (
    SELECT message_id
    FROM suspects
    WHERE last_at < now() - $1::interval
    ORDER BY last_at
    LIMIT $2
)
"""


class Suspects:
    """One consumer's: an attempt is put on record before it is made, for it may be the last."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._on_trial: set[UUID] = set()

    async def may_be_tried(self, message_id: UUID) -> bool:
        """Put an attempt on record; False: the message has ended too many processes.

        One attempt a process: what this one tries again, because the database was away, did not
        end it.
        """
        if message_id in self._on_trial:
            return True
        async with self._database.transaction() as connection:
            deaths: int = await connection.fetchval(PUT_ON_TRIAL, message_id)
        if deaths > MOST_DEATHS:
            return False
        self._on_trial.add(message_id)
        return True

    async def acquit(self, connection: Connection, message_id: UUID) -> None:
        """It was handled, or set aside, and the process lives."""
        await connection.execute(ACQUIT, message_id)
        self._on_trial.discard(message_id)


async def prune(connection: Connection, limit: int) -> int:
    """Forget up to `limit` deaths older than the retention; gives how many."""
    return int((await connection.execute(PRUNE, RETENTION, limit)).split()[-1])
