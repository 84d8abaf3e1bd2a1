"""Courses as passes go over them: whose turn it is, and how far it has come.

Leases and pauses are by the real clock: they keep quiet towards Stepik. When a pass is due is the
business's time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.sync.stepik.repository import lock
from shared.db import Connection, from_row, ring_on_commit

NAME = "read_stepik"
BELL = f"due:{NAME}"
LEASED_FOR = timedelta(seconds=60)
"""Longer than a request, the gap before it and a commit may take."""

ADD = """
INSERT INTO stepik_courses (course_id, next_pass_at)
SELECT course_id, $2 FROM unnest($1::bigint[]) AS wanted (course_id)
ON CONFLICT (course_id) DO NOTHING
"""
CLAIM = """
UPDATE stepik_courses
SET lease_owner = $2, lease_until = now() + $3::interval
WHERE course_id = (
        SELECT course_id
        FROM stepik_courses
        WHERE course_id = ANY($1::bigint[])
            AND paused_until <= now() -- real clock
            AND (next_pass_at <= $4 OR phase <> 'rest')
        ORDER BY failures, phase = 'rest', next_pass_at
        LIMIT 1
    )
    AND NOT EXISTS (SELECT FROM stepik_courses WHERE lease_until > now())
RETURNING *
"""
BEGIN = """
UPDATE stepik_courses
SET pass_number = pass_number + 1,
    phase = 'structure',
    covered = 0,
    after_id = 0,
    started_at = $3,
    requests = 0,
    changed = 0
WHERE course_id = $1 AND lease_owner = $2
RETURNING *
"""
HOLD = """
UPDATE stepik_courses
SET lease_until = now() + $3::interval
WHERE course_id = $1 AND lease_owner = $2
RETURNING course_id
"""
ADVANCE = """
UPDATE stepik_courses
SET phase = $2,
    covered = $3,
    page_size = $4,
    after_id = $5,
    theory_after = $6,
    requests = requests + $7,
    changed = changed + $8,
    failures = 0,
    error = NULL
WHERE course_id = $1
"""
FINISH = """
UPDATE stepik_courses
SET phase = 'rest',
    next_pass_at = $3,
    finished_at = coalesce($4, finished_at),
    requests = requests + $5,
    failures = CASE WHEN $6::text IS NULL THEN 0 ELSE failures + 1 END,
    error = $6,
    lease_until = now()
WHERE course_id = $1 AND lease_owner = $2
"""
GIVE_BACK = """
UPDATE stepik_courses
SET lease_until = now(), requests = requests + $3
WHERE course_id = $1 AND lease_owner = $2
"""
STUMBLE = """
UPDATE stepik_courses
SET failures = failures + 1,
    error = $3,
    requests = requests + $5,
    paused_until = greatest(
        paused_until,
        now() + ($4::interval[])[least(failures + 1, cardinality($4::interval[]))] -- real clock
    ),
    lease_until = now()
WHERE course_id = $1 AND lease_owner = $2
"""
PAUSE_ALL = """
UPDATE stepik_courses
SET paused_until = greatest(paused_until, now() + $1::interval), -- real clock
    error = $2
"""
ASK_NOW = """
UPDATE stepik_courses SET next_pass_at = least(next_pass_at, $2) WHERE course_id = ANY($1::bigint[])
"""
LIST = """
SELECT *,
    lease_until > now() AS is_read,
    greatest(extract(epoch FROM paused_until - now()), 0)::float8 AS waits -- real clock
FROM stepik_courses
WHERE course_id = ANY($1::bigint[])
ORDER BY course_id
"""
LAST_FINISHED = "SELECT min(finished_at) FROM stepik_courses WHERE course_id = ANY($1::bigint[])"
COUNT = """
SELECT
    count(*) FILTER (WHERE gone_at IS NULL) AS learners,
    count(*) FILTER (WHERE gone_at IS NULL AND matches.person_id IS NOT NULL) AS matched
FROM stepik_learners
LEFT JOIN stepik_matches AS matches USING (user_id)
WHERE course_id = $1
"""


@dataclass(frozen=True, slots=True)
class Course:
    """A course and the pass over it. The fields are explained at the table."""

    course_id: int
    title: str
    learners_group: int | None
    gone_since: datetime | None
    pass_number: int
    phase: str
    covered: int
    page_size: int
    after_id: int
    theory_after: int
    next_pass_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    requests: int
    changed: int
    failures: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A course for those who look on. is_read: just now, by some process.

    waits: seconds in which Stepik is not asked.
    """

    course: Course
    is_read: bool
    waits: float


@dataclass(frozen=True, slots=True)
class Counted:
    """How many learn in a course, and of how many it is known who they are."""

    learners: int
    matched: int


async def add(connection: Connection, course_ids: Sequence[int], now: datetime) -> None:
    """Let there be rows of these courses, due at once where they are new."""
    await connection.execute(ADD, list(course_ids), now)


async def claim(
    connection: Connection, course_ids: Sequence[int], owner: UUID, now: datetime
) -> Course | None:
    """A course whose moment has come, if nobody reads any course."""
    await lock(connection)
    row = await connection.fetchrow(CLAIM, list(course_ids), owner, LEASED_FOR, now)
    return from_row(Course, row) if row else None


async def begin(connection: Connection, course_id: int, owner: UUID, now: datetime) -> Course:
    """Begin the next pass."""
    row = await connection.fetchrow(BEGIN, course_id, owner, now)
    assert row is not None  # noqa: S101 - in the transaction that claimed it
    return from_row(Course, row)


async def hold(connection: Connection, course_id: int, owner: UUID) -> bool:
    """Keep the course longer, and let nobody else write meanwhile; False: it is another's."""
    await lock(connection)
    return await connection.fetchval(HOLD, course_id, owner, LEASED_FOR) is not None


async def advance(connection: Connection, course: Course, *, requests: int, changed: int) -> None:
    """The pass has come so far. Only who holds the course may say so."""
    await connection.execute(
        ADVANCE,
        course.course_id,
        course.phase,
        course.covered,
        course.page_size,
        course.after_id,
        course.theory_after,
        requests,
        changed,
    )


async def finish(
    connection: Connection,
    course_id: int,
    owner: UUID,
    *,
    next_pass_at: datetime,
    finished_at: datetime | None,
    requests: int,
    error: str | None = None,
) -> None:
    """The pass is over; with an error it has not come to its end."""
    await connection.execute(FINISH, course_id, owner, next_pass_at, finished_at, requests, error)


async def give_back(connection: Connection, course_id: int, owner: UUID, requests: int) -> None:
    """Somebody may go on at once."""
    await connection.execute(GIVE_BACK, course_id, owner, requests)


async def stumble(
    connection: Connection,
    course_id: int,
    owner: UUID,
    *,
    error: str,
    ladder: Sequence[timedelta],
    requests: int,
) -> None:
    """The pass goes on later, after each failure in a row later still."""
    await connection.execute(STUMBLE, course_id, owner, error, list(ladder), requests)


async def pause_all(connection: Connection, wait: timedelta, error: str) -> None:
    """Nobody asks Stepik for so long."""
    await lock(connection)
    await connection.execute(PAUSE_ALL, wait, error)


async def ask_now(connection: Connection, course_ids: Sequence[int], now: datetime) -> None:
    """Have these courses read now, unless they are being read."""
    await connection.execute(ASK_NOW, list(course_ids), now)
    ring_on_commit(BELL)


async def list_standings(connection: Connection, course_ids: Sequence[int]) -> list[Standing]:
    """How it stands with these courses."""
    return [
        Standing(from_row(Course, row), row["is_read"], row["waits"])
        for row in await connection.fetch(LIST, list(course_ids))
    ]


async def count(connection: Connection, course_id: int) -> Counted:
    """Learners of a course who have not left."""
    row = await connection.fetchrow(COUNT, course_id)
    assert row is not None  # noqa: S101 - a count is always one row
    return from_row(Counted, row)


async def last_finished(connection: Connection, course_ids: Sequence[int]) -> datetime | None:
    """When the one of them was read to its end whose turn is longest ago; None: none ever was."""
    moment: datetime | None = await connection.fetchval(LAST_FINISHED, list(course_ids))
    return moment
