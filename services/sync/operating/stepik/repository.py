"""Whose account at Stepik is whose, and whose is not known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from shared.db import Connection, from_row

COUNT = """
SELECT
    (
        SELECT count(*) FROM people
        WHERE 'student' = ANY(roles) AND NOT deleted
            AND NOT EXISTS (SELECT FROM stepik_matches AS m WHERE m.person_id = people.person_id)
    ) AS people,
    (
        SELECT count(DISTINCT user_id) FROM stepik_learners AS learners
        WHERE gone_at IS NULL
            AND NOT EXISTS (SELECT FROM stepik_matches AS m WHERE m.user_id = learners.user_id)
    ) AS learners,
    (SELECT count(*) FROM stepik_matches) AS matched
"""

FIND_PERSON = """
SELECT person_id, name, github_login FROM people WHERE person_id = $1 AND NOT deleted
"""

# $2: words of the account's name. That the person's has them too is a hint in what order to look,
# and no more.
LIST_UNMATCHED_PEOPLE = """
SELECT person_id, name, github_login
FROM people
WHERE 'student' = ANY(roles) AND NOT deleted
    AND NOT EXISTS (SELECT FROM stepik_matches AS m WHERE m.person_id = people.person_id)
    AND position(lower($1) IN lower(name)) > 0
ORDER BY (
        SELECT count(*) FROM unnest($2::text[]) AS word WHERE position(word IN lower(name)) > 0
    ) DESC,
    lower(name), person_id
LIMIT $3
OFFSET $4
"""
LIST_TRIES = """
SELECT person_id, way, outcome
FROM stepik_tries
WHERE person_id = ANY($1::uuid[])
ORDER BY person_id, way
"""
LIST_UNMATCHED_LEARNERS = """
SELECT *
FROM (
    SELECT DISTINCT ON (user_id) user_id, full_name
    FROM stepik_learners AS learners
    WHERE gone_at IS NULL
        AND NOT EXISTS (SELECT FROM stepik_matches AS m WHERE m.user_id = learners.user_id)
        AND (position(lower($1) IN lower(full_name)) > 0 OR user_id::text = $1)
    ORDER BY user_id, first_seen_at
) AS learners
ORDER BY (
        SELECT count(*) FROM unnest($2::text[]) AS word
        WHERE position(word IN lower(full_name)) > 0
    ) DESC,
    lower(full_name), user_id
LIMIT $3
OFFSET $4
"""
FIND_LEARNER = """
SELECT user_id, full_name
FROM stepik_learners
WHERE user_id = $1
ORDER BY gone_at NULLS FIRST, first_seen_at
LIMIT 1
"""
LIST_MATCHED = """
SELECT matches.person_id, COALESCE(people.name, '') AS name, matches.user_id, matches.way,
    matches.matched_at, matched_by.name AS by_name,
    COALESCE((
        SELECT max(full_name) FROM stepik_learners AS learners
        WHERE learners.user_id = matches.user_id
    ), '') AS full_name
FROM stepik_matches AS matches
LEFT JOIN people ON people.person_id = matches.person_id
LEFT JOIN people AS matched_by ON matched_by.person_id = matches.matched_by
WHERE position(lower($1) IN lower(COALESCE(people.name, ''))) > 0 OR matches.user_id::text = $1
ORDER BY lower(people.name), matches.person_id
LIMIT $2
OFFSET $3
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people and how many accounts have no counterpart, and how many pairs there are."""

    people: int
    learners: int
    matched: int


@dataclass(frozen=True, slots=True)
class Tried:
    """A person whose account was looked for. tries: each way with what came of it."""

    person_id: UUID
    name: str
    github_login: str | None
    tries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Learner:
    """An account at Stepik. full_name is empty until Stepik was asked for it."""

    user_id: int
    full_name: str


@dataclass(frozen=True, slots=True)
class Matched:
    """A person and their account. `by_name`: the administrator who matched them by hand."""

    person_id: UUID
    name: str
    user_id: int
    full_name: str
    way: str
    matched_at: datetime
    by_name: str | None


async def count(connection: Connection) -> Counts:
    """How many are matched, and how many are not."""
    row = await connection.fetchrow(COUNT)
    assert row is not None  # noqa: S101 - for the type checker
    return from_row(Counts, row)


async def list_unmatched_people(
    connection: Connection, text: str, words: Sequence[str], *, limit: int, offset: int
) -> list[Tried]:
    """Students without an account, whose name has the text in it; first who shares words."""
    rows = await connection.fetch(LIST_UNMATCHED_PEOPLE, text, list(words), limit, offset)
    return await _with_tries(connection, rows)


async def find_tried(connection: Connection, person_id: UUID) -> Tried | None:
    """A person, with the ways in which their account was looked for."""
    rows = await connection.fetch(FIND_PERSON, person_id)
    return next(iter(await _with_tries(connection, rows)), None)


async def list_unmatched_learners(
    connection: Connection, text: str, words: Sequence[str], *, limit: int, offset: int
) -> list[Learner]:
    """Accounts that are nobody's, by a part of their name, or by their id."""
    rows = await connection.fetch(LIST_UNMATCHED_LEARNERS, text, list(words), limit, offset)
    return [from_row(Learner, row) for row in rows]


async def find_learner(connection: Connection, user_id: int) -> Learner | None:
    """An account, if any course has it."""
    row = await connection.fetchrow(FIND_LEARNER, user_id)
    return from_row(Learner, row) if row else None


async def list_matched(
    connection: Connection, text: str, *, limit: int, offset: int
) -> list[Matched]:
    """Who is matched, by a part of the person's name, or by the account's id."""
    rows = await connection.fetch(LIST_MATCHED, text, limit, offset)
    return [from_row(Matched, row) for row in rows]


async def _with_tries(connection: Connection, rows: Sequence[Record]) -> list[Tried]:
    tries: dict[UUID, list[tuple[str, str]]] = {row["person_id"]: [] for row in rows}
    for row in await connection.fetch(LIST_TRIES, list(tries)):
        tries[row["person_id"]].append((row["way"], row["outcome"]))
    return [
        Tried(row["person_id"], row["name"], row["github_login"], tuple(tries[row["person_id"]]))
        for row in rows
    ]
