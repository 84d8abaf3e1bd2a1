"""What people choose about notices, from the chat and from the page alike."""

from collections.abc import Callable, Collection
from dataclasses import replace
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
from shared import people
from shared.clock import Clock
from shared.db import Connection


async def set_quiet_hours(
    connection: Connection,
    person_id: UUID,
    begin: time | None,
    end: time | None,
    clock: Clock,
) -> None:
    """When nothing but the critical comes, by the person's wall clock; None and None: never quiet.

    Raises:
        TimeNotOffered, QuietHoursEmpty: these are no such hours.
    """
    check_quiet_hours(begin, end)

    def changed(before: Preferences) -> Preferences:
        return replace(before, quiet_from=begin, quiet_until=end)

    await _change(connection, person_id, changed, clock)


async def set_digest_at(connection: Connection, person_id: UUID, at: time, clock: Clock) -> None:
    """When the daily summary comes.

    Raises:
        TimeNotOffered: it is not one of those that can be chosen.
    """
    check_time("digest_at", at)

    def changed(before: Preferences) -> Preferences:
        return replace(before, digest_at=at)

    await _change(connection, person_id, changed, clock)


async def set_mode(
    connection: Connection, person_id: UUID, kind: str, mode: str, clock: Clock
) -> None:
    """How a kind of notices comes.

    Raises:
        KindNotOffered, ModeNotOffered: this is not the person's to choose.
    """
    person = await people.get_person(connection, person_id)
    known, chosen = check_mode(person.roles, kind, mode)

    def changed(before: Preferences) -> Preferences:
        return before.with_mode(known, chosen)

    await _change(connection, person_id, changed, clock)


async def set_all(
    connection: Connection, person_id: UUID, wanted: Preferences, clock: Clock
) -> None:
    """All that a form holds; the modes of kinds that it does not name stay.

    Raises:
        PreferenceRefused: some of it is not the person's to choose; nothing was changed.
    """
    check_quiet_hours(wanted.quiet_from, wanted.quiet_until)
    check_time("digest_at", wanted.digest_at)
    person = await people.get_person(connection, person_id)
    for kind, mode in wanted.modes.items():
        check_mode(person.roles, kind, mode)

    def changed(before: Preferences) -> Preferences:
        return replace(wanted, modes={**before.modes, **wanted.modes})

    await _change(connection, person_id, changed, clock)


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


async def _change(
    connection: Connection,
    person_id: UUID,
    changed: Callable[[Preferences], Preferences],
    clock: Clock,
) -> None:
    """Keep it, and plan anew what is held by what stood before."""
    before = await repository.take(connection, person_id)
    await repository.save(connection, person_id, changed(before))
    await replan(connection, person_id, clock)
