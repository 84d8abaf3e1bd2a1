"""What became of works lately, and how each curator's stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.school.tables.cursors import Cursor
from shared.db import Connection, from_row

# Ten are picked first: what is joined to them is asked for of ten.
LIST_CHANGES = """
SELECT
    step.submission_id,
    step.version,
    step.status,
    step.was,
    step.changed_at,
    step.changed_by,
    actor.name AS actor_name,
    step.review_url,
    step.comment,
    step.trouble,
    work.student_id,
    COALESCE(student.name, '') AS student_name,
    COALESCE(assignments.name, work.title) AS title,
    groups.name AS team,
    courses.name AS course,
    streams.number AS stream
FROM (
    SELECT *
    FROM submission_statuses
    WHERE (changed_at, submission_id, version) < ($1, $2, $3)
    ORDER BY changed_at DESC, submission_id DESC, version DESC
    LIMIT $4
) AS step
JOIN submissions AS work ON work.submission_id = step.submission_id
LEFT JOIN assignments ON assignments.assignment_id = work.assignment_id
LEFT JOIN groups ON groups.group_id = work.group_id
LEFT JOIN streams ON streams.stream_id = groups.stream_id
LEFT JOIN courses ON courses.course_id = streams.course_id
LEFT JOIN people AS student ON student.person_id = work.student_id
LEFT JOIN people AS actor ON actor.person_id = step.changed_by
ORDER BY step.changed_at DESC, step.submission_id DESC, step.version DESC
"""

# Also curators whose students have not begun anything.
LIST_CURATORS = """
WITH counted AS (
    SELECT
        curator_id,
        count(*) FILTER (WHERE status = 'execution') AS execution,
        count(*) FILTER (WHERE status = 'review') AS review,
        count(*) FILTER (WHERE status = 'correction') AS correction,
        count(*) FILTER (WHERE status = 'approved') AS approved,
        min(changed_at) FILTER (WHERE status = 'review') AS oldest_at
    FROM curated_submissions
    WHERE stream_id IS NULL OR stream_id = ANY($1)
    GROUP BY curator_id
),
teaching AS (
    SELECT curator_id, count(*) AS teams
    FROM groups
    WHERE kind = 'team' AND stream_id = ANY($1)
    GROUP BY curator_id
)
SELECT
    COALESCE(counted.curator_id, teaching.curator_id) AS curator_id,
    COALESCE(people.name, '') AS curator_name,
    COALESCE(teams, 0) AS teams,
    COALESCE(execution, 0) AS execution,
    COALESCE(review, 0) AS review,
    COALESCE(correction, 0) AS correction,
    COALESCE(approved, 0) AS approved,
    oldest_at
FROM counted
FULL JOIN teaching ON teaching.curator_id = counted.curator_id
LEFT JOIN people ON people.person_id = COALESCE(counted.curator_id, teaching.curator_id)
ORDER BY oldest_at NULLS LAST, curator_name, curator_id
LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A step of a work's history. `actor_name` is empty where a review or GitHub did it."""

    submission_id: UUID
    version: int
    status: str
    was: str | None
    changed_at: datetime
    changed_by: UUID | None
    actor_name: str | None
    review_url: str | None
    comment: str | None
    trouble: str | None
    student_id: UUID
    student_name: str
    title: str
    team: str | None
    course: str | None
    stream: int | None


@dataclass(frozen=True, slots=True)
class CuratorCount:
    """How a curator's works stand, and since when the oldest of them waits for review."""

    curator_id: UUID
    curator_name: str
    teams: int
    execution: int
    review: int
    correction: int
    approved: int
    oldest_at: datetime | None


async def list_changes(connection: Connection, *, after: Cursor, limit: int) -> list[Change]:
    """What became of works, the newest first."""
    rows = await connection.fetch(LIST_CHANGES, after.at, after.id, after.version, limit)
    return [from_row(Change, row) for row in rows]


async def list_curators(
    connection: Connection, *, streams: Sequence[UUID], limit: int
) -> list[CuratorCount]:
    """Curators of these streams and of works that stand alone; longest waiting first."""
    rows = await connection.fetch(LIST_CURATORS, streams, limit)
    return [from_row(CuratorCount, row) for row in rows]
