"""A stream's roster, taken in and given out."""

import asyncio
import csv
import io
from datetime import datetime
from uuid import UUID

from services.school.courses.entries import tidy
from services.school.courses.repository import get_stream
from services.school.errors import ImportHasProblems, ImportOutdated
from services.school.exchange.roster import repository
from services.school.exchange.roster.changes import Plan, make_plan
from services.school.exchange.roster.document import COLUMNS, Roster
from services.school.groups import repository as groups
from shared.cells import guard
from shared.db import Connection


async def preview(connection: Connection, stream_id: UUID, roster: Roster) -> Plan:
    """What would change in a stream's teams."""
    teams = await repository.list_teams(connection, stream_id)
    places = await repository.list_places(connection, stream_id)
    logins = {one for entry in roster.entries for one in (entry.github, entry.curator) if one}
    known = await groups.list_by_login(connection, sorted(logins))
    return await asyncio.to_thread(make_plan, roster, teams, places, known)


async def apply(
    connection: Connection,
    stream_id: UUID,
    roster: Roster,
    *,
    digest: str,
    good_lines_only: bool,
    take_out: bool,
    now: datetime,
) -> Plan:
    """Do what the preview showed.

    Raises:
        ImportOutdated: the teams were changed since.
        ImportHasProblems: some lines are wrong, and the good ones were not asked for alone.
    """
    await groups.lock_seating(connection)
    plan = await preview(connection, stream_id, roster)
    if plan.digest != digest:
        raise ImportOutdated
    if plan.problems and not good_lines_only:
        raise ImportHasProblems
    await repository.insert_teams(connection, stream_id, plan.team_rows, now)
    await repository.change_curators(connection, plan.curator_rows)
    leaving_members = plan.leaving_members if take_out else []
    leaving_seats = plan.leaving_seats if take_out else []
    await repository.take_out(
        connection,
        members=[*plan.gone_members, *leaving_members],
        seats=[*plan.gone_seats, *leaving_seats],
    )
    await repository.put_in(connection, members=plan.members, seats=plan.seats, now=now)
    return plan


async def write_roster(connection: Connection, stream_id: UUID) -> bytes:
    """A stream's roster as a table that spreadsheets open, and that can be uploaded again.

    Raises:
        StreamNotFound: there is none.
    """
    await get_stream(connection, stream_id)
    teams = await repository.list_teams(connection, stream_id)
    places = await repository.list_places(connection, stream_id)
    return await asyncio.to_thread(_write, teams, places)


def _write(teams: list[repository.TeamRow], places: list[repository.PlaceRow]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    students: dict[UUID, list[repository.PlaceRow]] = {}
    for place in places:
        if place.github:
            students.setdefault(place.group_id, []).append(place)
    for team in teams:
        # A team without students has a line of its own, or it would be lost on the way.
        for github, name in [(one.github, one.name) for one in students.get(team.group_id, [])] or [
            ("", "")
        ]:
            row = (team.name, team.curator, github, name)
            writer.writerow([guard(tidy(cell)) for cell in row])
    # Without the mark Excel takes UTF-8 for the machine's old code page.
    return "\ufeff".encode() + text.getvalue().encode()
