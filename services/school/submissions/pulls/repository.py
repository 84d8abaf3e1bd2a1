"""What was heard of pull requests and their reviews, and where works lie by that."""

from dataclasses import dataclass
from datetime import UTC, datetime

from services.school.submissions.github import Seen
from services.school.submissions.links import url_of
from services.school.submissions.verdict import Review
from shared.db import Connection, from_row, storable
from shared.events import PullChanged, ReviewFound

LONGEST_TITLE = 500

KEEP = """
INSERT INTO pulls (
    repository, number, head_sha, state, updated_at, repository_id, title, draft
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (repository, number) DO UPDATE
SET head_sha = excluded.head_sha,
    state = excluded.state,
    updated_at = excluded.updated_at,
    repository_id = excluded.repository_id,
    title = excluded.title,
    draft = excluded.draft
WHERE pulls.updated_at <= excluded.updated_at
RETURNING number
"""
FIND = "SELECT * FROM pulls WHERE repository = $1 AND number = $2"
FIND_BY_ID = """
SELECT * FROM pulls
WHERE repository_id = $1 AND number = $2
ORDER BY updated_at DESC
LIMIT 1
"""

# Names that a repository had, as far as anything here still goes by them.
LIST_OLD_NAMES = """
SELECT DISTINCT repository FROM pulls WHERE repository_id = $1 AND repository <> $2
UNION
SELECT DISTINCT repository FROM submissions WHERE repository_id = $1 AND repository <> $2
"""
# Before the facts, as where a link is sent: two who lock in two orders would wait for each other.
LOCK_SUBMISSIONS = """
SELECT FROM submissions WHERE repository_id = $1 ORDER BY submission_id FOR UPDATE
"""
# Where something stands under the new name already, that was heard later: the old is dropped. So
# are all but the latest of several old names.
RENAME_PULLS = """
UPDATE pulls
SET repository = $2
WHERE repository_id = $1
    AND repository <> $2
    AND NOT EXISTS (
        SELECT FROM pulls AS other
        WHERE other.number = pulls.number
            AND (
                other.repository = $2
                OR (
                    other.repository_id = $1
                    AND (other.updated_at, other.repository)
                        > (pulls.updated_at, pulls.repository)
                )
            )
    )
"""
DROP_OLD_PULLS = "DELETE FROM pulls WHERE repository_id = $1 AND repository <> $2"
RENAME_REVIEWS = """
UPDATE reviews
SET repository = $2
FROM pulls
WHERE reviews.repository = $3
    AND pulls.repository = $3
    AND pulls.number = reviews.number
    AND pulls.repository_id = $1
"""
# One that stands there already was sent by its new name, before anybody knew that they are one; of
# several with old names one goes there.
RENAME_SUBMISSIONS = """
UPDATE submissions
SET repository = $2, pull_url = $3::text || number
WHERE repository_id = $1
    AND repository <> $2
    AND NOT EXISTS (
        SELECT FROM submissions AS other
        WHERE other.number = submissions.number
            AND (
                other.repository = $2
                OR (
                    other.repository_id = $1
                    AND other.submission_id < submissions.submission_id
                )
            )
    )
"""
# A work keeps its repository while that is there, whatever else has its name by now.
MARK_CHECKED = """
UPDATE submissions
SET repository_id = $3, is_checked = true
WHERE repository = $1
    AND number = $2
    AND (repository_id IS DISTINCT FROM $3 OR NOT is_checked)
    AND (repository_id IS NULL OR repository_id = $3 OR trouble IS NOT NULL)
"""

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

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Of what was seen when a link was sent, the moment is not told: any event is newer."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request as far as it was heard of."""

    repository: str
    number: int
    head_sha: str
    state: str
    updated_at: datetime
    repository_id: int | None
    title: str
    draft: bool


async def keep(connection: Connection, event: PullChanged) -> bool:
    """Keep what was told of a pull request; False: something newer is known."""
    kept = await connection.fetchval(
        KEEP,
        event.repository.lower(),
        event.number,
        event.head_sha,
        event.state,
        event.updated_at,
        event.repository_id,
        storable(event.title)[:LONGEST_TITLE],
        event.draft,
    )
    return kept is not None


async def keep_seen(connection: Connection, seen: Seen) -> None:
    """Keep what was seen when a link was sent, unless an event told of it."""
    await connection.execute(
        KEEP,
        seen.repository.lower(),
        seen.number,
        seen.head_sha,
        seen.state,
        LONG_AGO,
        seen.repository_id,
        storable(seen.title)[:LONGEST_TITLE],
        seen.draft,
    )


async def rename(connection: Connection, *, repository_id: int, repository: str) -> None:
    """Let all that lies in a repository go by its present name. GitHub's number of it stays."""
    name = repository.lower()
    old_names = [row[0] for row in await connection.fetch(LIST_OLD_NAMES, repository_id, name)]
    if not old_names:
        return
    await connection.execute(LOCK_SUBMISSIONS, repository_id)
    for old in old_names:
        await connection.execute(RENAME_REVIEWS, repository_id, name, old)
    await connection.execute(RENAME_PULLS, repository_id, name)
    await connection.execute(DROP_OLD_PULLS, repository_id, name)
    stem = url_of(repository, 0)[: -len("0")]
    await connection.execute(RENAME_SUBMISSIONS, repository_id, name, stem)


async def mark_checked(
    connection: Connection, *, repository: str, number: int, repository_id: int
) -> None:
    """What lies there was seen on GitHub, and in which repository."""
    await connection.execute(MARK_CHECKED, repository.lower(), number, repository_id)


async def find(connection: Connection, repository: str, number: int) -> Pull | None:
    """A pull request, as far as heard of."""
    row = await connection.fetchrow(FIND, repository.lower(), number)
    return from_row(Pull, row) if row else None


async def find_by_id(connection: Connection, repository_id: int, number: int) -> Pull | None:
    """A pull request by GitHub's number of its repository, whatever that was called."""
    row = await connection.fetchrow(FIND_BY_ID, repository_id, number)
    return from_row(Pull, row) if row else None


async def keep_review(
    connection: Connection, event: ReviewFound, repository: str, now: datetime
) -> None:
    """Keep a review; one that was dismissed stays so, whatever arrives later."""
    await connection.execute(
        KEEP_REVIEW,
        event.review_id,
        repository,
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
