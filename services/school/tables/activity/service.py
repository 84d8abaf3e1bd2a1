"""What administrators look at: what happened lately, and how each curator stands."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.school.tables.activity import repository
from services.school.tables.activity.repository import Change, CuratorCount
from services.school.tables.cursors import NEWEST, Cursor
from services.school.tables.service import list_running
from shared.db import Connection, Database
from shared.sheets import AT_ONCE, MOST_ROWS

PAGE = 10
MOST_CURATORS = 500


@dataclass(frozen=True, slots=True)
class Activity:
    """The latest changes, where older ones are, and curators by how long somebody waits."""

    changes: list[Change]
    next: Cursor | None
    curators: list[CuratorCount]


async def read_activity(connection: Connection, *, after: Cursor, now: datetime) -> Activity:
    """A page of changes, newest first, and the counts of each curator."""
    changes = await repository.list_changes(connection, after=after, limit=PAGE + 1)
    return Activity(
        changes=changes[:PAGE],
        next=_cursor_after(changes[:PAGE], after) if len(changes) > PAGE else None,
        curators=await list_curators(connection, now=now, limit=MOST_CURATORS),
    )


async def list_curators(connection: Connection, *, now: datetime, limit: int) -> list[CuratorCount]:
    """How each curator's works stand, of streams that are not over; longest waiting first."""
    streams = await list_running(connection, now)
    return await repository.list_curators(connection, streams=streams, limit=limit)


async def read_changes(database: Database) -> AsyncIterator[list[Change]]:
    """Changes from the newest on, chunk by chunk, and one more than a sheet takes."""
    after = NEWEST
    while after.number <= MOST_ROWS:
        async with database.acquire() as connection:
            changes = await repository.list_changes(connection, after=after, limit=AT_ONCE)
        if changes:
            yield changes
        if len(changes) < AT_ONCE:
            return
        after = _cursor_after(changes, after)


def _cursor_after(changes: Sequence[Change], after: Cursor) -> Cursor:
    last = changes[-1]
    return Cursor(after.number + len(changes), last.changed_at, last.submission_id, last.version)
