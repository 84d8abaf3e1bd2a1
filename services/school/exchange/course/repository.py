"""A course's rows, read whole and written whole."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.school.exchange.course.state import (
    AssignmentRow,
    LessonRow,
    ProgramRow,
    State,
    TrackRow,
    WeekRow,
)
from shared.db import Connection, from_row

COURSE = "SELECT course_id, slug, name, description FROM courses WHERE slug = $1"
TRACKS = """
SELECT track_id, slug, name, description, position
FROM tracks
WHERE course_id = $1
ORDER BY position, slug COLLATE "C"
"""
PROGRAMS = """
SELECT program_id, slug, name FROM programs WHERE course_id = $1 ORDER BY slug COLLATE "C"
"""
WEEKS = """
SELECT week_id, program_id, number, title, description
FROM weeks
WHERE program_id = ANY($1::uuid[])
ORDER BY program_id, number
"""
LESSONS = """
SELECT
    lesson_id, week_id, track_id, slug, position, name, content, video_url, slides_url,
    repository_url, link_url
FROM course_lessons
WHERE week_id = ANY($1::uuid[])
ORDER BY week_id, position, slug COLLATE "C"
"""
ASSIGNMENTS = """
SELECT
    assignment_id, week_id, track_id, slug, position, name, content, repository_url, policy,
    due_day, retired_at IS NOT NULL AS is_retired
FROM assignments
WHERE week_id = ANY($1::uuid[])
ORDER BY week_id, position, slug COLLATE "C"
"""
# From the course downwards: what is added below a locked row waits, so that nothing changes
# between reading and writing.
LOCKED = " FOR UPDATE"
# Asked once the rows are locked: foreign keys that point there wait from then on.
PROGRAMS_IN_USE = "SELECT DISTINCT program_id FROM streams WHERE program_id = ANY($1::uuid[])"
WITH_WORKS = """
SELECT DISTINCT assignment_id FROM submissions WHERE assignment_id = ANY($1::uuid[])
"""

INSERT_COURSE = """
INSERT INTO courses (course_id, slug, name, description, created_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (slug) DO NOTHING
RETURNING course_id
"""
CHANGE_COURSE = "UPDATE courses SET name = $2, description = $3 WHERE course_id = $1"

DELETE_LESSONS = "DELETE FROM course_lessons WHERE lesson_id = ANY($1::uuid[])"
DELETE_ASSIGNMENTS = "DELETE FROM assignments WHERE assignment_id = ANY($1::uuid[])"
RETIRE_ASSIGNMENTS = "UPDATE assignments SET retired_at = $2 WHERE assignment_id = ANY($1::uuid[])"
CLEAR_WEEKS = "UPDATE weeks SET title = '', description = '' WHERE week_id = ANY($1::uuid[])"
DELETE_WEEKS = "DELETE FROM weeks WHERE week_id = ANY($1::uuid[])"
DELETE_PROGRAMS = "DELETE FROM programs WHERE program_id = ANY($1::uuid[])"
# What is retired keeps its place, not its track.
LEAVE_TRACKS = "UPDATE assignments SET track_id = NULL WHERE track_id = ANY($1::uuid[])"
DELETE_TRACKS = "DELETE FROM tracks WHERE track_id = ANY($1::uuid[])"

PUT_TRACKS = """
INSERT INTO tracks (track_id, course_id, slug, name, description, position)
SELECT track_id, course_id, slug, name, description, position
FROM jsonb_to_recordset($1::jsonb) AS one (
    track_id uuid, course_id uuid, slug text, name text, description text, position int
)
ON CONFLICT (track_id) DO UPDATE
SET name = excluded.name, description = excluded.description, position = excluded.position
"""
PUT_PROGRAMS = """
INSERT INTO programs (program_id, course_id, slug, name)
SELECT program_id, course_id, slug, name
FROM jsonb_to_recordset($1::jsonb) AS one (
    program_id uuid, course_id uuid, slug text, name text
)
ON CONFLICT (program_id) DO UPDATE SET name = excluded.name
"""
PUT_WEEKS = """
INSERT INTO weeks (week_id, program_id, number, title, description)
SELECT week_id, program_id, number, title, description
FROM jsonb_to_recordset($1::jsonb) AS one (
    week_id uuid, program_id uuid, number int, title text, description text
)
ON CONFLICT (week_id) DO UPDATE
SET title = excluded.title, description = excluded.description
"""
PUT_LESSONS = """
INSERT INTO course_lessons (
    lesson_id, week_id, track_id, slug, position, name, content, video_url, slides_url,
    repository_url, link_url
)
SELECT
    lesson_id, week_id, track_id, slug, position, name, content, video_url, slides_url,
    repository_url, link_url
FROM jsonb_to_recordset($1::jsonb) AS one (
    lesson_id uuid, week_id uuid, track_id uuid, slug text, position int, name text,
    content text, video_url text, slides_url text, repository_url text, link_url text
)
ON CONFLICT (lesson_id) DO UPDATE
SET week_id = excluded.week_id,
    track_id = excluded.track_id,
    position = excluded.position,
    name = excluded.name,
    content = excluded.content,
    video_url = excluded.video_url,
    slides_url = excluded.slides_url,
    repository_url = excluded.repository_url,
    link_url = excluded.link_url
"""
PUT_ASSIGNMENTS = """
INSERT INTO assignments (
    assignment_id, week_id, track_id, slug, position, name, content, repository_url, policy,
    due_day
)
SELECT
    assignment_id, week_id, track_id, slug, position, name, content, repository_url, policy,
    due_day
FROM jsonb_to_recordset($1::jsonb) AS one (
    assignment_id uuid, week_id uuid, track_id uuid, slug text, position int, name text,
    content text, repository_url text, policy text, due_day int
)
ON CONFLICT (assignment_id) DO UPDATE
SET week_id = excluded.week_id,
    track_id = excluded.track_id,
    position = excluded.position,
    name = excluded.name,
    content = excluded.content,
    repository_url = excluded.repository_url,
    policy = excluded.policy,
    due_day = excluded.due_day,
    retired_at = NULL
"""

Rows = Sequence[dict[str, Any]]


async def load(connection: Connection, slug: str, *, lock: bool = False) -> State | None:
    """A course with all that is in it; locked, nothing of it changes until the transaction ends."""
    locked = LOCKED if lock else ""
    course = await connection.fetchrow(COURSE + locked, slug)
    if course is None:
        return None
    tracks = await connection.fetch(TRACKS + locked, course["course_id"])
    programs = await connection.fetch(PROGRAMS + locked, course["course_id"])
    weeks = await connection.fetch(WEEKS + locked, [one["program_id"] for one in programs])
    ids = [one["week_id"] for one in weeks]
    lessons = await connection.fetch(LESSONS + locked, ids)
    assignments = await connection.fetch(ASSIGNMENTS + locked, ids)
    in_use = await connection.fetch(PROGRAMS_IN_USE, [one["program_id"] for one in programs])
    works = await connection.fetch(WITH_WORKS, [one["assignment_id"] for one in assignments])
    return State(
        course_id=course["course_id"],
        slug=course["slug"],
        name=course["name"],
        description=course["description"],
        tracks=[from_row(TrackRow, row) for row in tracks],
        programs=[from_row(ProgramRow, row) for row in programs],
        weeks=[from_row(WeekRow, row) for row in weeks],
        lessons=[from_row(LessonRow, row) for row in lessons],
        assignments=[from_row(AssignmentRow, row) for row in assignments],
        in_use=frozenset(row["program_id"] for row in in_use),
        with_works=frozenset(row["assignment_id"] for row in works),
    )


async def insert_course(
    connection: Connection, course_id: UUID, slug: str, name: str, description: str, now: datetime
) -> bool:
    """Make a course; False: there is one of this slug."""
    made = await connection.fetchval(INSERT_COURSE, course_id, slug, name, description, now)
    return made is not None


async def change_course(
    connection: Connection, course_id: UUID, name: str, description: str
) -> None:
    """Give a course its name and description."""
    await connection.execute(CHANGE_COURSE, course_id, name, description)


async def remove_items(
    connection: Connection,
    *,
    lessons: Sequence[UUID],
    assignments: Sequence[UUID],
    retired: Sequence[UUID],
    now: datetime,
) -> None:
    """Delete lessons and assignments, and retire those that have works."""
    await connection.execute(DELETE_LESSONS, lessons)
    await connection.execute(DELETE_ASSIGNMENTS, assignments)
    await connection.execute(RETIRE_ASSIGNMENTS, retired, now)


async def put(
    connection: Connection,
    *,
    tracks: Rows,
    programs: Rows,
    weeks: Rows,
    lessons: Rows,
    assignments: Rows,
) -> None:
    """Write rows, old and new, from the course downwards."""
    await connection.execute(PUT_TRACKS, tracks)
    await connection.execute(PUT_PROGRAMS, programs)
    await connection.execute(PUT_WEEKS, weeks)
    await connection.execute(PUT_LESSONS, lessons)
    await connection.execute(PUT_ASSIGNMENTS, assignments)


async def remove_frames(
    connection: Connection,
    *,
    cleared: Sequence[UUID],
    weeks: Sequence[UUID],
    programs: Sequence[UUID],
    tracks: Sequence[UUID],
) -> None:
    """Delete what is empty now; weeks that keep retired assignments are only cleared."""
    await connection.execute(CLEAR_WEEKS, cleared)
    await connection.execute(DELETE_WEEKS, weeks)
    await connection.execute(DELETE_PROGRAMS, programs)
    await connection.execute(LEAVE_TRACKS, tracks)
    await connection.execute(DELETE_TRACKS, tracks)
