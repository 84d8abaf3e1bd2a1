"""The steps of works; each was appended by the statement that moved its work."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.db import Connection, from_row

COUNT_STEPS = (
    "SELECT count(*) FROM submission_statuses WHERE submission_id = $1 AND changed_at > $2"
)
LIST_STATUSES = """
SELECT * FROM (
    SELECT submission_statuses.*, people.name AS changed_by_name
    FROM submission_statuses
    LEFT JOIN people ON people.person_id = changed_by
    WHERE submission_id = $1
    ORDER BY version DESC
    LIMIT $2
) AS newest
ORDER BY version
"""

MOST_STATUSES = 500


@dataclass(frozen=True, slots=True)
class Status:
    """One step of a submission's history."""

    submission_id: UUID
    version: int
    status: str
    was: str | None
    changed_at: datetime
    changed_by: UUID | None
    changed_by_name: str | None
    review_id: int | None
    review_url: str | None
    comment: str | None
    trouble: str | None


async def count_steps(connection: Connection, submission_id: UUID, since: datetime) -> int:
    """How many steps a work has made since then."""
    count: int = await connection.fetchval(COUNT_STEPS, submission_id, since)
    return count


async def list_statuses(connection: Connection, submission_id: UUID) -> list[Status]:
    """A submission's history, oldest first; of a very long one the newest part."""
    rows = await connection.fetch(LIST_STATUSES, submission_id, MOST_STATUSES)
    return [from_row(Status, row) for row in rows]
