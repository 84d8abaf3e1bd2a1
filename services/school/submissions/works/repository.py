"""Works with the names of their people, and where they stand in a program."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from asyncpg import Record

from services.school.submissions.repository import Submission
from services.school.weeks.repository import Team
from shared.db import Connection, from_row

WORK = """
SELECT
    submissions.*,
    coalesce(groups.curator_id, submissions.curator_id) AS curator_now,
    students.name AS student_name,
    curators.name AS curator_name,
    weeks.number AS week,
    assignments.due_day,
    count(*) OVER () AS total
FROM submissions
LEFT JOIN groups ON groups.group_id = submissions.group_id
LEFT JOIN assignments ON assignments.assignment_id = submissions.assignment_id
LEFT JOIN weeks ON weeks.week_id = assignments.week_id
LEFT JOIN people AS students ON students.person_id = submissions.student_id
LEFT JOIN people AS curators
    ON curators.person_id = coalesce(groups.curator_id, submissions.curator_id)
"""
LIST_OWN = f"""
{WORK}
WHERE submissions.student_id = $1
ORDER BY
    array_position(ARRAY['correction', 'execution', 'review'], submissions.status) NULLS LAST,
    submissions.changed_at DESC
LIMIT $2
"""
LIST_TO_REVIEW = f"""
{WORK}
WHERE submissions.status = 'review'
    AND (
        (submissions.group_id IS NULL AND submissions.curator_id = $1)
        OR submissions.group_id IN (SELECT group_id FROM groups WHERE curator_id = $1)
    )
ORDER BY submissions.sent_at, submissions.submission_id
LIMIT $2
"""  # noqa: S608 - of constants
FIND = f"{WORK} WHERE submissions.submission_id = $1"


@dataclass(frozen=True, slots=True)
class NamedWork:
    """A work, its people by name, its week and the due day within; a lone one has neither."""

    submission: Submission
    student_name: str
    curator_name: str
    week: int | None
    due_day: int | None

    def due_on(self, team: Team | None) -> date | None:
        """Its last day, in the stream of the team that it was begun in."""
        if team is None or self.week is None:
            return None
        return team.due_on(self.week, self.due_day)


def _work(row: Record) -> NamedWork:
    submission = replace(from_row(Submission, row), curator_id=row["curator_now"])
    return NamedWork(
        submission=submission,
        student_name=row["student_name"] or "",
        curator_name=row["curator_name"] or "",
        week=row["week"],
        due_day=row["due_day"],
    )


def _counted(rows: Sequence[Record]) -> tuple[list[NamedWork], int]:
    return [_work(row) for row in rows], rows[0]["total"] if rows else 0


async def list_own(
    connection: Connection, person_id: UUID, limit: int
) -> tuple[list[NamedWork], int]:
    """A student's works, those first that wait for the student; and how many there are."""
    return _counted(await connection.fetch(LIST_OWN, person_id, limit))


async def list_to_review(
    connection: Connection, person_id: UUID, limit: int
) -> tuple[list[NamedWork], int]:
    """What waits for a curator's review, oldest first; and how many there are."""
    return _counted(await connection.fetch(LIST_TO_REVIEW, person_id, limit))


async def find(connection: Connection, submission_id: UUID) -> NamedWork | None:
    """A work with its names and dates."""
    row = await connection.fetchrow(FIND, submission_id)
    return _work(row) if row else None
