"""Works picked by status and age, then described; how many there are; who has no GitHub."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.school.tables.cursors import Cursor
from shared.db import Connection, from_row

PICK_OF_ALL = """
SELECT submission_id
FROM curated_submissions
WHERE status = $1
    AND (stream_id IS NULL OR stream_id = ANY($2))
    AND (changed_at, submission_id) > ($3, $4)
ORDER BY changed_at, submission_id
LIMIT $5
"""
PICK_OF_CURATOR = """
SELECT submission_id
FROM curated_submissions
WHERE status = $1
    AND (stream_id IS NULL OR stream_id = ANY($2))
    AND (changed_at, submission_id) > ($3, $4)
    AND curator_id = $6
ORDER BY changed_at, submission_id
LIMIT $5
"""

COUNT_OF_ALL = """
SELECT status, count(*) AS count
FROM curated_submissions
WHERE status = ANY($1) AND (stream_id IS NULL OR stream_id = ANY($2))
GROUP BY status
"""
COUNT_OF_CURATOR = """
SELECT status, count(*) AS count
FROM curated_submissions
WHERE status = ANY($1) AND (stream_id IS NULL OR stream_id = ANY($2)) AND curator_id = $3
GROUP BY status
"""

# The comment that was given last stays in sight until the next one, also while a work waits again.
DESCRIBE = """
SELECT
    work.submission_id,
    work.status,
    work.changed_at,
    work.student_id,
    COALESCE(student.name, '') AS student_name,
    student.github_login,
    COALESCE(groups.curator_id, work.curator_id) AS curator_id,
    COALESCE(curator.name, '') AS curator_name,
    work.group_id,
    groups.name AS team,
    courses.name AS course,
    streams.number AS stream,
    work.assignment_id,
    COALESCE(assignments.name, work.title) AS title,
    work.pull_url,
    work.is_checked,
    work.trouble,
    (
        SELECT step.comment
        FROM submission_statuses AS step
        WHERE step.submission_id = work.submission_id AND step.comment IS NOT NULL
        ORDER BY step.version DESC
        LIMIT 1
    ) AS comment
FROM submissions AS work
LEFT JOIN assignments ON assignments.assignment_id = work.assignment_id
LEFT JOIN groups ON groups.group_id = work.group_id
LEFT JOIN streams ON streams.stream_id = groups.stream_id
LEFT JOIN courses ON courses.course_id = streams.course_id
LEFT JOIN people AS student ON student.person_id = work.student_id
LEFT JOIN people AS curator ON curator.person_id = COALESCE(groups.curator_id, work.curator_id)
WHERE work.submission_id = ANY($1)
"""

LIST_WITHOUT_GITHUB = """
SELECT person_id, name, count(*) OVER () AS total
FROM (
    SELECT DISTINCT group_members.person_id, COALESCE(people.name, '') AS name
    FROM groups
    JOIN group_members ON group_members.group_id = groups.group_id
    LEFT JOIN people ON people.person_id = group_members.person_id
    WHERE groups.kind = 'team'
        AND groups.stream_id = ANY($1)
        AND ($2::uuid IS NULL OR groups.curator_id = $2)
        AND people.github_login IS NULL
        AND people.deleted IS NOT TRUE
) AS missing
ORDER BY name, person_id
LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Work:
    """A work with the names that a table shows. Its student's private note is not among them."""

    submission_id: UUID
    status: str
    changed_at: datetime
    student_id: UUID
    student_name: str
    github_login: str | None
    curator_id: UUID
    curator_name: str
    group_id: UUID | None
    team: str | None
    course: str | None
    stream: int | None
    assignment_id: UUID | None
    title: str
    pull_url: str | None
    is_checked: bool
    trouble: str | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, by name."""

    person_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class WithoutGitHub:
    """How many students have not linked GitHub, and the first of them by name."""

    total: int
    first: tuple[Named, ...]


async def pick(
    connection: Connection,
    *,
    status: str,
    curator_id: UUID | None,
    streams: Sequence[UUID],
    after: Cursor,
    limit: int,
) -> list[UUID]:
    """Works in a status, of one curator or of all, oldest first, by their ids."""
    found = (status, streams, after.at, after.id, limit)
    if curator_id is None:
        rows = await connection.fetch(PICK_OF_ALL, *found)
    else:
        rows = await connection.fetch(PICK_OF_CURATOR, *found, curator_id)
    return [row["submission_id"] for row in rows]


async def describe(connection: Connection, ids: Sequence[UUID]) -> list[Work]:
    """These works, in this order."""
    rows = await connection.fetch(DESCRIBE, ids)
    works = {row["submission_id"]: from_row(Work, row) for row in rows}
    return [works[id_] for id_ in ids if id_ in works]


async def count(
    connection: Connection,
    *,
    statuses: Sequence[str],
    curator_id: UUID | None,
    streams: Sequence[UUID],
) -> dict[str, int]:
    """How many works are in each of these statuses."""
    if curator_id is None:
        rows = await connection.fetch(COUNT_OF_ALL, statuses, streams)
    else:
        rows = await connection.fetch(COUNT_OF_CURATOR, statuses, streams, curator_id)
    return dict.fromkeys(statuses, 0) | {row["status"]: row["count"] for row in rows}


async def list_without_github(
    connection: Connection, *, curator_id: UUID | None, streams: Sequence[UUID], limit: int
) -> WithoutGitHub:
    """Students of one curator's teams, or of all, who cannot send works of their own yet."""
    rows = await connection.fetch(LIST_WITHOUT_GITHUB, streams, curator_id, limit)
    return WithoutGitHub(
        total=rows[0]["total"] if rows else 0,
        first=tuple(Named(row["person_id"], row["name"]) for row in rows),
    )
