"""From what a person writes of where they are to time zones: forgiving, and never only a guess.

A name counts in either language, whatever its case, hyphens and ё; one slip of the finger does too.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from services.bot.zones.cities import CITIES
from shared.texts import LOCALES
from shared.zones import Zone, list_zones

MOST = 8
"""What fits into a message without scrolling."""
LONGEST_QUERY = 64
SHORTEST_BEGINNING = 3
SHORTEST_WITH_TYPO = 4

RUSSIAN = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Novosibirsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)
"""A city for each distance there, from west to east; where two are as large, both."""

OFFSET = re.compile(
    r"(?P<from>utc|gmt|msk|мск)?\s*"
    r"(?:(?P<sign>[+\-−–])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?)?",
    re.IGNORECASE,
)
MOSCOW = timedelta(hours=3)
APART = re.compile(r"[\s\-–−_/.,'’`ʼ()]+")
TOWN = re.compile(r"^(г|город|city)\s+")


@dataclass(frozen=True, slots=True)
class Found:
    """Zones, the likeliest first; `has_more`: others fit as well, and were left out."""

    zones: list[Zone]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A name of a place; `shown` where the zone itself is named for another."""

    zone: str
    shown: str | None = None


def find(query: str, locale: str, on: date) -> Found:
    """The zones that may be meant, each as the query names it; 8 at most.

    Call it in a thread: the first asking of a day reads every zone.
    """
    zones = {zone.name: zone for region in list_zones(locale, on) for zone in region.zones}
    query = query[:LONGEST_QUERY]
    distance = _distance_in(query)
    if distance is not None:
        return _cut(_at_distance(zones, distance))
    found: dict[str, Zone] = {}
    for known in _match(fold(query)):
        zone = zones[known.zone]
        found.setdefault(known.zone, replace(zone, city=known.shown) if known.shown else zone)
    return _cut(list(found.values()))


def _cut(zones: list[Zone]) -> Found:
    return Found(zones[:MOST], has_more=len(zones) > MOST)


def fold(name: str) -> str:
    """A name without what people leave out, or write in their own way."""
    apart = APART.sub(" ", name.casefold().replace("ё", "е")).strip()
    return TOWN.sub("", "".join(_plain(sign) for sign in apart))


def _plain(sign: str) -> str:
    """A Latin letter without its marks; й stays what it is."""
    is_latin = "LATIN" in unicodedata.name(sign, "")
    return unicodedata.normalize("NFKD", sign)[0] if is_latin else sign


def _distance_in(query: str) -> timedelta | None:
    """How far from UTC, where the query says so: "UTC+5", "GMT-3:30", "МСК+2", "+7"."""
    said = OFFSET.fullmatch(query.strip())
    if said is None or not said.group():
        return None
    base = MOSCOW if (said["from"] or "").lower() in ("msk", "мск") else timedelta(0)
    further = timedelta(hours=int(said["hours"] or 0), minutes=int(said["minutes"] or 0))
    return base + (further if said["sign"] == "+" else -further)


def _at_distance(zones: dict[str, Zone], distance: timedelta) -> list[Zone]:
    """Where Parta's people live first, then where many do."""
    familiar = dict.fromkeys([*RUSSIAN, *CITIES, *zones])
    there = (zones[name] for name in familiar if name in zones)
    return [zone for zone in there if zone.distance == distance]


def _match(query: str) -> Iterator[Known]:
    """Those of that very name; if there is none those that begin so, then one slip away."""
    names = _names()
    if query in names:
        yield from names[query]
        return
    if len(query) >= SHORTEST_BEGINNING:
        yield from _all(names[name] for name in names if name.startswith(query))
        yield from _all(names[name] for name in names if f" {query}" in name)
    if len(query) >= SHORTEST_WITH_TYPO:
        yield from _all(names[name] for name in names if is_one_slip_away(query, name))


def _all(found: Iterable[list[Known]]) -> Iterator[Known]:
    for group in found:
        yield from group


def is_one_slip_away(one: str, other: str) -> bool:
    """One sign too many, one missing, one for another, or two in the wrong order."""
    if abs(len(one) - len(other)) > 1:
        return False
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if same is None:
        return True
    left, right = one[same:], other[same:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


@lru_cache(maxsize=1)
def _names() -> dict[str, list[Known]]:
    """Every name of a place, folded, with its zones: those that are likely meant come first."""
    names: dict[str, list[Known]] = {}
    zones = {
        locale: {zone.name: zone for region in list_zones(locale) for zone in region.zones}
        for locale in LOCALES
    }
    by_name = {
        name: zone.name for zone in zones[LOCALES[0]].values() for name in (zone.name, *zone.also)
    }

    def add(name: str, known: Known) -> None:
        of_name = names.setdefault(fold(name), [])
        if all(one.zone != known.zone for one in of_name):
            of_name.append(known)

    for zone in RUSSIAN:
        for locale in LOCALES:
            add(zones[locale][by_name[zone]].city, Known(by_name[zone]))
    for zone in filter(by_name.get, CITIES):
        for city in CITIES[zone].split("|"):
            add(city, Known(by_name[zone], city))
    for locale in LOCALES:
        for known in zones[locale].values():
            add(known.city, Known(known.name))
    for name, zone in by_name.items():
        add(name, Known(zone))
        add(name.rpartition("/")[2], Known(zone))
    return names
