"""Learners and what they have passed, in Postgres."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from shared.db import Connection, from_row

LEARNERS = """
SELECT user_id, grade_id, full_name, steps_passed, seen_in, told_in, told_from, gone_at
FROM stepik_learners
"""
LIST = LEARNERS + "WHERE course_id = $1 AND user_id = ANY($2::bigint[])"
LIST_AFTER = (
    LEARNERS
    + """
WHERE course_id = $1 AND user_id > $2
ORDER BY user_id
LIMIT $3
"""
)
LIST_UNSEEN = (
    LEARNERS
    + """
WHERE course_id = $1 AND seen_in <> $2 AND gone_at IS NULL
ORDER BY user_id
LIMIT $3
"""
)
# A replica whose lease ran out in the middle has written nothing: two never insert the same.
INSERT = """
INSERT INTO stepik_learners (
    course_id, user_id, grade_id, steps_passed, first_seen_at, changed_at, seen_in, told_from
)
VALUES ($1, $2, $3, $4, $5, $5, $6, $6::int + 1)
"""
UPDATE = """
UPDATE stepik_learners
SET grade_id = $3, steps_passed = $4, changed_at = $5, seen_in = $6, gone_at = NULL
WHERE course_id = $1 AND user_id = $2
"""
SEE = """
UPDATE stepik_learners
SET seen_in = $3
WHERE course_id = $1 AND user_id = ANY($2::bigint[]) AND seen_in <> $3
"""
LOSE = """
UPDATE stepik_learners
SET gone_at = $4, seen_in = $3
WHERE course_id = $1 AND user_id = ANY($2::bigint[])
"""
TELL = """
UPDATE stepik_learners SET told_in = $3 WHERE course_id = $1 AND user_id = ANY($2::bigint[])
"""
LIST_LESSONS_PASSED = """
SELECT user_id, lesson_id FROM stepik_lessons_passed WHERE user_id = ANY($1::bigint[])
"""
KEEP_PASSED = """
INSERT INTO stepik_lessons_passed (user_id, lesson_id, passed_at)
SELECT user_id, lesson_id, $3
FROM unnest($1::bigint[], $2::bigint[]) AS told (user_id, lesson_id)
ON CONFLICT (user_id, lesson_id) DO NOTHING
"""
LIST_PEOPLE = """
SELECT user_id, person_id FROM stepik_matches WHERE user_id = ANY($1::bigint[])
"""
LIST_NAMES = """
SELECT user_id, max(full_name) AS full_name
FROM stepik_learners
WHERE user_id = ANY($1::bigint[])
GROUP BY user_id
"""
LIST_UNNAMED = """
SELECT user_id
FROM stepik_learners
WHERE course_id = $1 AND named_at IS NULL
ORDER BY user_id
LIMIT $2
"""
NAME = """
UPDATE stepik_learners AS learners
SET full_name = told.full_name, named_at = $4
FROM unnest($2::bigint[], $3::text[]) AS told (user_id, full_name)
WHERE learners.course_id = $1 AND learners.user_id = told.user_id
"""
LIST_THEORY = """
SELECT learners.user_id
FROM stepik_learners AS learners
JOIN stepik_matches AS matches ON matches.user_id = learners.user_id
WHERE learners.course_id = $1
    AND learners.user_id > $2
    AND learners.gone_at IS NULL
    AND learners.told_in <> $4
    AND (
        SELECT count(*)
        FROM stepik_lessons_passed AS passed
        WHERE passed.user_id = learners.user_id AND passed.lesson_id = ANY($3::bigint[])
    ) < cardinality($3::bigint[])
ORDER BY learners.user_id
LIMIT $5
"""
LIST_OPEN = """
SELECT user_id, lesson_id FROM stepik_theory_open WHERE user_id = ANY($1::bigint[])
"""
KEEP_OPEN = """
INSERT INTO stepik_theory_open (user_id, lesson_id)
SELECT user_id, lesson_id
FROM unnest($1::bigint[], $2::bigint[]) AS told (user_id, lesson_id)
ON CONFLICT (user_id, lesson_id) DO NOTHING
"""

Pairs = Sequence[tuple[int, int]]
"""A learner and a lesson each."""


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner of a course, as known before. The last numbers are those of passes."""

    user_id: int
    grade_id: str
    full_name: str
    steps_passed: Sequence[int]
    seen_in: int
    told_in: int
    told_from: int
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a learner is to be kept."""

    user_id: int
    grade_id: str
    steps_passed: frozenset[int]


async def list_learners(
    connection: Connection, course_id: int, user_ids: Sequence[int]
) -> dict[int, Learner]:
    """Those of them who are known, by number."""
    return _by_user(await connection.fetch(LIST, course_id, list(user_ids)))


async def list_after(
    connection: Connection, course_id: int, after_id: int, limit: int
) -> list[Learner]:
    """The next learners by number."""
    return list(_by_user(await connection.fetch(LIST_AFTER, course_id, after_id, limit)).values())


async def list_unseen(
    connection: Connection, course_id: int, pass_number: int, limit: int
) -> list[Learner]:
    """Learners whom a pass has not met, of those who are not gone."""
    return list(
        _by_user(await connection.fetch(LIST_UNSEEN, course_id, pass_number, limit)).values()
    )


def _by_user(rows: Iterable[Record]) -> dict[int, Learner]:
    found = [from_row(Learner, row) for row in rows]
    return {learner.user_id: learner for learner in found}


async def insert(
    connection: Connection,
    course_id: int,
    pass_number: int,
    learners: Sequence[Standing],
    now: datetime,
) -> None:
    """Learners who were never seen before."""
    await connection.executemany(
        INSERT,
        [
            (course_id, one.user_id, one.grade_id, sorted(one.steps_passed), now, pass_number)
            for one in learners
        ],
    )


async def update(
    connection: Connection,
    course_id: int,
    pass_number: int,
    learners: Sequence[Standing],
    now: datetime,
) -> None:
    """Learners with whom something is different."""
    await connection.executemany(
        UPDATE,
        [
            (course_id, one.user_id, one.grade_id, sorted(one.steps_passed), now, pass_number)
            for one in learners
        ],
    )


async def see(
    connection: Connection, course_id: int, pass_number: int, user_ids: Sequence[int]
) -> None:
    """This pass has met them, and nothing is different."""
    await connection.execute(SEE, course_id, list(user_ids), pass_number)


async def lose(
    connection: Connection,
    course_id: int,
    pass_number: int,
    user_ids: Sequence[int],
    now: datetime,
) -> None:
    """They have left the course; what they passed stays."""
    await connection.execute(LOSE, course_id, list(user_ids), pass_number, now)


async def tell(
    connection: Connection, course_id: int, pass_number: int, user_ids: Sequence[int]
) -> None:
    """This pass told of them."""
    await connection.execute(TELL, course_id, list(user_ids), pass_number)


async def list_lessons_passed(
    connection: Connection, user_ids: Sequence[int]
) -> dict[int, set[int]]:
    """What each of them has passed, by number."""
    return _gather(await connection.fetch(LIST_LESSONS_PASSED, list(user_ids)))


async def keep_lessons_passed(connection: Connection, passed: Pairs, now: datetime) -> None:
    """Learners passed lessons; what was known already stays as it was."""
    users, lessons = [user for user, _ in passed], [lesson for _, lesson in passed]
    await connection.execute(KEEP_PASSED, users, lessons, now)


async def list_people(connection: Connection, user_ids: Sequence[int]) -> dict[int, UUID]:
    """Whose accounts these are, of those that are matched."""
    rows = await connection.fetch(LIST_PEOPLE, list(user_ids))
    return {row["user_id"]: row["person_id"] for row in rows}


async def list_names(connection: Connection, user_ids: Sequence[int]) -> dict[int, str]:
    """What learners are called; empty where that is not known."""
    rows = await connection.fetch(LIST_NAMES, list(user_ids))
    return {row["user_id"]: row["full_name"] for row in rows}


async def list_unnamed(connection: Connection, course_id: int, limit: int) -> list[int]:
    """Learners whose names were never asked for."""
    return [row["user_id"] for row in await connection.fetch(LIST_UNNAMED, course_id, limit)]


async def name(
    connection: Connection, course_id: int, names: Sequence[tuple[int, str]], now: datetime
) -> None:
    """Keep what learners are called; an empty name where Stepik has none."""
    await connection.execute(
        NAME, course_id, [user for user, _ in names], [text for _, text in names], now
    )


async def list_theory(
    connection: Connection,
    course_id: int,
    pass_number: int,
    *,
    after: int,
    lessons: Sequence[int],
    limit: int,
) -> list[int]:
    """The next matched learners who have not passed all of these lessons, but for those of whom
    this pass has told already."""
    rows = await connection.fetch(LIST_THEORY, course_id, after, list(lessons), pass_number, limit)
    return [row["user_id"] for row in rows]


async def list_open(connection: Connection, user_ids: Sequence[int]) -> dict[int, set[int]]:
    """Lessons without marked steps that each had not passed when it was last asked."""
    return _gather(await connection.fetch(LIST_OPEN, list(user_ids)))


async def keep_open(connection: Connection, pairs: Pairs) -> None:
    """These learners have not passed these lessons yet."""
    await connection.execute(
        KEEP_OPEN, [user for user, _ in pairs], [lesson for _, lesson in pairs]
    )


def _gather(rows: Iterable[Record]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        found[row["user_id"]].add(row["lesson_id"])
    return found
