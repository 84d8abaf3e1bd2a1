"""Tables as CSV that a spreadsheet opens, and that does nothing there but be read."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from starlette.responses import Response, StreamingResponse

from shared.cells import guard
from shared.zones import zone_of

MOST_ROWS = 20_000
AT_ONCE = 1_000
"""Rows that are read and written before the next are asked for."""

Cell = str | int | None
Row = Sequence[Cell]


def safe_cell(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula, nor ends at a NUL."""
    return guard(cell.replace("\0", "")) if isinstance(cell, str) else cell


def write_rows(rows: Sequence[Row]) -> bytes:
    """Rows as lines of CSV."""
    text = io.StringIO()
    csv.writer(text).writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def told_moment(moment: datetime, zone: str) -> str:
    """A moment in a person's zone, as spreadsheets read it."""
    return f"{moment.astimezone(zone_of(zone)):%Y-%m-%d %H:%M}"


def answer_sheet(
    name: str,
    header: Row,
    chunks: AsyncIterator[Sequence[Row]],
    *,
    too_long: str,
    most: int | None = None,
) -> Response:
    """Rows as a file, each chunk sent once it is written; `too_long` ends one that has more.

    `most` is how many rows it takes, MOST_ROWS if nothing is said.
    """

    async def lines() -> AsyncIterator[bytes]:
        # Without the mark Excel takes UTF-8 for the machine's old code page.
        yield "\ufeff".encode() + write_rows([header])
        left = MOST_ROWS if most is None else most
        async for rows in chunks:
            yield await asyncio.to_thread(write_rows, rows[:left])
            if len(rows) > left:
                yield write_rows([[too_long]])
                return
            left -= len(rows)

    return StreamingResponse(
        lines(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
