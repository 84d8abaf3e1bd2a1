"""What people choose about notices, and what became of those; at midnight in Moscow."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from uuid import UUID

from services.bot.preferences import service as preferences
from services.bot.preferences.kinds import Kind, Mode
from services.bot.preferences.planning import Preferences
from shared.clock import Clock
from shared.db import Connection
from tests.bot.playing import STUDENT_ID, Play

MIDNIGHT = datetime(2027, 3, 3, 21, 0, tzinfo=UTC)
"""In Moscow."""


class StandingClock(Clock):
    """Stands until it is moved."""

    def now(self) -> datetime:
        return MIDNIGHT + self._advanced_by


Choice = Callable[[Connection, Clock], Awaitable[object]]


def set_quiet(person_id: UUID, begin: time | None, end: time | None) -> Choice:
    def changed(before: Preferences) -> Preferences:
        return replace(before, quiet_from=begin, quiet_until=end)

    return lambda connection, clock: preferences.change(connection, person_id, changed, clock)


def set_mode(person_id: UUID, kind: Kind, mode: Mode) -> Choice:
    def changed(before: Preferences) -> Preferences:
        return before.with_mode(kind, mode)

    return lambda connection, clock: preferences.change(connection, person_id, changed, clock)


async def choose(play: Play, choice: Choice) -> None:
    async with play.service.database.transaction() as connection:
        await choice(connection, play.clock)


async def fates(play: Play, person_id: UUID = STUDENT_ID) -> list[str]:
    rows = await play.rows(
        "SELECT coalesce(dropped, waits_for, 'told') AS fate FROM notices"
        " WHERE person_id = $1 ORDER BY id",
        person_id,
    )
    return [row["fate"] for row in rows]
