"""Changes of tracks."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from services.school.courses.entries import TrackEntry
from services.school.errors import TrackInUse
from shared.db import Connection

INSERT = """
INSERT INTO tracks (track_id, course_id, slug, name, description, position)
SELECT $1, $2, $3, $4, $5, coalesce(max(position), 0) + 1
FROM tracks
WHERE course_id = $2
ON CONFLICT ON CONSTRAINT tracks_slug DO NOTHING
RETURNING track_id
"""
UPDATE = "UPDATE tracks SET name = $2, description = $3 WHERE track_id = $1"
ORDER = """
UPDATE tracks
SET position = wanted.position
FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (track_id, position)
WHERE tracks.track_id = wanted.track_id
"""
DELETE = "DELETE FROM tracks WHERE track_id = $1"


async def insert(
    connection: Connection, track_id: UUID, course_id: UUID, slug: str, entry: TrackEntry
) -> bool:
    """Make a track after the others; False: its slug is taken."""
    made = await connection.fetchval(
        INSERT, track_id, course_id, slug, entry.name, entry.description
    )
    return made is not None


async def update(connection: Connection, track_id: UUID, entry: TrackEntry) -> None:
    """Change a track."""
    await connection.execute(UPDATE, track_id, entry.name, entry.description)


async def order(connection: Connection, track_ids: Sequence[UUID]) -> None:
    """Number the tracks as they stand in the list."""
    await connection.execute(ORDER, track_ids)


async def delete(connection: Connection, track_id: UUID) -> None:
    """Take a track away.

    Raises:
        TrackInUse: lessons or assignments belong to it.
    """
    try:
        await connection.execute(DELETE, track_id)
    except asyncpg.ForeignKeyViolationError:
        raise TrackInUse from None
