"""The table of works in one status: a page of it, and all of it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.school.tables.cursors import OLDEST, Cursor
from services.school.tables.review import repository
from services.school.tables.review.repository import WithoutGitHub, Work
from services.school.tables.service import list_running
from shared.db import Connection, Database
from shared.sheets import AT_ONCE, MOST_ROWS

STATUSES = ("review", "correction", "execution")
PAGE = 100
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Table:
    """A page of works in one status, what there is in the others, and where it goes on."""

    works: list[Work]
    first_number: int
    next: Cursor | None
    counts: dict[str, int]
    without_github: WithoutGitHub


async def read_table(
    connection: Connection, *, status: str, curator_id: UUID | None, after: Cursor, now: datetime
) -> Table:
    """Works in a status, oldest first, of one curator or of all; of streams that are not over."""
    streams = await list_running(connection, now)
    ids = await repository.pick(
        connection,
        status=status,
        curator_id=curator_id,
        streams=streams,
        after=after,
        limit=PAGE + 1,
    )
    works = await repository.describe(connection, ids[:PAGE])
    return Table(
        works=works,
        first_number=after.number + 1,
        next=_cursor_after(works, after) if len(ids) > PAGE else None,
        counts=await repository.count(
            connection, statuses=STATUSES, curator_id=curator_id, streams=streams
        ),
        without_github=await repository.list_without_github(
            connection, curator_id=curator_id, streams=streams, limit=MOST_NAMED
        ),
    )


async def read_all(
    database: Database, *, status: str, curator_id: UUID | None, now: datetime
) -> AsyncIterator[list[Work]]:
    """The whole table, chunk by chunk, and one row more than a sheet takes.

    Nothing is held while who reads it is slow: each chunk has a connection of its own.
    """
    after = OLDEST
    while after.number <= MOST_ROWS:
        async with database.acquire() as connection:
            streams = await list_running(connection, now)
            ids = await repository.pick(
                connection,
                status=status,
                curator_id=curator_id,
                streams=streams,
                after=after,
                limit=AT_ONCE,
            )
            works = await repository.describe(connection, ids)
        if works:
            yield works
        cursor = _cursor_after(works, after)
        if len(ids) < AT_ONCE or cursor is None:
            return
        after = cursor


def _cursor_after(works: Sequence[Work], after: Cursor) -> Cursor | None:
    if not works:
        return None
    last = works[-1]
    return Cursor(after.number + len(works), last.changed_at, last.submission_id)
