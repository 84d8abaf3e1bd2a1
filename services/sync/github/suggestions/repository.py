"""What people's GitHub holds, as far as it was listed, in Postgres."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.db import Connection, from_row

FIND_SHELF = "SELECT wanted_at, listed_at FROM shelves WHERE github_id = $1"
# A login that was changed is another list.
WANT_SHELF = """
INSERT INTO shelves AS known (github_id, login, wanted_at, used_at)
VALUES ($1, $2, $3, $3)
ON CONFLICT (github_id) DO UPDATE
SET login = excluded.login,
    used_at = excluded.used_at,
    wanted_at = CASE
        WHEN known.login <> excluded.login
            OR (
                coalesce(known.listed_at, 'epoch') <= $4
                AND coalesce(known.wanted_at, 'epoch') <= $6
            )
        THEN excluded.wanted_at
        ELSE known.wanted_at
    END
WHERE known.login <> excluded.login
    OR known.used_at < $5
    OR (coalesce(known.listed_at, 'epoch') <= $4 AND coalesce(known.wanted_at, 'epoch') <= $6)
RETURNING wanted_at, listed_at
"""
LIST_REPOSITORIES = """
SELECT repository_id, name, url, wanted_at, listed_at
FROM shelf_repositories
WHERE github_id = $1 AND strpos(lower(name), $2) > 0
ORDER BY position
LIMIT $3
"""
LIST_PULLS = """
SELECT url, title, updated_at
FROM shelf_pulls
WHERE github_id = $1
    AND (repository_id = ANY($2::bigint[]) OR strpos(lower(url || ' ' || title), $3) > 0)
ORDER BY updated_at DESC
LIMIT $4
"""
LIST_TOLD_PULLS = """
SELECT url, title, updated_at
FROM pulls
WHERE author_id = $1 AND strpos(lower(url || ' ' || title), $2) > 0
ORDER BY updated_at DESC
LIMIT $3
"""
# A person has so many lists of pull requests refreshed in an hour, however much they type.
WANT_PULLS = """
UPDATE shelf_repositories
SET wanted_at = $3
WHERE github_id = $1
    AND repository_id = ANY($2::bigint[])
    AND coalesce(wanted_at, 'epoch') <= $7
    AND coalesce(listed_at, 'epoch') <= $4
    AND $5 > (
        SELECT count(*)
        FROM shelf_repositories AS other
        WHERE other.github_id = $1 AND coalesce(other.wanted_at, other.listed_at) > $6
    )
RETURNING repository_id
"""
CLAIM_SHELF = """
UPDATE shelves
SET lease_until = now() + $2::interval
WHERE github_id = (
    SELECT github_id
    FROM shelves
    WHERE wanted_at > $1 AND lease_until <= now()
    ORDER BY wanted_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING github_id, login, listed_at
"""
CLAIM_REPOSITORY = """
UPDATE shelf_repositories
SET lease_until = now() + $2::interval
WHERE (github_id, repository_id) = (
    SELECT github_id, repository_id
    FROM shelf_repositories
    WHERE wanted_at > $1 AND lease_until <= now()
    ORDER BY wanted_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING github_id, repository_id, name, listed_at
"""
FINISH_SHELF = """
UPDATE shelves
SET wanted_at = NULL, listed_at = coalesce($2, listed_at), lease_until = now()
WHERE github_id = $1
"""
FINISH_REPOSITORY = """
UPDATE shelf_repositories
SET wanted_at = NULL, listed_at = coalesce($3, listed_at), lease_until = now()
WHERE github_id = $1 AND repository_id = $2
"""
DROP_REPOSITORIES = """
DELETE FROM shelf_repositories WHERE github_id = $1 AND repository_id <> ALL($2::bigint[])
"""
PUT_REPOSITORY = """
INSERT INTO shelf_repositories (github_id, repository_id, name, url, position, wanted_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (github_id, repository_id) DO UPDATE
SET name = excluded.name,
    url = excluded.url,
    position = excluded.position,
    wanted_at = coalesce(shelf_repositories.wanted_at, excluded.wanted_at)
"""
DROP_PULLS = "DELETE FROM shelf_pulls WHERE github_id = $1 AND repository_id = $2"
PUT_PULL = """
INSERT INTO shelf_pulls (github_id, repository_id, number, url, title, updated_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
"""
PRUNE = """
DELETE FROM shelves
WHERE github_id IN (
    SELECT shelves.github_id
    FROM shelves
    WHERE used_at < $1
        OR NOT EXISTS (
            SELECT FROM people WHERE people.github_id = shelves.github_id AND NOT people.deleted
        )
    LIMIT $2
)
"""

LEASED_FOR = timedelta(minutes=1)
WANTED_FOR = timedelta(minutes=2)
"""Whoever wanted it longer ago has gone."""
KEPT = timedelta(days=30)
NOTED_EVERY = timedelta(hours=1)
"""How exactly it is known when a shelf was last looked at."""
MOST_LISTED_AN_HOUR = 40


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is known of a person's list."""

    wanted_at: datetime | None
    listed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShelfRepository:
    """One of a person's repositories."""

    repository_id: int
    name: str
    url: str
    wanted_at: datetime | None
    listed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShelfPull:
    """A pull request to offer."""

    url: str
    title: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class WantedShelf:
    """A person's list of repositories that somebody waits for."""

    github_id: int
    login: str
    listed_at: datetime | None


@dataclass(frozen=True, slots=True)
class WantedRepository:
    """A repository's list of pull requests that somebody waits for."""

    github_id: int
    repository_id: int
    name: str
    listed_at: datetime | None


async def want_shelf(
    connection: Connection, github_id: int, login: str, *, now: datetime, fresh_since: datetime
) -> Shelf:
    """How a person's list stands; it is wanted now where it is not fresh."""
    row = await connection.fetchrow(
        WANT_SHELF, github_id, login, now, fresh_since, now - NOTED_EVERY, now - WANTED_FOR
    )
    row = row or await connection.fetchrow(FIND_SHELF, github_id)
    return from_row(Shelf, row) if row else Shelf(now, None)


async def list_repositories(
    connection: Connection, github_id: int, words: str, limit: int
) -> list[ShelfRepository]:
    """A person's repositories whose name has these words, the last used first."""
    rows = await connection.fetch(LIST_REPOSITORIES, github_id, words, limit)
    return [from_row(ShelfRepository, row) for row in rows]


async def list_pulls(
    connection: Connection,
    github_id: int,
    words: str,
    *,
    repository_ids: Sequence[int],
    limit: int,
) -> list[ShelfPull]:
    """Pull requests of these repositories of a person, and others of theirs with these words."""
    listed = await connection.fetch(LIST_PULLS, github_id, list(repository_ids), words, limit)
    told = await connection.fetch(LIST_TOLD_PULLS, github_id, words, limit)
    return [from_row(ShelfPull, row) for row in (*listed, *told)]


async def want_pulls(
    connection: Connection,
    github_id: int,
    repository_ids: Sequence[int],
    *,
    now: datetime,
    fresh_since: datetime,
) -> bool:
    """Want the pull requests of repositories where they are not fresh; says whether any is."""
    rows = await connection.fetch(
        WANT_PULLS,
        github_id,
        list(repository_ids),
        now,
        fresh_since,
        MOST_LISTED_AN_HOUR,
        now - timedelta(hours=1),
        now - WANTED_FOR,
    )
    return bool(rows)


async def claim_shelf(connection: Connection, since: datetime) -> WantedShelf | None:
    """A list that somebody waits for; for a minute it is nobody else's."""
    row = await connection.fetchrow(CLAIM_SHELF, since, LEASED_FOR)
    return from_row(WantedShelf, row) if row else None


async def claim_repository(connection: Connection, since: datetime) -> WantedRepository | None:
    """A repository whose pull requests somebody waits for."""
    row = await connection.fetchrow(CLAIM_REPOSITORY, since, LEASED_FOR)
    return from_row(WantedRepository, row) if row else None


async def finish_shelf(connection: Connection, github_id: int, listed_at: datetime | None) -> None:
    """It is listed; None: it could not be."""
    await connection.execute(FINISH_SHELF, github_id, listed_at)


async def finish_repository(
    connection: Connection, wanted: WantedRepository, listed_at: datetime | None
) -> None:
    """Its pull requests are listed; None: they could not be."""
    await connection.execute(FINISH_REPOSITORY, wanted.github_id, wanted.repository_id, listed_at)


async def put_repositories(
    connection: Connection,
    github_id: int,
    repositories: Sequence[tuple[int, str, str]],
    *,
    wanted: int,
    now: datetime,
) -> None:
    """A person's repositories are these: id, name, address. The pull requests of the first few
    are wanted at once."""
    await connection.execute(DROP_REPOSITORIES, github_id, [one[0] for one in repositories])
    await connection.executemany(
        PUT_REPOSITORY,
        [
            (github_id, *one, position, now if position < wanted else None)
            for position, one in enumerate(repositories)
        ],
    )


async def put_pulls(
    connection: Connection,
    wanted: WantedRepository,
    pulls: Sequence[tuple[int, str, str, datetime]],
) -> None:
    """A repository's pull requests are these: number, address, title, moment."""
    await connection.execute(DROP_PULLS, wanted.github_id, wanted.repository_id)
    await connection.executemany(
        PUT_PULL, [(wanted.github_id, wanted.repository_id, *one) for one in pulls]
    )


async def prune(connection: Connection, now: datetime, limit: int) -> int:
    """Forget what nobody looked at for long, and what was a deleted person's."""
    return int((await connection.execute(PRUNE, now - KEPT, limit)).split()[-1])
