"""Matches, the ways that led to none, and what administrators took back, in Postgres."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.sync.stepik.repository import Match
from shared.db import Connection, from_row

FIND_BY_USER = """
SELECT person_id, user_id, way, matched_at, matched_by FROM stepik_matches WHERE user_id = $1
"""
IS_REFUSED = "SELECT EXISTS (SELECT FROM stepik_refusals WHERE person_id = $1 AND user_id = $2)"
IS_DELETED = "SELECT EXISTS (SELECT FROM people WHERE person_id = $1 AND deleted)"
IS_LEARNER = "SELECT EXISTS (SELECT FROM stepik_learners WHERE user_id = $1)"
INSERT = """
INSERT INTO stepik_matches (person_id, user_id, way, matched_at, matched_by)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
RETURNING person_id
"""
DELETE = "DELETE FROM stepik_matches WHERE person_id = ANY($1::uuid[]) RETURNING person_id, user_id"
REFUSE = """
INSERT INTO stepik_refusals (person_id, user_id, refused_at, refused_by)
VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id, user_id) DO UPDATE
SET refused_at = excluded.refused_at, refused_by = excluded.refused_by
"""
FORGET_REFUSAL = "DELETE FROM stepik_refusals WHERE person_id = $1 AND user_id = $2"
KEEP_TRY = """
INSERT INTO stepik_tries (person_id, way, outcome, tried_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id, way) DO UPDATE
SET outcome = excluded.outcome, tried_at = excluded.tried_at
"""
FORGET_TRIES = "DELETE FROM stepik_tries WHERE person_id = ANY($1::uuid[])"
# An account that is free again may be theirs who were told that it was taken.
FORGET_TAKEN = "DELETE FROM stepik_tries WHERE outcome = 'taken'"
# The next reading may find what was passed before: news begin with the one after it.
BEGIN_NEWS = "UPDATE stepik_learners SET told_from = seen_in + 2 WHERE user_id = $1"
FORGET_OPEN = "DELETE FROM stepik_theory_open WHERE user_id = $1"

LIST_SIGNED_IN = """
SELECT people.person_id, people.stepik_id AS user_id
FROM people
LEFT JOIN stepik_matches AS matches ON matches.person_id = people.person_id
WHERE people.stepik_id IS NOT NULL
    AND NOT people.deleted
    AND ($1::uuid[] IS NULL OR people.person_id = ANY($1::uuid[]))
    AND (
        matches.person_id IS NULL
        OR (matches.user_id <> people.stepik_id AND matches.way <> 'by_hand')
    )
    AND NOT EXISTS (
        SELECT FROM stepik_tries AS tries
        WHERE tries.person_id = people.person_id AND tries.way = 'sign_in' AND tries.tried_at > $2
    )
ORDER BY people.person_id
LIMIT $3
"""
LIST_CANDIDATES = """
SELECT people.person_id,
    people.github_id,
    array(
        SELECT way FROM stepik_tries AS tries
        WHERE tries.person_id = people.person_id AND tries.tried_at > $1
    ) AS tried
FROM people
WHERE 'student' = ANY(people.roles)
    AND NOT people.deleted
    AND people.stepik_id IS NULL
    AND NOT EXISTS (SELECT FROM stepik_matches AS m WHERE m.person_id = people.person_id)
    AND (
        (
            people.github_id IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM stepik_tries AS tries
                WHERE tries.person_id = people.person_id
                    AND tries.way = 'github'
                    AND tries.tried_at > $1
            )
        )
        OR (
            $2
            AND NOT EXISTS (
                SELECT FROM stepik_tries AS tries
                WHERE tries.person_id = people.person_id
                    AND tries.way = 'email'
                    AND tries.tried_at > $1
            )
        )
    )
ORDER BY (
        SELECT max(tried_at) FROM stepik_tries AS tries
        WHERE tries.person_id = people.person_id
    ) NULLS FIRST,
    people.person_id
LIMIT $3
"""
LIST_GROUPS = """
SELECT learners_group
FROM stepik_courses
WHERE course_id = ANY($1::bigint[]) AND learners_group IS NOT NULL AND gone_since IS NULL
ORDER BY course_id
"""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who has signed in at Stepik, with the account that it was."""

    person_id: UUID
    user_id: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whose account is looked for. tried: the ways that were tried lately."""

    person_id: UUID
    github_id: int | None
    tried: Sequence[str]


async def find_by_user(connection: Connection, user_id: int) -> Match | None:
    """Whose account it is."""
    row = await connection.fetchrow(FIND_BY_USER, user_id)
    return from_row(Match, row) if row else None


async def is_refused(connection: Connection, person_id: UUID, user_id: int) -> bool:
    """Whether an administrator took this match back."""
    return bool(await connection.fetchval(IS_REFUSED, person_id, user_id))


async def is_deleted(connection: Connection, person_id: UUID) -> bool:
    """Whether a person is no more."""
    return bool(await connection.fetchval(IS_DELETED, person_id))


async def is_learner(connection: Connection, user_id: int) -> bool:
    """Whether any course knows the account."""
    return bool(await connection.fetchval(IS_LEARNER, user_id))


async def insert(
    connection: Connection,
    person_id: UUID,
    user_id: int,
    way: str,
    now: datetime,
    by: UUID | None = None,
) -> bool:
    """Match them; False: one of them was matched at this moment."""
    made = await connection.fetchval(INSERT, person_id, user_id, way, now, by)
    if made is None:
        return False
    await connection.execute(FORGET_TRIES, [person_id])
    await connection.execute(BEGIN_NEWS, user_id)
    await connection.execute(FORGET_OPEN, user_id)
    return True


async def delete(connection: Connection, person_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Undo the matches of these; gives the accounts of those who had one."""
    rows = await connection.fetch(DELETE, list(person_ids))
    if rows:
        await connection.execute(FORGET_TAKEN)
    return {row["person_id"]: row["user_id"] for row in rows}


async def refuse(
    connection: Connection, person_id: UUID, user_id: int, by: UUID | None, now: datetime
) -> None:
    """These two are not to be matched again, but by hand."""
    await connection.execute(REFUSE, person_id, user_id, now, by)


async def forget_refusal(connection: Connection, person_id: UUID, user_id: int) -> None:
    """They may be matched again."""
    await connection.execute(FORGET_REFUSAL, person_id, user_id)


async def keep_try(
    connection: Connection, person_id: UUID, way: str, outcome: str, now: datetime
) -> None:
    """A way led to nobody."""
    await connection.execute(KEEP_TRY, person_id, way, outcome, now)


async def forget_tries(connection: Connection, person_ids: Sequence[UUID]) -> None:
    """Nothing is looked for, for these."""
    await connection.execute(FORGET_TRIES, list(person_ids))


async def list_signed_in(
    connection: Connection, person_ids: Sequence[UUID] | None, since: datetime, limit: int
) -> list[SignedIn]:
    """Who has signed in with an account that is not theirs here yet; of these people, or of all.
    Without those with whom that was tried since then."""
    ids = list(person_ids) if person_ids is not None else None
    return [
        from_row(SignedIn, row) for row in await connection.fetch(LIST_SIGNED_IN, ids, since, limit)
    ]


async def list_candidates(
    connection: Connection, since: datetime, *, by_email: bool, limit: int
) -> list[Candidate]:
    """Students whose account is not known and with whom some way was not tried since then."""
    rows = await connection.fetch(LIST_CANDIDATES, since, by_email, limit)
    return [from_row(Candidate, row) for row in rows]


async def list_groups(connection: Connection, course_ids: Sequence[int]) -> list[int]:
    """The groups of learners of these courses."""
    rows = await connection.fetch(LIST_GROUPS, list(course_ids))
    return [row["learners_group"] for row in rows]
