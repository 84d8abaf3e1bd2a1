"""Whom a person learns from and teaches, what is theirs to do, and how their works stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.db import Connection, from_row

# One question for all that ties two people together.
FIND_TIES = """
SELECT
    EXISTS (
        SELECT FROM group_members
        JOIN groups ON groups.group_id = group_members.group_id
        WHERE group_members.person_id = $1 AND groups.kind = 'team' AND groups.curator_id = $2
    ) AS teaches,
    EXISTS (
        SELECT FROM curated_submissions WHERE student_id = $1 AND curator_id = $2
    ) AS reviews,
    EXISTS (
        SELECT FROM group_members
        JOIN groups ON groups.group_id = group_members.group_id
        WHERE group_members.person_id = $2 AND groups.kind = 'team' AND groups.curator_id = $1
    ) OR EXISTS (
        SELECT FROM curated_submissions WHERE student_id = $2 AND curator_id = $1
    ) AS learns
"""

# The arrays are of teams that run: each with its program and with the week that it is there.
LIST_CURRENT = """
SELECT
    team.group_id,
    assignments.assignment_id,
    assignments.name,
    weeks.number AS week,
    assignments.due_day,
    COALESCE(work.status, 'available') AS status
FROM unnest($2::uuid[], $3::uuid[], $4::bigint[]) AS team (group_id, program_id, week)
JOIN weeks ON weeks.program_id = team.program_id AND weeks.number <= team.week
JOIN assignments ON assignments.week_id = weeks.week_id AND assignments.retired_at IS NULL
LEFT JOIN submissions AS work
    ON work.student_id = $1
    AND work.assignment_id = assignments.assignment_id
    AND work.group_id = team.group_id
WHERE work.status IS NULL OR work.status IN ('available', 'execution', 'correction')
ORDER BY
    (work.status = 'correction') DESC NULLS LAST,
    weeks.number,
    assignments.position,
    assignments.assignment_id,
    team.group_id
LIMIT $5
"""

PICK = """
SELECT submission_id, status, total
FROM (
    SELECT
        submission_id,
        status,
        changed_at,
        count(*) OVER (PARTITION BY status) AS total,
        row_number() OVER (
            PARTITION BY status ORDER BY changed_at DESC, submission_id
        ) AS place
    FROM curated_submissions
    WHERE student_id = $1
        AND status = ANY($2)
        AND ($3::uuid IS NULL OR curator_id = $3)
) AS placed
WHERE place <= $4
ORDER BY place
"""


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties a viewer to the person of a profile.

    The viewer `teaches` a team that the person is in; `reviews` works of theirs; `learns` from
    them.
    """

    teaches: bool
    reviews: bool
    learns: bool


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment that a student has still to do in a team."""

    group_id: UUID
    assignment_id: UUID
    name: str
    week: int
    due_day: int | None
    status: str


@dataclass(frozen=True, slots=True)
class Running:
    """A team whose stream runs, the program of that and the week that it is there."""

    group_id: UUID
    program_id: UUID
    week: int


@dataclass(frozen=True, slots=True)
class Picked:
    """The first works of a status, and how many there are in it."""

    ids: tuple[UUID, ...] = ()
    total: int = 0


async def find_ties(connection: Connection, *, person_id: UUID, viewer_id: UUID) -> Ties:
    """What ties these two together."""
    row = await connection.fetchrow(FIND_TIES, person_id, viewer_id)
    assert row is not None  # noqa: S101 - EXISTS always answers
    return from_row(Ties, row)


async def list_current(
    connection: Connection, person_id: UUID, teams: Sequence[Running], limit: int
) -> list[Task]:
    """What a student has to do in weeks that are open: first what was sent back, then by weeks."""
    rows = await connection.fetch(
        LIST_CURRENT,
        person_id,
        [team.group_id for team in teams],
        [team.program_id for team in teams],
        [team.week for team in teams],
        limit,
    )
    return [from_row(Task, row) for row in rows]


async def pick(
    connection: Connection,
    *,
    student_id: UUID,
    statuses: Sequence[str],
    curator_id: UUID | None,
    limit: int,
) -> dict[str, Picked]:
    """A student's latest works of each status: all, or those that one curator reviews."""
    rows = await connection.fetch(PICK, student_id, statuses, curator_id, limit)
    picked = {}
    for status in statuses:
        found = [row for row in rows if row["status"] == status]
        ids = tuple(row["submission_id"] for row in found)
        picked[status] = Picked(ids, found[0]["total"]) if found else Picked()
    return picked
