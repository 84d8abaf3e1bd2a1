"""Asks for everybody, a few hundred people a transaction: a rule changed, or a day has come."""

from datetime import date, datetime, time, timedelta

from services.sync.access.checks import repository
from services.sync.access.checks.repository import ASK_ALL
from services.sync.access.conditions import names_of
from services.sync.access.reading import find_condition
from services.sync.access.resources import repository as resources
from services.sync.access.resources.entries import next_due
from shared.clock import Clock
from shared.db import Connection, Database
from shared.due import Due
from shared.zones import zone_of

AT_ONCE = 500
EAST = timedelta(hours=14)
"""How long before Greenwich a day begins for the first of all people."""


async def ask_next(database: Database, clock: Clock) -> int:
    """Ask for the next people of a sweep; gives how many, and one more while it goes on."""
    async with database.transaction() as connection:
        sweep = await repository.claim_sweep(connection)
        if sweep is None:
            return 0
        people = await repository.list_swept(connection, sweep, AT_ONCE)
        await repository.ask(connection, people)
        if len(people) < AT_ONCE:
            await repository.end_sweep(connection, sweep.sweep_id)
        else:
            await repository.carry_on(connection, sweep.sweep_id, people[-1])
    return len(people) + 1


async def learn_days(database: Database, clock: Clock) -> int:
    """Ask for the people of those zones where a day that a rule names has begun since last time.

    A process that stood still for days makes good for them. Gives how many zones these are.
    """
    now = clock.now()
    async with database.transaction() as connection:
        since = await repository.move_calendar(connection, now)
        if since is None or since >= now:
            return 0
        dated = await resources.list_dated(connection, (now + EAST).date())
        if not dated:
            return 0
        days: set[date] = set()
        for row in dated:
            condition = find_condition(row.condition)
            days |= names_of(condition).dates
            due_on = next_due(condition, now)
            await resources.keep_due(connection, row.resource_id, row.version, due_on)
        zones = await _list_zones_of(connection, days, since, now)
        if zones:
            await repository.ask_all(connection, zones)
    return len(zones)


async def _list_zones_of(
    connection: Connection, days: set[date], since: datetime, now: datetime
) -> list[str]:
    return [
        zone
        for zone in await repository.list_zones(connection)
        if any(since < begins(day, zone) <= now for day in days)
    ]


def begins(day: date, zone: str) -> datetime:
    """When a day begins in a zone."""
    return datetime.combine(day, time(), zone_of(zone))


SWEEPING = (
    Due(name=ASK_ALL, run=ask_next, every=5),
    Due(name="learn_days", run=learn_days, every=20),
)
