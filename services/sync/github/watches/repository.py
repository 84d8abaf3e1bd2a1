"""Works that school waits for, and the watches of their pull requests, in Postgres."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.sync.github.place import Place
from shared.db import Connection, from_row

KEEP_WORK = """
INSERT INTO watched_works (
    submission_id, version, repository, number, status, changed_at, watched_until
)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (submission_id) DO UPDATE
SET version = excluded.version,
    repository = excluded.repository,
    number = excluded.number,
    status = excluded.status,
    changed_at = excluded.changed_at,
    watched_until = excluded.watched_until
WHERE watched_works.version < excluded.version
RETURNING submission_id
"""
LIST_WORKS = """
SELECT status, changed_at
FROM watched_works
WHERE repository = $1 AND number = $2 AND watched_until > $3
LIMIT 100
"""

# The repository's number is known where anything was ever told of that name.
ASK = """
INSERT INTO watches (repository, number, name, repository_id, next_look_at)
VALUES (
    $1, $2, $1,
    (
        SELECT repository_id
        FROM pulls
        WHERE lower(repository) = $1 AND number = $2
        ORDER BY updated_at DESC
        LIMIT 1
    ),
    $3
)
ON CONFLICT (repository, number) DO UPDATE
SET asks = watches.asks + CASE WHEN $4 THEN 1 ELSE 0 END
"""

# Whoever said that it is hidden is the first witness: GitHub's next 404 is the second.
HURRY_REPOSITORY = """
UPDATE watches
SET asks = asks + 1,
    missing_since = CASE WHEN $2 THEN coalesce(missing_since, 'epoch') ELSE missing_since END
WHERE repository_id = $1
"""

# Asked-for ones first: a curator waits for them.
CLAIM = """
UPDATE watches
SET lease_until = now() + $2::interval
WHERE (repository, number) = (
    SELECT repository, number
    FROM watches
    WHERE (asks <> answered OR (next_look_at <= $1 AND NOT $3))
        AND lease_until <= now()
    ORDER BY asks <> answered DESC, next_look_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING repository, number, name, repository_id, page_size, asks, answered, pull_looked_at,
    missing_since, lost
"""

FINISH = """
UPDATE watches
SET name = $3,
    repository_id = $4,
    page_size = $5,
    answered = $6,
    next_look_at = $7,
    pull_looked_at = $8,
    missing_since = $9,
    lost = $10,
    lease_until = now()
WHERE repository = $1 AND number = $2
"""
PUT_OFF = """
UPDATE watches
SET answered = $3,
    next_look_at = $4,
    lease_until = now()
WHERE repository = $1 AND number = $2
"""
FORGET = """
DELETE FROM watches WHERE repository = $1 AND number = $2 AND asks = $3
"""
PRUNE_WORKS = """
DELETE FROM watched_works
WHERE submission_id IN (
    SELECT submission_id FROM watched_works WHERE watched_until < $1 LIMIT $2
)
"""

LEASED_FOR = timedelta(minutes=5)
"""Longer than a look may take."""


@dataclass(frozen=True, slots=True)
class Work:
    """What school said of a work, as far as it matters for how often to look."""

    status: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """A pull request that is looked at. The fields are explained at the table."""

    repository: str
    number: int
    name: str
    repository_id: int | None
    page_size: int
    asks: int
    answered: int
    pull_looked_at: datetime | None
    missing_since: datetime | None
    lost: str | None

    @property
    def place(self) -> Place:
        """Where it is looked for."""
        return Place(self.name, self.number, self.repository_id)

    @property
    def is_asked_for(self) -> bool:
        """Whether somebody wants it looked at now."""
        return self.asks != self.answered


async def keep_work(
    connection: Connection,
    *,
    submission_id: UUID,
    version: int,
    place: Place | None,
    status: str,
    changed_at: datetime,
    watched_until: datetime | None,
) -> bool:
    """Keep what school says of a work; False: newer was said before."""
    kept = await connection.fetchval(
        KEEP_WORK,
        submission_id,
        version,
        place.repository if place else None,
        place.number if place else None,
        status,
        changed_at,
        watched_until,
    )
    return kept is not None


async def list_works(connection: Connection, watched: Watch, now: datetime) -> list[Work]:
    """The works for whose sake a pull request is watched."""
    rows = await connection.fetch(LIST_WORKS, watched.repository, watched.number, now)
    return [from_row(Work, row) for row in rows]


async def watch(connection: Connection, place: Place, now: datetime, *, is_asked_for: bool) -> None:
    """Have a pull request looked at: now, if it is asked for or new, else in its turn."""
    await connection.execute(ASK, place.repository.lower(), place.number, now, is_asked_for)


async def hurry_repository(connection: Connection, repository_id: int, *, is_hidden: bool) -> int:
    """Have all that is watched in a repository looked at now; gives how many."""
    done = await connection.execute(HURRY_REPOSITORY, repository_id, is_hidden)
    return int(done.split()[-1])


async def claim(
    connection: Connection, now: datetime, *, only_asked_for: bool = False
) -> Watch | None:
    """A watch whose moment has come; for some minutes it is nobody else's."""
    row = await connection.fetchrow(CLAIM, now, LEASED_FOR, only_asked_for)
    return from_row(Watch, row) if row else None


async def finish(connection: Connection, watched: Watch, next_look_at: datetime) -> None:
    """Write what a look came to. What was asked for meanwhile stays asked for."""
    await connection.execute(
        FINISH,
        watched.repository,
        watched.number,
        watched.name,
        watched.repository_id,
        watched.page_size,
        watched.asks,
        next_look_at,
        watched.pull_looked_at,
        watched.missing_since,
        watched.lost,
    )


async def put_off(
    connection: Connection, watched: Watch, next_look_at: datetime, *, is_answered: bool
) -> None:
    """Nothing was learned: look again then."""
    answered = watched.asks if is_answered else watched.answered
    await connection.execute(PUT_OFF, watched.repository, watched.number, answered, next_look_at)


async def forget(connection: Connection, watched: Watch) -> None:
    """Nobody waits for it any more, unless somebody asked meanwhile."""
    await connection.execute(FORGET, watched.repository, watched.number, watched.asks)


async def prune_works(connection: Connection, now: datetime, limit: int) -> int:
    """Forget works that are watched no more."""
    return int((await connection.execute(PRUNE_WORKS, now, limit)).split()[-1])
