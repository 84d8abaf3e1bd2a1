"""Time zones to choose from: cities by the region of the world, in the reader's language."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.core import Locale, get_global

from shared.texts import DEFAULT_ZONE

REGIONS = (
    "Europe",
    "Asia",
    "Africa",
    "America",
    "Atlantic",
    "Australia",
    "Indian",
    "Pacific",
    "Antarctica",
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone: its name, the names that mean the same, its city, and how far from UTC it is."""

    name: str
    also: tuple[str, ...]
    city: str
    distance: timedelta

    @property
    def label(self) -> str:
        """The city and the distance, as people choose by them."""
        return f"{self.city}, {told_distance(self.distance)}"

    def has(self, name: str) -> bool:
        """Whether the name means this zone."""
        return name == self.name or name in self.also


@dataclass(frozen=True, slots=True)
class Region:
    """The zones of a part of the world, by city."""

    name: str
    zones: tuple[Zone, ...]


@lru_cache(maxsize=1000)
def zone_of(name: str) -> ZoneInfo:
    """The zone of this name; a name that nobody knows (any more) is the house's own zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(DEFAULT_ZONE)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every name that a person's zone may have."""
    return frozenset(name for name in available_timezones() if name.partition("/")[0] in REGIONS)


def list_zones(locale: str, on: date | None = None) -> tuple[Region, ...]:
    """The zones by region, each city with its distance from UTC of today, or of another day.

    The first asking of a day reads 400 files, which takes a tenth of a second: call it in a thread.
    """
    return _zones_on(locale, on or datetime.now(UTC).date())


def find_zone(name: str, locale: str, on: date | None = None) -> Zone | None:
    """The zone that has this name, also by another of its names."""
    regions = list_zones(locale, on)
    return next((zone for region in regions for zone in region.zones if zone.has(name)), None)


@lru_cache(maxsize=8)
def _zones_on(locale: str, today: date) -> tuple[Region, ...]:
    """Remembered for the day: daylight saving time moves the distances."""
    cities = Locale.parse(locale).time_zones
    aliases = get_global("zone_aliases")
    same: dict[str, list[str]] = defaultdict(list)
    for name in sorted(zone_names()):
        same[aliases.get(name, name)].append(name)
    noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    regions: dict[str, list[Zone]] = defaultdict(list)
    for canonical, names in same.items():
        name = canonical if canonical in names else names[0]
        region, _, city = name.partition("/")
        told = (cities[one]["city"] for one in (canonical, *names) if "city" in cities.get(one, {}))
        city = next(told, city.rpartition("/")[2].replace("_", " "))
        also = tuple(one for one in names if one != name)
        distance = noon.astimezone(ZoneInfo(name)).utcoffset() or timedelta(0)
        regions[region].append(Zone(name, also, city, distance))
    return tuple(
        Region(region, tuple(sorted(regions[region], key=lambda zone: zone.label)))
        for region in REGIONS
        if region in regions
    )


def told_distance(distance: timedelta) -> str:
    """A distance from UTC as people read it: "UTC+5:30"."""
    minutes = distance // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"
