"""Hours of the day as they are written: 18:00, 18.00, 6 p.m., half past six, в шесть вечера."""

from dataclasses import dataclass, replace
from datetime import time

from services.mail.reading.dates.tables import listed
from services.mail.reading.dates.tokens import NO_TOKEN, Token, Tokens
from services.mail.reading.dates.words import (
    CARDINALS,
    DASHES,
    DAY_PARTS,
    MIDNIGHT,
    MONTHS,
    NOON,
    ORDINALS,
    RELATIVE_DAYS,
    UNITS,
    weekday_at,
)

END_OF_DAY = time(23, 59)
CLOSE_OF_BUSINESS = time(18, 0)
_RANGE_WORDS = frozenset(("до", "to", "until", "till", "и", "and", "по"))
_HOUR_WORDS = frozenset(listed("ч час часа часов часам часом"))
_MINUTE_WORDS = frozenset(["мин", "минут", "минуты", "минуту"])
_CLOSING_WORDS = frozenset(("eod", "cob", "eob", "cop"))
_LAST_HOUR_MEANT_AFTER_NOON = 7


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
    if clock.is_close or not _is_range_mark(tokens, end):
        return _settle(clock), end
    second = _read_one(tokens, end + 1, led=led or clock.is_sure)
    if second is None or second[0].is_close:
        counts = clock.is_bare and not clock.is_sure and tokens[end + 1].value >= 0
        return None if counts else (_settle(clock), end)
    last = second[0].first
    return Clock(_before(clock, last), last, is_sure=clock.is_sure or second[0].is_sure), second[1]


def with_part(clock: Clock, part: str) -> Clock:
    """The same hours in that part of the day: seven in the evening is 19:00."""
    return replace(clock, first=_in_part(clock.first, part), is_bare=False)


def _settle(clock: Clock) -> Clock:
    """A bare small number means the afternoon: nobody is asked for anything by three at night."""
    if clock.is_bare and 1 <= clock.first.hour <= _LAST_HOUR_MEANT_AFTER_NOON:
        return replace(clock, first=clock.first.replace(hour=clock.first.hour + 12))
    return clock


def _before(clock: Clock, last: time) -> time:
    if clock.is_bare and clock.first.hour < 12 <= last.hour:
        later = clock.first.replace(hour=clock.first.hour + 12)
        if later < last and clock.first.hour <= _LAST_HOUR_MEANT_AFTER_NOON:
            return later
    return clock.first


def _is_range_mark(tokens: Tokens, at: int) -> bool:
    word = tokens.word(at)
    return word in DASHES or word in _RANGE_WORDS


def _read_one(tokens: Tokens, at: int, *, led: bool) -> tuple[Clock, int] | None:
    token = tokens[at]
    if token.value >= 0:
        return (
            _with_minutes(tokens, at, led=led)
            or _hour_with_unit(tokens, at)
            or _military(tokens, at, led=led)
            or (_bare(tokens, at, token.value, at + 1) if led else None)
        )
    if not token.is_word:
        return None
    return _in_words(tokens, at, led=led)


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
    half = _half_of_day(tokens, end)
    if mark.text == ".":
        more = tokens.word(end) == "." and tokens[end].glued and tokens[end + 1].value >= 0
        named = tokens.word(end) in _HOUR_WORDS or half is not None
        if (more and tokens[end + 1].glued) or not (led or named):
            return None
    elif mark.text == "-":
        follows = tokens.word(end)
        if not led or minute.value % 15 or follows in MONTHS or follows in UNITS:
            return None
    elif not sure:
        return None
    if half is not None:
        return _clock(_apply_half(hour.value, half[0]), minute.value, half[1])
    if tokens.word(end) in _HOUR_WORDS:
        end += 2 if tokens.word(end + 1) == "." and tokens.word(end) == "ч" else 1
    return _clock(hour.value, minute.value, end)


def _hour_with_unit(tokens: Tokens, at: int) -> tuple[Clock, int] | None:
    """6 pm, 18 часов 30 минут, 18h30, 3 часа дня, 7 вечера, 6 o'clock."""
    hour = tokens[at].value
    if hour > 24 or tokens[at].end - tokens[at].start > 2:
        return None
    half = _half_of_day(tokens, at + 1)
    if half is not None:
        return _clock(_apply_half(hour, half[0]), 0, half[1])
    unit = tokens[at + 1]
    if hour == 12 and (unit.text in NOON or unit.text in MIDNIGHT):
        return _in_words(tokens, at + 1, led=False)
    if unit.text == "h" and unit.glued:
        minute = tokens[at + 2]
        if minute.glued and 0 <= minute.value < 60:
            return _clock(hour, minute.value, at + 3)
        return _clock(hour, 0, at + 2)
    if unit.text == "o'clock":
        return _oclock(tokens, hour, at + 2)
    if unit.text in _HOUR_WORDS:
        return _hours_and_minutes(tokens, hour, at + 1)
    return None


def _oclock(tokens: Tokens, hour: int, end: int) -> tuple[Clock, int] | None:
    half = _half_of_day(tokens, end)
    if half is not None:
        return _clock(_apply_half(hour, half[0]), 0, half[1])
    found = _clock(hour, 0, end)
    return None if found is None else (replace(found[0], is_bare=hour <= 12), end)


def _hours_and_minutes(tokens: Tokens, hour: int, unit: int) -> tuple[Clock, int] | None:
    end = unit + 1
    if tokens.word(end) == "." and tokens.word(unit) in ("ч", "час"):
        end += 1
    half = _half_of_day(tokens, end)
    if half is not None:
        return _clock(_apply_half(hour, half[0]), 0, half[1])
    minute = tokens[end].value
    if 0 <= minute < 60 and tokens.word(end + 1) in _MINUTE_WORDS:
        dotted = tokens.word(end + 2) == "." and tokens.word(end + 1) == "мин"
        return _clock(hour, minute, end + 3 if dotted else end + 2)
    found = _clock(hour, 0, end)
    if found is None or hour > _LAST_HOUR_MEANT_AFTER_NOON:
        return found
    return replace(found[0], is_sure=False, is_bare=True), end


def _military(tokens: Tokens, at: int, *, led: bool) -> tuple[Clock, int] | None:
    """0900 hrs, 1730h; "by 1700 on Friday" with a day or a zone after it."""
    token, unit = tokens[at], tokens[at + 1]
    if token.end - token.start != 4:
        return None
    if unit.text in ("hrs", "hours", "h"):
        return _clock(token.value // 100, token.value % 100, at + 2)
    dayed = unit.text in _AFTER_FOUR_DIGITS or weekday_at(tokens, at + 1) is not None
    if not (led and dayed) or token.value % 5 or token.value % 100 > 59:
        return None
    return _clock(token.value // 100, token.value % 100, at + 1)


_AFTER_FOUR_DIGITS = frozenset(("on", "today", "tomorrow", "utc", "gmt", "cet", "est", "pst"))


def _in_words(tokens: Tokens, at: int, *, led: bool) -> tuple[Clock, int] | None:
    word = tokens.word(at)
    if word in NOON:
        return _clock(12, 0, at + 1)
    if word in MIDNIGHT:
        return Clock(END_OF_DAY), at + 1
    closing = _closing(tokens, at)
    if closing is not None:
        return Clock(CLOSE_OF_BUSINESS, is_close=True), closing
    return _past_or_to(tokens, at) or (_said_hour(tokens, at) if led else None)


def _past_or_to(tokens: Tokens, at: int) -> tuple[Clock, int] | None:
    """half past six, quarter to five, в половине седьмого, без четверти пять."""
    word, middle = tokens.word(at), tokens.word(at + 1)
    if word == "a":
        return _past_or_to(tokens, at + 1)
    if word in ("half", "quarter") and middle in ("past", "to"):
        hour = _hour_number(tokens[at + 2])
        if hour is None:
            return None
        minute = 30 if word == "half" else 15 if middle == "past" else 45
        return _said(tokens, hour - (middle == "to"), minute, at + 3)
    if word in ("половине", "половина", "половины"):
        hour = ORDINALS.get(middle)
        return None if hour is None or hour > 12 else _said(tokens, hour - 1, 30, at + 2)
    if word.startswith("пол") and word[3:] in ORDINALS:
        return _said(tokens, ORDINALS[word[3:]] - 1, 30, at + 1)
    if word == "без" and middle == "четверти":
        hour = _hour_number(tokens[at + 2])
        return None if hour is None else _said(tokens, hour - 1, 45, at + 3)
    return None


def _said(tokens: Tokens, hour: int, minute: int, end: int) -> tuple[Clock, int] | None:
    hour = hour % 12
    half = _half_of_day(tokens, end)
    if half is not None:
        return _clock(_apply_half(hour, half[0]), minute, half[1])
    found = _clock(hour, minute, end)
    return None if found is None else (replace(found[0], is_bare=True), end)


def _said_hour(tokens: Tokens, at: int) -> tuple[Clock, int] | None:
    """в шесть вечера, в час дня, at six, к девяти часам."""
    hour = _hour_number(tokens[at])
    if hour is None:
        return None
    end = at + 1
    if tokens.word(end) in _HOUR_WORDS and tokens.word(at) != "час":
        return _hours_and_minutes(tokens, hour, end)
    if tokens.word(end) == "o'clock":
        return _oclock(tokens, hour, end + 1)
    half = _half_of_day(tokens, end)
    if half is not None:
        return _clock(_apply_half(hour, half[0]), 0, half[1])
    return _bare(tokens, at, hour, end)


def _hour_number(token: Token) -> int | None:
    if token.text in ("час", "часу"):
        return 1
    hour = CARDINALS.get(token.text, token.value)
    return hour if 1 <= hour <= 12 and token.text not in ("пара", "пару", "couple") else None


_LINKS = frozenset(("and", "or", "и", "или", ","))
_AFTER_BARE = frozenset(
    listed(
        ". , ; : ! ? ) ( - – — мск msk по on at in и или and or if please чтобы а но сегодня "
        "завтра "
        "послезавтра today tomorrow tonight sharp ровно for"
    )
) | {NO_TOKEN.text}


def _bare(
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
        ranged = _is_range_mark(tokens, end) and tokens[end + 1].value >= 0
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


def _closing(tokens: Tokens, at: int) -> int | None:
    """Where "EOD", "close of business", "end of the working day", "конца рабочего дня" ends."""
    word = tokens.word(at)
    if word in _CLOSING_WORDS and tokens.source[tokens[at].start : tokens[at].end].isupper():
        return at + 1
    if word in ("close", "end") and tokens.says(at + 1, "of"):
        return _closing_english(tokens, at + 2)
    if word in ("конца", "концу", "конце", "окончания", "окончанию"):
        day = (
            at + 2
            if tokens.word(at + 1) in ("рабочего", "этого", "текущего", "учебного")
            else (at + 1)
        )
        return day + 1 if tokens.word(day) == "дня" else None
    return None


def _closing_english(tokens: Tokens, at: int) -> int | None:
    if tokens.word(at) in ("the", "this", "my", "our", "your"):
        at += 1
    if tokens.word(at) in ("business", "play"):
        return at + 2 if tokens.word(at + 1) == "day" else at + 1
    if tokens.word(at) in ("working", "work") and tokens.word(at + 1) == "day":
        return at + 2
    return at + 1 if tokens.word(at) == "day" else None


def _half_of_day(tokens: Tokens, at: int) -> tuple[str, int] | None:
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


def _apply_half(hour: int, half: str) -> int:
    if half == "am":
        return 0 if hour == 12 else hour
    if half == "pm":
        return hour + 12 if hour < 12 else hour
    return _in_part(time(hour % 24), half).hour


def _in_part(moment: time, part: str) -> time:
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


def _clock(hour: int, minute: int, end: int) -> tuple[Clock, int] | None:
    if hour == 24 and minute == 0:
        return Clock(END_OF_DAY), end
    return (Clock(time(hour, minute)), end) if 0 <= hour < 24 else None


def _shared_half_of_day(tokens: Tokens, at: int) -> tuple[Clock, int] | None:
    """2–4 pm: one half of the day named for both ends; 11–1 pm begins before noon."""
    hour, minute, mark = tokens[at].value, 0, at + 1
    if not 1 <= hour <= 12:
        return None
    if tokens.word(mark) in (":", ".") and tokens[mark].glued and 0 <= tokens[mark + 1].value < 60:
        minute, mark = tokens[mark + 1].value, mark + 2
    if not _is_range_mark(tokens, mark) or not 1 <= tokens[mark + 1].value <= 12:
        return None
    second = _hour_with_unit(tokens, mark + 1) or _with_minutes(tokens, mark + 1, led=False)
    if second is None or second[0].is_bare:
        return None
    last = second[0].first
    first = time(hour % 12 + (12 if last.hour >= 12 else 0), minute)
    if first > last:
        first = time(hour % 12, minute)
    return Clock(first, last), second[1]
