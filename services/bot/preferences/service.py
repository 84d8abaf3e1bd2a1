"""What people choose about notices, from the chat and from the page alike."""

from collections.abc import Callable, Collection
from datetime import time
from uuid import UUID

from services.bot.errors import (
    KindNotOffered,
    ModeNotOffered,
    QuietHoursEmpty,
    TimeNotOffered,
)
from services.bot.notices.holding import replan
from services.bot.preferences import repository
from services.bot.preferences.kinds import BY_NAME, MODES, Kind, Mode
from services.bot.preferences.planning import TIMES, Preferences
from shared.clock import Clock
from shared.db import Connection


async def change(
    connection: Connection,
    person_id: UUID,
    changed: Callable[[Preferences], Preferences],
    clock: Clock,
) -> None:
    """Keep what was checked, and plan anew what is held by what stood before."""
    before = await repository.take(connection, person_id)
    await repository.save(connection, person_id, changed(before))
    await replan(connection, person_id, clock)


def check_quiet_hours(begin: time | None, end: time | None) -> None:
    """Both, or neither; an end that differs from the beginning.

    Raises:
        TimeNotOffered, QuietHoursEmpty: these are no such hours.
    """
    if begin is None and end is None:
        return
    check_time("quiet_from", begin)
    check_time("quiet_until", end)
    if begin == end:
        raise QuietHoursEmpty("quiet_until")


def check_time(field: str, at: time | None) -> None:
    """One of those that can be chosen.

    Raises:
        TimeNotOffered: it is not.
    """
    if at not in TIMES:
        raise TimeNotOffered(field)


def check_mode(roles: Collection[str], kind: str, mode: str) -> tuple[Kind, Mode]:
    """The kind and the mode, when somebody with these roles may choose it for this kind.

    Raises:
        KindNotOffered, ModeNotOffered: they may not.
    """
    known = BY_NAME.get(kind)
    if known is None or not known.is_for(roles):
        raise KindNotOffered(f"mode.{kind}")
    if known.is_critical or mode not in MODES:
        raise ModeNotOffered(f"mode.{kind}")
    return known, mode
