"""What an hour of the day is, and the small parts of it: вечера, p.m., a number alone."""

from dataclasses import dataclass, replace
from datetime import time

from services.mail.reading.dates.tables import listed
from services.mail.reading.dates.tokens import NO_TOKEN, Tokens
from services.mail.reading.dates.words import (
    DASHES,
    DAY_PARTS,
    MONTHS,
    RELATIVE_DAYS,
    UNITS,
    weekday_at,
)

END_OF_DAY = time(23, 59)


CLOSE_OF_BUSINESS = time(18, 0)


_RANGE_WORDS = frozenset(("до", "to", "until", "till", "и", "and", "по"))


HOUR_WORDS = frozenset(listed("ч час часа часов часам часом"))


_MINUTE_WORDS = frozenset(["мин", "минут", "минуты", "минуту"])


LAST_HOUR_MEANT_AFTER_NOON = 7


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour of the day, or a stretch of hours to `last`.

    `is_sure` says that it reads as an hour wherever it stands; `is_bare` that only a number named
    it, so that "at six" may be in the evening; `is_close` that the end of a working day is meant.
    """

    first: time
    last: time | None = None
    is_sure: bool = True
    is_bare: bool = False
    is_close: bool = False


def is_range_mark(tokens: Tokens, at: int) -> bool:
    word = tokens.word(at)
    return word in DASHES or word in _RANGE_WORDS


def read_oclock(tokens: Tokens, hour: int, end: int) -> tuple[Clock, int] | None:
    half = read_half(tokens, end)
    if half is not None:
        return make_clock(apply_half(hour, half[0]), 0, half[1])
    found = make_clock(hour, 0, end)
    return None if found is None else (replace(found[0], is_bare=hour <= 12), end)


def read_hours_and_minutes(tokens: Tokens, hour: int, unit: int) -> tuple[Clock, int] | None:
    end = unit + 1
    if tokens.word(end) == "." and tokens.word(unit) in ("ч", "час"):
        end += 1
    half = read_half(tokens, end)
    if half is not None:
        return make_clock(apply_half(hour, half[0]), 0, half[1])
    minute = tokens[end].value
    if 0 <= minute < 60 and tokens.word(end + 1) in _MINUTE_WORDS:
        dotted = tokens.word(end + 2) == "." and tokens.word(end + 1) == "мин"
        return make_clock(hour, minute, end + 3 if dotted else end + 2)
    found = make_clock(hour, 0, end)
    if found is None or hour > LAST_HOUR_MEANT_AFTER_NOON:
        return found
    return replace(found[0], is_sure=False, is_bare=True), end


_LINKS = frozenset(("and", "or", "и", "или", ","))


_AFTER_BARE = frozenset(
    listed(
        ". , ; : ! ? ) ( - – — мск msk по on at in и или and or if please чтобы а но сегодня "
        "завтра послезавтра today tomorrow tonight sharp ровно for"
    )
) | {NO_TOKEN.text}


def read_bare(
    tokens: Tokens, at: int, hour: int, end: int, *, sure: bool = False
) -> tuple[Clock, int] | None:
    """A number alone: an hour only where nothing that can be counted follows it."""
    if not 1 <= hour <= 23 or (tokens[at].end - tokens[at].start > 2 and tokens[at].value >= 0):
        return None
    after = tokens[end]
    if not sure and not after.breaks:
        if after.glued and after.text not in ".,;:!?)":
            return None
        number = after.text in (".", ",", ":") and after.glued and tokens[end + 1].glued
        listed_on = after.text in _LINKS and tokens[end + 1].value >= 0
        ranged = is_range_mark(tokens, end) and tokens[end + 1].value >= 0
        goes_on = after.text in _AFTER_BARE or ranged or weekday_at(tokens, end) is not None
        if number or listed_on or not (goes_on or _tells_hour(tokens, at, end)):
            return None
    return Clock(time(hour), is_sure=False, is_bare=hour <= 12), end


_NUMBERED = frozenset(
    listed(
        "аудитории кабинете школе классе доме корпусе группе номере офисе кв каб ауд комнате "
        "подъезде зале этаже квартире павильоне раза раз лет"
    )
)


def _tells_hour(tokens: Tokens, at: int, end: int) -> bool:
    """ "В понедельник в 12 закрываю": after a day any word may follow but what has numbers."""
    after = tokens[end]
    if tokens.word(at - 1) not in ("в", "at") or after.value >= 0 or after.title:
        return False
    a_day = weekday_at(tokens, at - 2) is not None or tokens.word(at - 2) in RELATIVE_DAYS
    return a_day and after.text not in _NUMBERED and after.text not in UNITS | MONTHS


def read_half(tokens: Tokens, at: int) -> tuple[str, int] | None:
    """am, p.m., вечера, in the evening: which part of the day, and where it ends."""
    word = tokens.word(at)
    if word in ("am", "pm"):
        return word, at + 1
    if word in ("a", "p") and tokens.says(at + 1, ".", "m"):
        return word + "m", at + 4 if tokens.word(at + 3) == "." and _ends_short(tokens, at) else (
            at + 3
        )
    if word == "this" and tokens.word(at + 1) in DAY_PARTS:
        return DAY_PARTS[tokens.word(at + 1)], at
    if word in ("утра", "дня", "вечера", "ночи"):
        return DAY_PARTS[word], at + 1
    if (
        word in ("in", "on")
        and tokens.word(at + 1) in ("the", "this")
        and tokens.word(at + 2) in DAY_PARTS
    ):
        return DAY_PARTS[tokens.word(at + 2)], at + 3
    return None


def _ends_short(tokens: Tokens, at: int) -> bool:
    """Whether the mark after "p.m" is the shortening's own and not a sentence's end."""
    return not (tokens[at + 4].title or tokens[at + 4].breaks > 1)


def apply_half(hour: int, half: str) -> int:
    if half == "am":
        return 0 if hour == 12 else hour
    if half == "pm":
        return hour + 12 if hour < 12 else hour
    return in_part(time(hour % 24), half).hour


def in_part(moment: time, part: str) -> time:
    hour = moment.hour
    if (
        (part == "evening" and hour < 12)
        or (part == "afternoon" and hour < 8)
        or (part == "night" and 8 <= hour < 12)
    ):
        hour += 12
    elif part == "night" and hour == 12:
        hour = 0
    return moment.replace(hour=hour)


def make_clock(hour: int, minute: int, end: int) -> tuple[Clock, int] | None:
    if hour == 24 and minute == 0:
        return Clock(END_OF_DAY), end
    return (Clock(time(hour, minute)), end) if 0 <= hour < 24 else None
