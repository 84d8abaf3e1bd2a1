"""Submissions and their history."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import asyncpg
from asyncpg import Record

from services.school.errors import PullTaken
from shared.db import Connection, from_row
from shared.events.school import SubmissionStatus, Trouble

MOST_LISTED = 100

INSERT = """
INSERT INTO submissions (
    submission_id, student_id, curator_id, title, pull_url, repository, number,
    status, version, sent_at, created_at, changed_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'execution', 0, $8, $8, $8)
ON CONFLICT ON CONSTRAINT submissions_pull DO NOTHING
RETURNING submission_id
"""
INSERT_ASSIGNED = """
INSERT INTO submissions (
    submission_id, student_id, curator_id, title, assignment_id, group_id,
    status, version, created_at, changed_at
)
VALUES ($1, $2, $3, $4, $5, $6, 'available', 0, $7, $7)
ON CONFLICT ON CONSTRAINT submissions_assignment DO NOTHING
"""

# A work's curator is its team's, whoever that was when it was begun.
SUBMISSION = """
SELECT submissions.*, coalesce(groups.curator_id, submissions.curator_id) AS curator_now
FROM submissions
LEFT JOIN groups ON groups.group_id = submissions.group_id
"""
FIND = f"{SUBMISSION} WHERE submission_id = $1"
LOCK = f"{FIND} FOR UPDATE OF submissions"
FIND_ASSIGNED = f"""
{SUBMISSION}
WHERE student_id = $1 AND assignment_id = $2 AND submissions.group_id = $3
"""
LOCK_ASSIGNED = f"{FIND_ASSIGNED} FOR UPDATE OF submissions"
LOCK_BY_PULL = f"""
{SUBMISSION}
WHERE (repository = $1 AND number = $2) OR (repository_id = $3 AND number = $2)
ORDER BY submission_id
FOR UPDATE OF submissions
"""
LOCK_IN_TROUBLE = f"""
{SUBMISSION}
WHERE repository = $1 AND number = $2 AND trouble IS NOT NULL
ORDER BY submission_id
FOR UPDATE OF submissions
"""
LOCK_WAITING_FOR = f"""
{SUBMISSION}
WHERE status = 'review' AND coalesce(groups.curator_id, submissions.curator_id) = $1
ORDER BY submission_id
FOR UPDATE OF submissions
"""
COUNT_NEW = """
SELECT count(*) FROM submissions
WHERE student_id = $1 AND created_at > $2 AND assignment_id IS NULL
"""
LIST_OF_STUDENT = f"""
{SUBMISSION}
WHERE student_id = $1
ORDER BY changed_at DESC
LIMIT $2
"""
LIST_OF_CURATOR = f"""
{SUBMISSION}
WHERE (
        (submissions.group_id IS NULL AND submissions.curator_id = $1)
        OR submissions.group_id IN (SELECT group_id FROM groups WHERE curator_id = $1)
    )
    AND sent_at IS NOT NULL
ORDER BY (status = 'review') DESC, sent_at
LIMIT $2
"""  # noqa: S608 - of constants

# One statement: the history has a step for each version, and a round trip is spared.
MOVE = """
WITH moved AS (
    UPDATE submissions
    SET status = $2,
        version = version + 1,
        decided_by = CASE WHEN $11 THEN decided_by ELSE $3 END,
        changed_at = CASE WHEN $11 THEN changed_at ELSE $5 END,
        sent_at = CASE WHEN $4 THEN $5 ELSE sent_at END,
        trouble = CASE WHEN $11 THEN nullif($12, 'found') ELSE trouble END
    WHERE submission_id = $1
    RETURNING *
),
appended AS (
    INSERT INTO submission_statuses (
        submission_id, version, status, was, changed_at, changed_by, review_id, review_url, comment,
        trouble
    )
    SELECT submission_id, version, $2, $6, $5, $7, $8, $9, $10, $12
    FROM moved
)
SELECT * FROM moved
"""

CHANGE = "UPDATE submissions SET title = $2, curator_id = $3 WHERE submission_id = $1"
# The same link is in the same trouble, as far as anybody knows; another one is in none.
SET_PULL = """
UPDATE submissions
SET trouble = CASE
        WHEN NOT $6 AND repository = $3 AND number = $4 THEN trouble
    END,
    pull_url = $2,
    repository = $3,
    number = $4,
    repository_id = $5,
    is_checked = $6
WHERE submission_id = $1
"""
RELEASE_PULL = """
UPDATE submissions
SET pull_url = NULL, repository = NULL, number = NULL, repository_id = NULL, trouble = NULL
WHERE submission_id = $1
"""
SET_NOTE = "UPDATE submissions SET note = $2 WHERE submission_id = $1"
FIND_NOTE = "SELECT note FROM submissions WHERE submission_id = $1 AND student_id = $2"


@dataclass(frozen=True, slots=True)
class Submission:
    """A work as it stands. Its student's note is no part of it: nobody else reads that.

    `curator_id` is who may decide it now. `is_checked`: GitHub was asked for its link.
    """

    submission_id: UUID
    student_id: UUID
    curator_id: UUID
    title: str
    pull_url: str | None
    repository: str | None
    number: int | None
    status: SubmissionStatus
    version: int
    sent_at: datetime | None
    decided_by: int | None
    created_at: datetime
    changed_at: datetime
    assignment_id: UUID | None
    group_id: UUID | None
    repository_id: int | None
    is_checked: bool
    trouble: str | None


@dataclass(frozen=True, slots=True)
class TaskId:
    """Names a task: whose, which assignment, in which team. It has one work at most."""

    student_id: UUID
    assignment_id: UUID
    group_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A submission's next status and its cause: a person, a review, or trouble of its pull
    request, which leaves the status as it is."""

    status: SubmissionStatus
    at: datetime
    changed_by: UUID | None = None
    review_id: int | None = None
    review_url: str | None = None
    decided_by: int | None = None
    is_sent: bool = False
    comment: str | None = None
    trouble: Trouble | None = None


def _submission(row: Record) -> Submission:
    return replace(from_row(Submission, row), curator_id=row["curator_now"])


def _values(task_id: TaskId) -> tuple[UUID, UUID, UUID]:
    return task_id.student_id, task_id.assignment_id, task_id.group_id


def _submissions(rows: Sequence[Record]) -> list[Submission]:
    return [_submission(row) for row in rows]


async def insert(
    connection: Connection,
    *,
    submission_id: UUID,
    student_id: UUID,
    curator_id: UUID,
    title: str,
    pull_url: str,
    repository: str,
    number: int,
    now: datetime,
) -> bool:
    """Make a submission at version 0, before its first status; False: the pull request has one."""
    made = await connection.fetchval(
        INSERT, submission_id, student_id, curator_id, title, pull_url, repository, number, now
    )
    return made is not None


async def lock_assigned(
    connection: Connection,
    task_id: TaskId,
    *,
    submission_id: UUID,
    curator_id: UUID,
    title: str,
    now: datetime,
) -> Submission:
    """A student's work of an assignment, locked; made at version 0 where there is none."""
    await connection.execute(
        INSERT_ASSIGNED,
        submission_id,
        task_id.student_id,
        curator_id,
        title,
        task_id.assignment_id,
        task_id.group_id,
        now,
    )
    row = await connection.fetchrow(LOCK_ASSIGNED, *_values(task_id))
    assert row is not None  # noqa: S101 - it was there, or was made
    return _submission(row)


async def find_assigned(connection: Connection, task_id: TaskId) -> Submission | None:
    """A student's work of an assignment, if they have begun it."""
    row = await connection.fetchrow(FIND_ASSIGNED, *_values(task_id))
    return _submission(row) if row else None


async def count_new(connection: Connection, student_id: UUID, since: datetime) -> int:
    """How many works that stand alone a student has begun since then."""
    count: int = await connection.fetchval(COUNT_NEW, student_id, since)
    return count


async def find(connection: Connection, submission_id: UUID) -> Submission | None:
    """A submission as it stands."""
    row = await connection.fetchrow(FIND, submission_id)
    return _submission(row) if row else None


async def lock(connection: Connection, submission_id: UUID) -> Submission | None:
    """A submission, locked to the end of the transaction."""
    row = await connection.fetchrow(LOCK, submission_id)
    return _submission(row) if row else None


async def lock_by_pull(
    connection: Connection, repository: str, number: int, repository_id: int = 0
) -> list[Submission]:
    """The submissions of a pull request, locked: by its name, and by GitHub's number of its
    repository where that is known (0: it is not)."""
    return _submissions(
        await connection.fetch(LOCK_BY_PULL, repository.lower(), number, repository_id or None)
    )


async def lock_in_trouble(connection: Connection, repository: str, number: int) -> list[Submission]:
    """The submissions whose pull request was lost, locked."""
    return _submissions(await connection.fetch(LOCK_IN_TROUBLE, repository.lower(), number))


async def lock_waiting_for(connection: Connection, curator_id: UUID) -> list[Submission]:
    """Submissions that wait for a curator's review, locked."""
    return _submissions(await connection.fetch(LOCK_WAITING_FOR, curator_id))


async def list_of_student(connection: Connection, student_id: UUID) -> list[Submission]:
    """A student's works, last changed first."""
    return _submissions(await connection.fetch(LIST_OF_STUDENT, student_id, MOST_LISTED))


async def list_of_curator(connection: Connection, curator_id: UUID) -> list[Submission]:
    """A curator's works: those that wait for review first, oldest first."""
    return _submissions(await connection.fetch(LIST_OF_CURATOR, curator_id, MOST_LISTED))


async def change(
    connection: Connection, submission: Submission, *, title: str, curator_id: UUID
) -> Submission:
    """Rename a locked work, or hand it to another curator."""
    await connection.execute(CHANGE, submission.submission_id, title, curator_id)
    return replace(submission, title=title, curator_id=curator_id)


async def set_pull(
    connection: Connection,
    submission: Submission,
    *,
    pull_url: str,
    repository: str,
    number: int,
    repository_id: int | None,
    is_checked: bool,
) -> None:
    """Say where a locked work lies.

    Raises:
        PullTaken: another work lies there. The transaction goes on.
    """
    try:
        async with connection.transaction():
            await connection.execute(
                SET_PULL,
                submission.submission_id,
                pull_url,
                repository,
                number,
                repository_id,
                is_checked,
            )
    except asyncpg.UniqueViolationError as error:
        raise PullTaken from error


async def release_pull(connection: Connection, submission_id: UUID) -> None:
    """A locked work has no pull request any more, so that another may have it."""
    await connection.execute(RELEASE_PULL, submission_id)


async def move(connection: Connection, submission: Submission, step: Step) -> Submission:
    """Give a locked submission its next status and append it to the history."""
    row = await connection.fetchrow(
        MOVE,
        submission.submission_id,
        step.status,
        step.decided_by,
        step.is_sent,
        step.at,
        submission.status if submission.version else None,
        step.changed_by,
        step.review_id,
        step.review_url,
        step.comment,
        step.trouble is not None,
        step.trouble,
    )
    assert row is not None  # noqa: S101 - it is locked by the caller
    return replace(from_row(Submission, row), curator_id=submission.curator_id)


async def set_note(connection: Connection, submission_id: UUID, note: str) -> None:
    """Keep a student's private note."""
    await connection.execute(SET_NOTE, submission_id, note)


async def find_note(connection: Connection, submission_id: UUID, student_id: UUID) -> str:
    """The private note of a work's own student; to everybody else it is empty."""
    note: str | None = await connection.fetchval(FIND_NOTE, submission_id, student_id)
    return note or ""
