"""Time zones as they are written: МСК, по Москве, UTC+3, CET, Pacific, London time, AoE."""

from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from services.mail.reading.dates.tables import listed
from services.mail.reading.dates.tokens import Tokens

_LONGEST_CITY = 3

_FIXED = {
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "akst": -9,
    "hst": -10,
    "aoe": -12,
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "bst": 1,
    "cest": 2,
    "eest": 3,
    "west": 1,
    "ist": 5.5,
    "jst": 9,
    "kst": 9,
    "sgt": 8,
    "hkt": 8,
    "aest": 10,
    "aedt": 11,
    "awst": 8,
    "nzst": 12,
    "nzdt": 13,
    "sast": 2,
}
_NAMED = {
    "msk": "Europe/Moscow",
    "мск": "Europe/Moscow",
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "cet": "Europe/Berlin",
    "eet": "Europe/Athens",
    "wet": "Europe/Lisbon",
}
_REGIONS = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "central european": "Europe/Berlin",
    "eastern european": "Europe/Athens",
    "uk": "Europe/London",
    "british": "Europe/London",
    "german": "Europe/Berlin",
    "israel": "Asia/Jerusalem",
    "india": "Asia/Kolkata",
    "indian": "Asia/Kolkata",
    "beijing": "Asia/Shanghai",
    "san francisco": "America/Los_Angeles",
    "washington": "America/New_York",
    "boston": "America/New_York",
    "california": "America/Los_Angeles",
    "geneva": "Europe/Zurich",
    "munich": "Europe/Berlin",
    "barcelona": "Europe/Madrid",
    "milan": "Europe/Rome",
    "edinburgh": "Europe/London",
    "mumbai": "Asia/Kolkata",
    "delhi": "Asia/Kolkata",
}
_RUSSIAN = {
    "москв": "Europe/Moscow",
    "московск": "Europe/Moscow",
    "петербург": "Europe/Moscow",
    "петербургск": "Europe/Moscow",
    "калининград": "Europe/Kaliningrad",
    "самар": "Europe/Samara",
    "екатеринбург": "Asia/Yekaterinburg",
    "уфимск": "Asia/Yekaterinburg",
    "челябинск": "Asia/Yekaterinburg",
    "пермск": "Asia/Yekaterinburg",
    "омск": "Asia/Omsk",
    "новосибирск": "Asia/Novosibirsk",
    "томск": "Asia/Tomsk",
    "красноярск": "Asia/Krasnoyarsk",
    "иркутск": "Asia/Irkutsk",
    "якутск": "Asia/Yakutsk",
    "владивосток": "Asia/Vladivostok",
    "хабаровск": "Asia/Vladivostok",
    "магадан": "Asia/Magadan",
    "камчат": "Asia/Kamchatka",
    "минск": "Europe/Minsk",
    "киев": "Europe/Kyiv",
    "алмат": "Asia/Almaty",
    "астан": "Asia/Almaty",
    "ташкент": "Asia/Tashkent",
    "бишкек": "Asia/Bishkek",
    "тбилис": "Asia/Tbilisi",
    "ереван": "Asia/Yerevan",
    "бакин": "Asia/Baku",
    "баку": "Asia/Baku",
    "берлин": "Europe/Berlin",
    "лондон": "Europe/London",
    "париж": "Europe/Paris",
    "пекин": "Asia/Shanghai",
    "токи": "Asia/Tokyo",
    "дуба": "Asia/Dubai",
    "гринвич": "UTC",
}
_RUSSIAN_ENDINGS = frozenset(
    listed("у е и ю ому ого ое ой ах ский скому ского ское ским ске ске")
) | {"", "ове"}

AMERICAN = frozenset(
    f"America/{city}"
    for city in listed("New_York Chicago Denver Los_Angeles Phoenix Anchorage Detroit Boise")
) | {"Pacific/Honolulu"}
"""Zones whose readers write the month first."""
SHORT_ZONES = frozenset((*_FIXED, *_NAMED))
"""What a zone may be shortened to; "z" and "west" are zones only after an hour."""


def read_zone(tokens: Tokens, at: int) -> tuple[tzinfo, int] | None:
    """The zone named at `at` and where its name ends; its brackets and commas are not read."""
    return _offset(tokens, at) or _short(tokens, at) or _russian(tokens, at) or _city(tokens, at)


def _short(tokens: Tokens, at: int) -> tuple[tzinfo, int] | None:
    token = tokens[at]
    word = token.text
    if word == "anywhere" and tokens.says(at + 1, "on", "earth"):
        return timezone(timedelta(hours=_FIXED["aoe"])), at + 3
    if word in ("по", "время") and tokens.word(at + 1) in ("мск", "msk", "utc", "gmt"):
        return _short(tokens, at + 1)
    if word not in _FIXED and word not in _NAMED:
        return None
    if word not in ("msk", "мск", "aoe") and not tokens.source[token.start : token.end].isupper():
        return None
    found = _zone(_NAMED[word]) if word in _NAMED else timezone(timedelta(hours=_FIXED[word]))
    shift = _shift(tokens, at + 1) if word in ("utc", "gmt", "мск", "msk") else None
    if shift is not None:
        base = _FIXED.get(word, 3)
        return timezone(timedelta(hours=base) + shift[0]), shift[1]
    end = at + 1
    return found, end + 1 if tokens.word(end) == "time" else end


def _offset(tokens: Tokens, at: int) -> tuple[tzinfo, int] | None:
    """An offset glued to an hour or standing alone after it: +03:00, +0300."""
    digits = tokens[at + 1]
    if tokens.word(at) not in ("+", "-", "−") or not digits.glued or digits.value < 0:
        return None
    if digits.end - digits.start == 4 or (
        digits.end - digits.start == 2 and tokens.word(at + 2) == ":" and tokens[at + 2].glued
    ):
        shift = _shift(tokens, at)
        return None if shift is None else (timezone(shift[0]), shift[1])
    return None


def _shift(tokens: Tokens, at: int) -> tuple[timedelta, int] | None:
    """A signed count of hours, with or without minutes: +3, -05:30, + 0300."""
    sign = {"+": 1, "-": -1, "−": -1, "–": -1}.get(tokens.word(at))
    number = tokens[at + 1]
    if sign is None or number.value < 0:
        return None
    hours, minutes, end = number.value, 0, at + 2
    if number.end - number.start == 4:
        hours, minutes = divmod(number.value, 100)
    elif tokens.word(end) == ":" and tokens[end + 1].value >= 0 and tokens[end + 1].glued:
        minutes, end = tokens[end + 1].value, end + 2
    if hours > 14 or minutes > 59:
        return None
    return sign * timedelta(hours=hours, minutes=minutes), end


def _russian(tokens: Tokens, at: int) -> tuple[tzinfo, int] | None:
    """по Москве, по московскому времени, московского времени, время московское."""
    first = tokens.word(at)
    if first == "по":
        place = at + 2 if tokens.word(at + 1) in ("времени", "г") else at + 1
        if tokens.word(place) == "." and tokens.word(at + 1) == "г":
            place += 1
        zone = _russian_place(tokens.word(place))
        if zone is None:
            return None
        end = place + 1
        return zone, end + 1 if tokens.word(end) in ("времени", "время") else end
    if first in ("время", "времени"):
        zone = _russian_place(tokens.word(at + 1))
        return None if zone is None else (zone, at + 2)
    if tokens.word(at + 1) in ("времени", "время"):
        zone = _russian_place(first)
        return None if zone is None else (zone, at + 2)
    return None


@lru_cache(4096)
def _russian_place(word: str) -> tzinfo | None:
    for length in range(min(len(word), 12), 3, -1):
        name = _RUSSIAN.get(word[:length])
        if name is not None and word[length:] in _RUSSIAN_ENDINGS:
            return _zone(name)
    return None


def _city(tokens: Tokens, at: int) -> tuple[tzinfo, int] | None:
    """London time, New York time, Eastern Time; Pacific and Eastern also without "time"."""
    token = tokens[at]
    if not token.title:
        return None
    words = token.text
    for length in range(1, _LONGEST_CITY + 1):
        after = tokens.word(at + length)
        standard = after in ("standard", "daylight", "summer")
        if after == "time" or (standard and tokens.word(at + length + 1) == "time"):
            name = _REGIONS.get(words) or _cities().get(words)
            end = at + length + (2 if standard else 1)
            return None if name is None else (_zone(name), end)
        words = f"{words} {after}"
    if token.text in ("pacific", "eastern") and not tokens[at + 1].title:
        return _zone(_REGIONS[token.text]), at + 1
    return None


@lru_cache(1)
def _cities() -> dict[str, str]:
    names = sorted(name for name in available_timezones() if "/" in name and "Etc/" not in name)
    return {name.rsplit("/", 1)[1].replace("_", " ").lower(): name for name in names}


@lru_cache(512)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
