"""Dates in digits alone: 2026-12-05, 05.12.2026, 5.12, 12/25/2026."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.mail.reading.dates import calendar
from services.mail.reading.dates.tokens import Tokens
from services.mail.reading.dates.zones import AMERICAN

_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/\d{2,4})?(?![\d/])")
_AMERICAN_CLOCK = re.compile(r"\b(?:E[SD]?T|C[SD]T|M[SD]T|P[SD]?T|Eastern|Pacific)\b")
_AMERICAN_HOURS = range(-10, -3)
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_CENTURY = 2000
_NEAR_YEARS = 8
"""A year of two digits further away is a version's or a chapter's number."""
_MARKS = frozenset("./-")


def writes_month_first(text: str, written_at: datetime, zone: ZoneInfo) -> bool:
    """Whether 03/04 is the fourth of March in this letter.

    Russian puts the day first. In English the letter's own dates decide where one can be read in
    one way only (12/25, 25/12). Else it is day first, as most of the world writes, unless the
    letter comes from an American clock (its Date header's offset, or Eastern, Pacific and their
    like in the text) or is read on one.
    """
    text = text[:20_000]
    slashed = _SLASHED.findall(text)
    if not slashed or len(_CYRILLIC.findall(text)) > len(_LATIN.findall(text)):
        return False
    for first, second in slashed:
        if int(first) > calendar.DECEMBER >= int(second):
            return False
        if int(second) > calendar.DECEMBER >= int(first) and int(second) <= 31:
            return True
    offset = written_at.utcoffset()
    hours = 0 if offset is None else offset.total_seconds() // 3600
    return (
        hours in _AMERICAN_HOURS
        or zone.key in AMERICAN
        or zone.key.startswith("US/")
        or _AMERICAN_CLOCK.search(text) is not None
    )


def read_numeric(
    tokens: Tokens, at: int, today: date, *, month_first: bool, led: bool
) -> tuple[date, date | None, int] | None:
    """The day at `at`, the day it is with day and month exchanged, and where it ends.

    Without a year it is the next such day. 5.12 and 5/12 are days only with two digits of month or
    `led` by a word: a chapter or a fraction is none.
    """
    first, mark, second = tokens[at], tokens[at + 1], tokens[at + 2]
    if mark.text not in _MARKS or not (mark.glued and second.glued) or second.value < 0:
        return None
    again, third = tokens[at + 3], tokens[at + 4]
    before = tokens[at - 1]
    if first.glued and before.text in "./-:№#" and before.text:
        return None
    full = again.text == mark.text and again.glued and third.glued and third.value >= 0
    if first.end - first.start == 4:
        return _iso(tokens, at) if full else None
    if not full:
        return (
            None
            if mark.text == "-"
            else _without_year(tokens, at, today, month_first=month_first, led=led)
        )
    year = third.value + (_CENTURY if third.end - third.start == 2 else 0)
    shortened = third.end - third.start == 2
    if shortened and abs(year - today.year) > _NEAR_YEARS:
        return None
    if not 1990 <= year <= 2100 or third.end - third.start == 3:
        return None
    monthly = month_first and mark.text != "."
    day, other = _either(year, first.value, second.value, month_first=monthly)
    if mark.text == ".":
        day, other = calendar.day_of(year, second.value, first.value), None
    return None if day is None else (day, other, _past_year_word(tokens, at + 5))


def _past_year_word(tokens: Tokens, end: int) -> int:
    if tokens.word(end) in ("г", "года") and tokens[end].breaks == 0:
        dot = tokens[end + 1]
        return end + 2 if tokens.word(end) == "г" and dot.text == "." and dot.glued else end + 1
    return end


def _iso(tokens: Tokens, at: int) -> tuple[date, date | None, int] | None:
    day = calendar.day_of(tokens[at].value, tokens[at + 2].value, tokens[at + 4].value)
    if day is None or not 1990 <= day.year <= 2100:
        return None
    end = at + 5
    if tokens.word(end) == "t" and tokens[end].glued and tokens[end + 1].glued:
        end += 1
    return day, None, end


def _either(
    year: int, first: int, second: int, *, month_first: bool
) -> tuple[date | None, date | None]:
    by_day, by_month = calendar.day_of(year, second, first), calendar.day_of(year, first, second)
    if by_day is None or by_month is None:
        return by_day or by_month, None
    return (by_month, by_day) if month_first else (by_day, by_month)


def _without_year(
    tokens: Tokens, at: int, today: date, *, month_first: bool, led: bool
) -> tuple[date, date | None, int] | None:
    first, mark, second, after = tokens[at], tokens[at + 1], tokens[at + 2], tokens[at + 3]
    if first.end - first.start > 2 or second.end - second.start > 2:
        return None
    if mark.text == "." and second.end - second.start != 2:
        return None
    continues = after.glued and (after.text in "/-:%°" or after.is_word or after.text == "_")
    points = after.glued and after.text in ".," and tokens[at + 4].glued
    if continues or (points and tokens[at + 4].value >= 0):
        return None
    if not led and _is_numbered(tokens, at):
        return None
    if mark.text == "/" and (not led or (first.value, second.value) == (24, 7)):
        return None
    monthly = month_first and mark.text == "/"
    by_day = _next(today, second.value, first.value)
    by_month = None
    if mark.text == "/":
        by_month = _next(today, first.value, second.value)
    day, other = (by_month, by_day) if monthly and by_month else (by_day, by_month)
    if day is None:
        day, other = other, None
    return None if day is None else (day, other, at + 3)


def _next(today: date, month: int, day: int) -> date | None:
    if not 1 <= month <= calendar.DECEMBER or not 1 <= day <= 31:
        return None
    return calendar.next_day_and_month(today, month, day)


_NUMBERED = frozenset(("ауд", "аудитория", "аудитории", "каб", "кабинет", "кабинете", "пункт"))
_NUMBERED |= frozenset(("пункта", "п", "глава", "главы", "рис", "раздел", "раздела", "версия"))


def _is_numbered(tokens: Tokens, at: int) -> bool:
    """Whether what stands before has numbers with dots: Room 5.08, п. 4.12, version 3.10."""
    before = tokens.word(at - 2 if tokens.word(at - 1) == "." else at - 1)
    return before in _NUMBERED or (before[0].isascii() and before[0].isalpha())
