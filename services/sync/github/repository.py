"""Receipts, facts, pull requests and reviews in Postgres."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.db import Connection, from_row

CLAIM_RECEIPT = """
INSERT INTO receipts (delivery_id, event, action)
VALUES ($1, $2, $3)
ON CONFLICT (delivery_id) DO NOTHING
RETURNING delivery_id
"""

CLAIM_FACT = """
INSERT INTO facts (fact) VALUES ($1)
ON CONFLICT (fact) DO NOTHING
RETURNING fact
"""

# Locks the pull request's row whether it is new or not: events of one pull request are recorded
# in the order of their commits.
LOCK_PULL = """
INSERT INTO pulls (
    repository_id, number, repository, url, title, author_id, state, draft, head_sha, updated_at,
    author_login
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (repository_id, number) DO UPDATE SET number = pulls.number
RETURNING repository, url, title, author_id, state, draft, head_sha, updated_at, author_login,
    xmax = 0 AS is_new
"""

UPDATE_PULL = """
UPDATE pulls
SET repository = $3, url = $4, title = $5, author_id = $6, state = $7, draft = $8,
    head_sha = $9, updated_at = $10, author_login = $11
WHERE repository_id = $1 AND number = $2
"""

FIND_PULL = "SELECT * FROM pulls WHERE repository_id = $1 AND number = $2"

FIND_PULL_BY_NAME = """
SELECT *
FROM pulls
WHERE lower(repository) = $1 AND number = $2
ORDER BY updated_at DESC
LIMIT 1
"""

# A dismissal is the end of a review: what was said before it may arrive after it.
KEEP_REVIEW = """
INSERT INTO reviews (
    review_id, repository_id, number, reviewer_id, state, commit_id, submitted_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (review_id) DO UPDATE
SET state = excluded.state, commit_id = excluded.commit_id, submitted_at = excluded.submitted_at
WHERE reviews.state <> 'dismissed'
RETURNING review_id
"""

LAST_RECEIVED = "SELECT max(received_at) FROM receipts"

PRUNE_RECEIPTS = """
DELETE FROM receipts
WHERE delivery_id IN (
    SELECT delivery_id FROM receipts WHERE received_at < now() - $1::interval LIMIT $2
)
"""

PRUNE_FACTS = """
DELETE FROM facts
WHERE fact IN (SELECT fact FROM facts WHERE learned_at < now() - $1::interval LIMIT $2)
"""

RECEIPTS_KEPT = timedelta(days=30)
FACTS_KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class PullRow:
    """A pull request as it stands."""

    repository_id: int
    number: int
    repository: str
    url: str
    title: str
    author_id: int
    state: str
    draft: bool
    head_sha: str
    updated_at: datetime
    author_login: str = ""


def _values(pull: PullRow) -> tuple[object, ...]:
    return (
        pull.repository_id,
        pull.number,
        pull.repository,
        pull.url,
        pull.title,
        pull.author_id,
        pull.state,
        pull.draft,
        pull.head_sha,
        pull.updated_at,
        pull.author_login,
    )


async def claim_receipt(
    connection: Connection, delivery_id: str, event: str, action: str | None
) -> bool:
    """Take a delivery; False: it was here before."""
    return await connection.fetchval(CLAIM_RECEIPT, delivery_id, event, action) is not None


async def claim_fact(connection: Connection, fact: str) -> bool:
    """Take what a body says; False: it was said before, under this or another delivery."""
    return await connection.fetchval(CLAIM_FACT, fact) is not None


async def lock_pull(connection: Connection, told: PullRow) -> PullRow | None:
    """Lock a pull request and give what was known of it; None: it was unknown, and now is not."""
    row = await connection.fetchrow(LOCK_PULL, *_values(told))
    if row is None or row["is_new"]:
        return None
    known = {name: value for name, value in row.items() if name != "is_new"}
    return PullRow(repository_id=told.repository_id, number=told.number, **known)


async def update_pull(connection: Connection, pull: PullRow) -> None:
    """Keep what is newer."""
    await connection.execute(UPDATE_PULL, *_values(pull))


async def find_pull(connection: Connection, repository_id: int, number: int) -> PullRow | None:
    """A pull request as it was last told; None: it is unknown."""
    row = await connection.fetchrow(FIND_PULL, repository_id, number)
    return from_row(PullRow, row) if row else None


async def find_pull_by_name(connection: Connection, repository: str, number: int) -> PullRow | None:
    """The same by `owner/name`, whichever repository last had that name."""
    row = await connection.fetchrow(FIND_PULL_BY_NAME, repository.lower(), number)
    return from_row(PullRow, row) if row else None


async def keep_review(
    connection: Connection,
    *,
    review_id: int,
    pull: PullRow,
    reviewer_id: int,
    state: str,
    commit_id: str,
    submitted_at: datetime,
) -> bool:
    """Keep a review's state; False: it was dismissed already."""
    kept = await connection.fetchval(
        KEEP_REVIEW,
        review_id,
        pull.repository_id,
        pull.number,
        reviewer_id,
        state,
        commit_id,
        submitted_at,
    )
    return kept is not None


async def last_received(connection: Connection) -> datetime | None:
    """When GitHub last told anything."""
    moment: datetime | None = await connection.fetchval(LAST_RECEIVED)
    return moment


async def prune(connection: Connection, limit: int) -> int:
    """Forget old receipts and facts, `limit` of each at the most; gives how many."""
    receipts = await connection.execute(PRUNE_RECEIPTS, RECEIPTS_KEPT, limit)
    facts = await connection.execute(PRUNE_FACTS, FACTS_KEPT, limit)
    return int(receipts.split()[-1]) + int(facts.split()[-1])
