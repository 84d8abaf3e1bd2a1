"""What people wrote to the administrators."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.db import Connection, from_row

KEPT = timedelta(days=365)

RECORD = """
INSERT INTO feedback (feedback_id, person_id, username, topic, text, given_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""

FIND_NTH_LAST = """
SELECT given_at
FROM feedback
WHERE person_id = $1
ORDER BY given_at DESC
OFFSET $2
LIMIT 1
"""

LIST = """
SELECT
    feedback.feedback_id,
    feedback.username,
    feedback.topic,
    feedback.text,
    feedback.given_at,
    coalesce(people.name, '') AS name
FROM feedback
LEFT JOIN people ON people.person_id = feedback.person_id AND NOT people.deleted
ORDER BY feedback.given_at DESC, feedback.feedback_id
LIMIT $1
OFFSET $2
"""

FORGET = "DELETE FROM feedback WHERE person_id = $1"

PRUNE = """
DELETE FROM feedback
WHERE feedback_id IN (
    SELECT feedback_id FROM feedback WHERE given_at < $1 ORDER BY given_at LIMIT $2
)
"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One of them, as administrators read it. Nameless: the person is gone, or not known yet."""

    feedback_id: UUID
    username: str | None
    topic: str
    text: str
    given_at: datetime
    name: str


async def record(
    connection: Connection,
    feedback_id: UUID,
    *,
    person_id: UUID,
    username: str | None,
    topic: str,
    text: str,
    now: datetime,
) -> None:
    """Keep it."""
    await connection.execute(RECORD, feedback_id, person_id, username, topic, text, now)


async def find_nth_last(connection: Connection, person_id: UUID, number: int) -> datetime | None:
    """When a person wrote the last but so many; None where they wrote fewer."""
    given_at: datetime | None = await connection.fetchval(FIND_NTH_LAST, person_id, number - 1)
    return given_at


async def list_newest(connection: Connection, *, limit: int, offset: int) -> list[Feedback]:
    """The newest first."""
    return [from_row(Feedback, row) for row in await connection.fetch(LIST, limit, offset)]


async def prune(connection: Connection, *, before: datetime, limit: int) -> int:
    """Forget up to `limit` that were given before; gives how many."""
    return int((await connection.execute(PRUNE, before, limit)).split()[-1])


async def forget(connection: Connection, person_id: UUID) -> None:
    """Their person is gone."""
    await connection.execute(FORGET, person_id)
