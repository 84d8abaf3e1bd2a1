"""Streams that are not over: what tables show is of these."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.db import Connection, from_row

LIST_STREAMS = """
SELECT stream_id, finish_on, zone FROM streams WHERE finish_on >= $1 ORDER BY finish_on LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class RunningStream:
    """A stream that may not be over yet: what tells is the day in its own zone."""

    stream_id: UUID
    finish_on: date
    zone: str


async def list_streams(connection: Connection, since: date, limit: int) -> list[RunningStream]:
    """Streams that end on that day or later."""
    rows = await connection.fetch(LIST_STREAMS, since, limit)
    return [from_row(RunningStream, row) for row in rows]
