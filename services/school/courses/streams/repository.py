"""Changes of streams, and which weeks have not been told yet."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from services.school.courses.entries import StreamEntry
from services.school.errors import NumberTaken
from shared.db import Connection, from_row

INSERT = """
INSERT INTO streams (
    stream_id, course_id, number, start_on, finish_on, zone, program_id, chat_url
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT ON CONSTRAINT streams_number DO NOTHING
RETURNING stream_id
"""
UPDATE = """
UPDATE streams
SET number = $2, start_on = $3, finish_on = $4, zone = $5, program_id = $6, chat_url = $7
WHERE stream_id = $1
"""

# Somewhere it is tomorrow already, and somewhere it is yesterday still: a day more on either side,
# and each stream's own calendar decides.
LIST_UNTOLD = """
SELECT stream_id
FROM streams AS stream
WHERE $1 BETWEEN start_on - 1 AND finish_on + 1
    AND EXISTS (
        SELECT FROM weeks AS week
        WHERE week.program_id = stream.program_id
            AND week.number > stream.weeks_told
            AND stream.start_on + 7 * (week.number - 1) <= $1 + 1
    )
ORDER BY stream_id
LIMIT $2
"""
LOCK_UNTOLD = """
SELECT
    stream.stream_id, stream.course_id, course.name AS course, stream.program_id,
    stream.start_on, stream.finish_on, stream.zone, stream.weeks_told
FROM streams AS stream
JOIN courses AS course USING (course_id)
WHERE stream_id = $1
FOR UPDATE OF stream SKIP LOCKED
"""
FIND_NEWEST_WEEK = """
SELECT
    week.number, week.title,
    ARRAY (
        SELECT assignment.name
        FROM assignments AS assignment
        LEFT JOIN tracks AS track USING (track_id)
        WHERE assignment.week_id = week.week_id AND assignment.retired_at IS NULL
        ORDER BY track.position NULLS FIRST, assignment.position
        LIMIT 100
    ) AS assignments
FROM weeks AS week
WHERE week.program_id = $1 AND week.number > $2 AND week.number <= $3
ORDER BY week.number DESC
LIMIT 1
"""
KEEP_TOLD = "UPDATE streams SET weeks_told = $2 WHERE stream_id = $1"


@dataclass(frozen=True, slots=True)
class UntoldStream:
    """A stream that may have a week to be told of."""

    stream_id: UUID
    course_id: UUID
    course: str
    program_id: UUID | None
    start_on: date
    finish_on: date
    zone: str
    weeks_told: int


@dataclass(frozen=True, slots=True)
class NewWeek:
    """A week that is open and was not told of."""

    number: int
    title: str
    assignments: tuple[str, ...]


async def insert(
    connection: Connection, stream_id: UUID, course_id: UUID, entry: StreamEntry
) -> None:
    """Make a stream.

    Raises:
        NumberTaken: the course has a stream of this number.
    """
    made = await connection.fetchval(INSERT, stream_id, course_id, *_values(entry))
    if made is None:
        raise NumberTaken


async def update(connection: Connection, stream_id: UUID, entry: StreamEntry) -> None:
    """Change a stream.

    Raises:
        NumberTaken: the course has another stream of this number.
    """
    try:
        await connection.execute(UPDATE, stream_id, *_values(entry))
    except asyncpg.UniqueViolationError:
        raise NumberTaken from None


async def list_untold(connection: Connection, day: date, limit: int) -> list[UUID]:
    """Streams that may have a week to be told of on this day, in whatever zone it is one."""
    return [row["stream_id"] for row in await connection.fetch(LIST_UNTOLD, day, limit)]


async def lock_untold(connection: Connection, stream_id: UUID) -> UntoldStream | None:
    """Such a stream, unless another process is at it."""
    row = await connection.fetchrow(LOCK_UNTOLD, stream_id)
    return from_row(UntoldStream, row) if row else None


async def find_newest_week(
    connection: Connection, program_id: UUID | None, *, after: int, until: int
) -> NewWeek | None:
    """The last week of a program within these numbers."""
    row = await connection.fetchrow(FIND_NEWEST_WEEK, program_id, after, until)
    return NewWeek(row["number"], row["title"], tuple(row["assignments"])) if row else None


async def keep_told(connection: Connection, stream_id: UUID, number: int) -> None:
    """Remember the last week that was told of."""
    await connection.execute(KEEP_TOLD, stream_id, number)


def _values(entry: StreamEntry) -> tuple[object, ...]:
    return (
        entry.number,
        entry.start_on,
        entry.finish_on,
        entry.zone,
        entry.program_id,
        entry.chat_url,
    )
