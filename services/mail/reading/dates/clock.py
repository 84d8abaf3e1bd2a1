"""Hours of the day as they are written: 18:00, 18.00, 6 p.m., half past six, в шесть вечера."""

from dataclasses import replace
from datetime import time

from services.mail.reading.dates.hours import (
    HOUR_WORDS,
    LAST_HOUR_MEANT_AFTER_NOON,
    Clock,
    apply_half,
    in_part,
    is_range_mark,
    make_clock,
    read_bare,
    read_half,
    read_hours_and_minutes,
    read_oclock,
)
from services.mail.reading.dates.said_hours import read_in_words
from services.mail.reading.dates.tokens import Tokens
from services.mail.reading.dates.words import (
    MIDNIGHT,
    MONTHS,
    NOON,
    UNITS,
    weekday_at,
)


def read_clock(tokens: Tokens, at: int, *, led: bool) -> tuple[Clock, int] | None:
    """The hours named at `at` and where they end; a number alone only if it is `led` by a word.

    "10:00–12:00" and "2–4 pm" are read as one stretch of hours.
    """
    first = _read_one(tokens, at, led=led)
    if first is None:
        return _shared_half_of_day(tokens, at)
    shared = _shared_half_of_day(tokens, at) if first[0].is_bare else None
    if shared is not None:
        return shared
    clock, end = first
    if clock.is_close or not is_range_mark(tokens, end):
        return _settle(clock), end
    second = _read_one(tokens, end + 1, led=led or clock.is_sure)
    if second is None or second[0].is_close:
        counts = clock.is_bare and not clock.is_sure and tokens[end + 1].value >= 0
        return None if counts else (_settle(clock), end)
    last = second[0].first
    return Clock(_before(clock, last), last, is_sure=clock.is_sure or second[0].is_sure), second[1]


def with_part(clock: Clock, part: str) -> Clock:
    """The same hours in that part of the day: seven in the evening is 19:00."""
    return replace(clock, first=in_part(clock.first, part), is_bare=False)


def _settle(clock: Clock) -> Clock:
    """A bare small number means the afternoon: nobody is asked for anything by three at night."""
    if clock.is_bare and 1 <= clock.first.hour <= LAST_HOUR_MEANT_AFTER_NOON:
        return replace(clock, first=clock.first.replace(hour=clock.first.hour + 12))
    return clock


def _before(clock: Clock, last: time) -> time:
    if clock.is_bare and clock.first.hour < 12 <= last.hour:
        later = clock.first.replace(hour=clock.first.hour + 12)
        if later < last and clock.first.hour <= LAST_HOUR_MEANT_AFTER_NOON:
            return later
    return clock.first


def _read_one(tokens: Tokens, at: int, *, led: bool) -> tuple[Clock, int] | None:
    token = tokens[at]
    if token.value >= 0:
        return (
            _with_minutes(tokens, at, led=led)
            or _hour_with_unit(tokens, at)
            or _military(tokens, at, led=led)
            or (read_bare(tokens, at, token.value, at + 1) if led else None)
        )
    if not token.is_word:
        return None
    return read_in_words(tokens, at, led=led)


def _with_minutes(tokens: Tokens, at: int, *, led: bool) -> tuple[Clock, int] | None:
    """18:00, 18.00, 18-00, with am, pm or a part of the day after it."""
    hour, mark, minute = tokens[at], tokens[at + 1], tokens[at + 2]
    if not (mark.glued and minute.glued and 0 <= minute.value < 60 and hour.value <= 24):
        return None
    if minute.end - minute.start != 2 or hour.end - hour.start > 2:
        return None
    end, sure = at + 3, mark.text == ":"
    if sure and tokens.word(end) == ":" and tokens[end].glued and tokens[end + 1].value >= 0:
        end += 2
    half = read_half(tokens, end)
    if mark.text == ".":
        more = tokens.word(end) == "." and tokens[end].glued and tokens[end + 1].value >= 0
        named = tokens.word(end) in HOUR_WORDS or half is not None
        if (more and tokens[end + 1].glued) or not (led or named):
            return None
    elif mark.text == "-":
        follows = tokens.word(end)
        if not led or minute.value % 15 or follows in MONTHS or follows in UNITS:
            return None
    elif not sure:
        return None
    if half is not None:
        return make_clock(apply_half(hour.value, half[0]), minute.value, half[1])
    if tokens.word(end) in HOUR_WORDS:
        end += 2 if tokens.word(end + 1) == "." and tokens.word(end) == "ч" else 1
    return make_clock(hour.value, minute.value, end)


def _hour_with_unit(tokens: Tokens, at: int) -> tuple[Clock, int] | None:
    """6 pm, 18 часов 30 минут, 18h30, 3 часа дня, 7 вечера, 6 o'clock."""
    hour = tokens[at].value
    if hour > 24 or tokens[at].end - tokens[at].start > 2:
        return None
    half = read_half(tokens, at + 1)
    if half is not None:
        return make_clock(apply_half(hour, half[0]), 0, half[1])
    unit = tokens[at + 1]
    if hour == 12 and (unit.text in NOON or unit.text in MIDNIGHT):
        return read_in_words(tokens, at + 1, led=False)
    if unit.text == "h" and unit.glued:
        minute = tokens[at + 2]
        if minute.glued and 0 <= minute.value < 60:
            return make_clock(hour, minute.value, at + 3)
        return make_clock(hour, 0, at + 2)
    if unit.text == "o'clock":
        return read_oclock(tokens, hour, at + 2)
    if unit.text in HOUR_WORDS:
        return read_hours_and_minutes(tokens, hour, at + 1)
    return None


def _military(tokens: Tokens, at: int, *, led: bool) -> tuple[Clock, int] | None:
    """0900 hrs, 1730h; "by 1700 on Friday" with a day or a zone after it."""
    token, unit = tokens[at], tokens[at + 1]
    if token.end - token.start != 4:
        return None
    if unit.text in ("hrs", "hours", "h"):
        return make_clock(token.value // 100, token.value % 100, at + 2)
    dayed = unit.text in _AFTER_FOUR_DIGITS or weekday_at(tokens, at + 1) is not None
    if not (led and dayed) or token.value % 5 or token.value % 100 > 59:
        return None
    return make_clock(token.value // 100, token.value % 100, at + 1)


_AFTER_FOUR_DIGITS = frozenset(("on", "today", "tomorrow", "utc", "gmt", "cet", "est", "pst"))


def _shared_half_of_day(tokens: Tokens, at: int) -> tuple[Clock, int] | None:
    """2–4 pm: one half of the day named for both ends; 11–1 pm begins before noon."""
    hour, minute, mark = tokens[at].value, 0, at + 1
    if not 1 <= hour <= 12:
        return None
    if tokens.word(mark) in (":", ".") and tokens[mark].glued and 0 <= tokens[mark + 1].value < 60:
        minute, mark = tokens[mark + 1].value, mark + 2
    if not is_range_mark(tokens, mark) or not 1 <= tokens[mark + 1].value <= 12:
        return None
    second = _hour_with_unit(tokens, mark + 1) or _with_minutes(tokens, mark + 1, led=False)
    if second is None or second[0].is_bare:
        return None
    last = second[0].first
    first = time(hour % 12 + (12 if last.hour >= 12 else 0), minute)
    if first > last:
        first = time(hour % 12, minute)
    return Clock(first, last), second[1]
