"""When a notice comes: at once, later, or not at all. Values in, values out; no database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.bot.preferences.kinds import Kind, Mode
from shared.zones import zone_of

TIMES = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30))
"""What can be chosen of a day."""
HOUR = timedelta(hours=1)
DAYS_AHEAD = 4
"""A day whose hour does not exist, or lies in quiet hours by a jump of the clocks, is passed over;
some zones have left out whole days."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose. No quiet hours: both ends None, or equal."""

    quiet_from: time | None = None
    quiet_until: time | None = None
    digest_at: time = time(9)
    modes: Mapping[str, Mode] = field(default_factory=dict)

    def mode_of(self, kind: Kind) -> Mode:
        """How the kind comes; a critical one always at once."""
        return "now" if kind.is_critical else self.modes.get(kind.name, kind.default)

    def with_mode(self, kind: Kind, mode: Mode) -> "Preferences":
        """The same with another mode for the kind."""
        if self.mode_of(kind) == mode:
            return self
        return replace(self, modes={**self.modes, kind.name: mode})

    def over(self, before: "Preferences") -> "Preferences":
        """This, and the modes before of kinds that it does not name."""
        return replace(self, modes={**before.modes, **self.modes})

    def is_quiet(self, wall: time) -> bool:
        """Whether the wall clock's time is within quiet hours, which may cross midnight."""
        begin, end = self.quiet_from, self.quiet_until
        if begin is None or end is None:
            return False
        if begin < end:
            return begin <= wall < end
        return begin != end and not end <= wall < begin


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to a notice: `due_at` says until when it is held, and is None for one that goes
    out at once ("now") or not at all ("never")."""

    because: Literal["now", "quiet", "hourly", "daily", "never"]
    due_at: datetime | None


def plan(preferences: Preferences, zone: str, kind: Kind, now: datetime) -> Plan:
    """When a notice of this kind comes; whatever falls into quiet hours comes at their end."""
    mode = preferences.mode_of(kind)
    if kind.is_critical or mode == "never":
        return Plan(mode, None)
    due_at = _due_at(preferences, zone, mode, now)
    quiet_until = quiet_end(preferences, zone, due_at)
    if quiet_until is not None:
        return Plan("quiet", quiet_until)
    return Plan(mode, None if mode == "now" else due_at)


def _due_at(preferences: Preferences, zone: str, mode: Mode, now: datetime) -> datetime:
    match mode:
        case "hourly":
            return _next_hour(now.astimezone(zone_of(zone)))
        case "daily":
            return next(_times_after(now, preferences.digest_at, zone_of(zone)))
        case _:
            return now


def quiet_end(preferences: Preferences, zone: str, at: datetime) -> datetime | None:
    """When the quiet hours end that this moment is in; None: it is in none.

    By the wall clock of the zone. An end that the clocks jump over is the moment of the jump.
    """
    place = zone_of(zone)
    if preferences.quiet_until is None or not preferences.is_quiet(at.astimezone(place).time()):
        return None
    ends = _times_after(at, preferences.quiet_until, place)
    return next(end for end in ends if not preferences.is_quiet(end.astimezone(place).time()))


def _next_hour(local: datetime) -> datetime:
    gone = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return local.astimezone(UTC) + HOUR - gone


def next_time(wall: time, after: datetime, zone: str) -> datetime:
    """When the zone's clocks show this time next; later than `after`."""
    return next(_times_after(after, wall, zone_of(zone)))


def _times_after(moment: datetime, wall: time, zone: ZoneInfo) -> Iterator[datetime]:
    """When the zone's clocks show this time after the moment; twice on a day that repeats it."""
    today = moment.astimezone(zone).date()
    last = moment
    # Clocks set back just after midnight bring yesterday's last hour again.
    for days in range(-1, DAYS_AHEAD):
        day = today + timedelta(days=days)
        for fold in (0, 1):
            shown = datetime.combine(day, wall, zone).replace(fold=fold)
            instant = _instant(shown)
            if instant > last:
                yield instant
                last = instant


def _instant(shown: datetime) -> datetime:
    """When clocks show this; when they jump, if they jump over it."""
    instant = shown.astimezone(UTC)
    if instant.astimezone(shown.tzinfo).replace(tzinfo=None) == shown.replace(tzinfo=None):
        return instant
    early, late = sorted(shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    before = early.astimezone(shown.tzinfo).utcoffset()
    while late - early > timedelta.resolution:
        middle = early + (late - early) / 2
        if middle.astimezone(shown.tzinfo).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late
