"""Submissions, their history, and what was heard of their pull requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from services.school.submissions.verdict import Review
from shared.db import Connection, from_row
from shared.events import PullChanged, ReviewFound
from shared.events.school import SubmissionStatus

INSERT = """
INSERT INTO submissions (
    submission_id, student_id, curator_id, title, pull_url, repository, number,
    status, version, sent_at, created_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'execution', 0, $8, $8)
ON CONFLICT ON CONSTRAINT submissions_pull DO NOTHING
RETURNING submission_id
"""

LOCK = "SELECT * FROM submissions WHERE submission_id = $1 FOR UPDATE"
LOCK_BY_PULL = """
SELECT * FROM submissions WHERE repository = $1 AND number = $2 ORDER BY submission_id FOR UPDATE
"""
LOCK_WAITING_FOR = """
SELECT * FROM submissions
WHERE curator_id = $1 AND status = 'review'
ORDER BY submission_id
FOR UPDATE
"""
COUNT_NEW = "SELECT count(*) FROM submissions WHERE student_id = $1 AND created_at > $2"
FIND = "SELECT * FROM submissions WHERE submission_id = $1"
LIST_OF_STUDENT = """
SELECT * FROM submissions WHERE student_id = $1 ORDER BY created_at DESC LIMIT $2
"""
LIST_OF_CURATOR = """
SELECT * FROM submissions WHERE curator_id = $1 ORDER BY (status = 'review') DESC, sent_at LIMIT $2
"""

# One statement: the history has a step for each version, and a round trip is spared.
MOVE = """
WITH moved AS (
    UPDATE submissions
    SET status = $2,
        version = version + 1,
        decided_by = $3,
        sent_at = CASE WHEN $4 THEN $5 ELSE sent_at END
    WHERE submission_id = $1
    RETURNING *
),
appended AS (
    INSERT INTO submission_statuses (
        submission_id, version, status, was, changed_at, changed_by, review_id, review_url, comment
    )
    SELECT submission_id, version, $2, $6, $5, $7, $8, $9, $10
    FROM moved
)
SELECT * FROM moved
"""

RESEND = """
UPDATE submissions SET title = $2, curator_id = $3 WHERE submission_id = $1 RETURNING *
"""

LIST_STATUSES = "SELECT * FROM submission_statuses WHERE submission_id = $1 ORDER BY version"

KEEP_PULL = """
INSERT INTO pulls (repository, number, head_sha, state, updated_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (repository, number) DO UPDATE
SET head_sha = excluded.head_sha, state = excluded.state, updated_at = excluded.updated_at
WHERE pulls.updated_at <= excluded.updated_at
"""
FIND_HEAD = "SELECT head_sha FROM pulls WHERE repository = $1 AND number = $2"

KEEP_REVIEW = """
INSERT INTO reviews (
    review_id, repository, number, reviewer_id, state, commit_id, submitted_at, heard_at, url
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (review_id) DO UPDATE
SET state = excluded.state, submitted_at = excluded.submitted_at
WHERE reviews.state <> 'dismissed'
"""
LIST_REVIEWS = """
SELECT review_id, reviewer_id, state, commit_id, submitted_at, heard_at, url
FROM reviews
WHERE repository = $1 AND number = $2
"""


@dataclass(frozen=True, slots=True)
class Submission:
    """A work that a student sent to a curator, as it stands."""

    submission_id: UUID
    student_id: UUID
    curator_id: UUID
    title: str
    pull_url: str
    repository: str
    number: int
    status: str
    version: int
    sent_at: datetime
    decided_by: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A submission's next status and its cause: a person, or a review."""

    status: SubmissionStatus
    at: datetime
    changed_by: UUID | None = None
    review_id: int | None = None
    review_url: str | None = None
    decided_by: int | None = None
    is_sent: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """One step of a submission's history."""

    submission_id: UUID
    version: int
    status: str
    was: str | None
    changed_at: datetime
    changed_by: UUID | None
    review_id: int | None
    review_url: str | None
    comment: str | None


def _submissions(rows: Sequence[Record]) -> list[Submission]:
    return [from_row(Submission, row) for row in rows]


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


async def count_new(connection: Connection, student_id: UUID, since: datetime) -> int:
    """How many works a student has begun since then."""
    count: int = await connection.fetchval(COUNT_NEW, student_id, since)
    return count


async def find(connection: Connection, submission_id: UUID) -> Submission | None:
    """A submission as it stands."""
    row = await connection.fetchrow(FIND, submission_id)
    return from_row(Submission, row) if row else None


async def lock(connection: Connection, submission_id: UUID) -> Submission | None:
    """A submission, locked to the end of the transaction."""
    row = await connection.fetchrow(LOCK, submission_id)
    return from_row(Submission, row) if row else None


async def lock_by_pull(connection: Connection, repository: str, number: int) -> list[Submission]:
    """The submissions of a pull request, locked."""
    return _submissions(await connection.fetch(LOCK_BY_PULL, repository.lower(), number))


async def lock_waiting_for(connection: Connection, curator_id: UUID) -> list[Submission]:
    """Submissions that wait for a curator's review, locked."""
    return _submissions(await connection.fetch(LOCK_WAITING_FOR, curator_id))


async def list_of_student(
    connection: Connection, student_id: UUID, limit: int = 100
) -> list[Submission]:
    """A student's works, newest first."""
    return _submissions(await connection.fetch(LIST_OF_STUDENT, student_id, limit))


async def list_of_curator(
    connection: Connection, curator_id: UUID, limit: int = 100
) -> list[Submission]:
    """A curator's works: those that wait for review first, oldest first."""
    return _submissions(await connection.fetch(LIST_OF_CURATOR, curator_id, limit))


async def change(
    connection: Connection, submission_id: UUID, *, title: str, curator_id: UUID
) -> Submission:
    """Rename a work, or hand it to another curator."""
    row = await connection.fetchrow(RESEND, submission_id, title, curator_id)
    assert row is not None  # noqa: S101 - it is locked by the caller
    return from_row(Submission, row)


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
    )
    assert row is not None  # noqa: S101 - it is locked by the caller
    return from_row(Submission, row)


async def list_statuses(connection: Connection, submission_id: UUID) -> list[Status]:
    """A submission's history, oldest first."""
    return [from_row(Status, row) for row in await connection.fetch(LIST_STATUSES, submission_id)]


async def keep_pull(connection: Connection, event: PullChanged) -> None:
    """Keep what was told of a pull request, unless something newer is known."""
    await connection.execute(
        KEEP_PULL,
        event.repository.lower(),
        event.number,
        event.head_sha,
        event.state,
        event.updated_at,
    )


async def find_head(connection: Connection, repository: str, number: int) -> str | None:
    """The head commit of a pull request, as far as known."""
    head: str | None = await connection.fetchval(FIND_HEAD, repository.lower(), number)
    return head


async def keep_review(connection: Connection, event: ReviewFound, now: datetime) -> None:
    """Keep a review; one that was dismissed stays so, whatever arrives later."""
    await connection.execute(
        KEEP_REVIEW,
        event.review_id,
        event.repository.lower(),
        event.number,
        event.reviewer_id,
        event.state,
        event.commit_id,
        event.submitted_at,
        now,
        event.url,
    )


async def list_reviews(connection: Connection, repository: str, number: int) -> list[Review]:
    """What was heard of a pull request's reviews."""
    rows = await connection.fetch(LIST_REVIEWS, repository.lower(), number)
    return [from_row(Review, row) for row in rows]
