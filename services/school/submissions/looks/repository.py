"""How often a student had GitHub asked lately."""

from datetime import datetime, timedelta
from uuid import UUID

from shared.db import Connection

HOUR = timedelta(hours=1)
MOST_AN_HOUR = 60
"""GitHub gives 5 000 an hour for the whole school, wrong links included."""

CLAIM = """
INSERT INTO looks (student_id, looked_at)
SELECT $1, $2
WHERE (SELECT count(*) FROM looks WHERE student_id = $1 AND looked_at > $3) < $4
RETURNING looked_at
"""
FORGET = "DELETE FROM looks WHERE ctid IN (SELECT ctid FROM looks WHERE looked_at <= $1 LIMIT $2)"


async def claim(connection: Connection, student_id: UUID, now: datetime) -> bool:
    """Take one look of the hour; False: there are none left."""
    return await connection.fetchval(CLAIM, student_id, now, now - HOUR, MOST_AN_HOUR) is not None


async def forget(connection: Connection, now: datetime, limit: int) -> int:
    """Forget looks of more than an hour ago; gives how many."""
    done = await connection.execute(FORGET, now - HOUR, limit)
    return int(done.split()[-1])
