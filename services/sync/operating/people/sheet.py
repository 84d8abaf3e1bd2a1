"""People and what they may watch, as a file."""

from collections.abc import AsyncIterator, Sequence

from starlette.responses import Response

from services.sync.operating.people import service
from services.sync.operating.people.repository import Filter
from services.sync.operating.people.service import Told
from services.sync.operating.troubles import boomstream_sayer
from shared.clock import Clock
from shared.db import Database
from shared.sheets import Row, answer_sheet, told_moment
from shared.texts import DEFAULT_ZONE, Texts

MOST_ROWS = 500_000
"""Five thousand people times a hundred resources."""


def answer_people_sheet(
    database: Database, wanted: Filter, clock: Clock, texts: Texts, zone: str | None
) -> Response:
    """A line for each person and resource of the filter."""
    zone = zone or DEFAULT_ZONE
    header = (
        texts("Person"),
        texts("Video"),
        texts("Open"),
        texts("Since ({zone})", zone=zone),
        texts("Until ({zone})", zone=zone),
        texts("Decision"),
        texts("Reason"),
        texts("Error"),
    )
    standings = service.read_standings(database, wanted, clock)
    return answer_sheet(
        "access",
        header,
        _rows(standings, texts, zone),
        too_long=texts("There is more: a file takes the first 500 000 lines."),
        most=MOST_ROWS,
    )


async def _rows(
    chunks: AsyncIterator[Sequence[Told]], texts: Texts, zone: str
) -> AsyncIterator[Sequence[Row]]:
    say = boomstream_sayer(texts)
    yes, no = texts("yes"), texts("no")
    decisions = {None: "", "allow": texts("allowed"), "deny": texts("denied")}
    async for chunk in chunks:
        rows: list[Row] = []
        for told in chunk:
            one = told.standing
            rows.append(
                (
                    told.name,
                    one.resource,
                    yes if one.is_open else no,
                    told_moment(one.granted_at, zone) if one.is_open and one.granted_at else "",
                    told_moment(one.expires_at, zone) if one.expires_at else "",
                    decisions[one.decision],
                    one.reason,
                    say(one.error) if one.error else "",
                )
            )
        yield rows
