"""Ends of periods: до конца недели, by the end of January, EOM, к концу года."""

from datetime import date, timedelta

from services.mail.reading.dates import calendar
from services.mail.reading.dates.hours import CLOSE_OF_BUSINESS
from services.mail.reading.dates.month_days import Days
from services.mail.reading.dates.tokens import Tokens
from services.mail.reading.dates.words import (
    MONTHS,
    NEXT,
    RELATIVE_DAYS,
    THIS,
    WEEKDAYS,
)

_RUSSIAN_ENDS = frozenset(["конца", "концу", "конце", "окончания", "окончанию"])
_SHORT = {"eow": "week", "eom": "month", "eoy": "year", "eoq": "quarter"}
_ONE_WORD_ENDS = frozenset(("month", "year", "week", "quarter"))
_UNITS = {
    "недели": "неделя",
    "week": "week",
    "workweek": "week",
    "месяца": "month",
    "month": "month",
    "квартала": "quarter",
    "quarter": "quarter",
    "года": "year",
    "year": "year",
}
_WORKING = frozenset(("рабочей", "working", "business", "work"))


def read_closing(tokens: Tokens, at: int, today: date) -> tuple[Days, int] | None:
    """The end of a week, a month (named or not), a quarter, a year or a named day at `at`.

    A week ends on Sunday in Russian, on Friday at 18:00 in English; a named day ends at 18:00,
    as the end of the day does.
    """
    word = tokens.word(at)
    if word in ("the", "самого"):
        at += 1
        word = tokens.word(at)
    if word in ("weekend", "выходных", "выходным") and _is_before(tokens, at):
        friday = calendar.this_weekday(today, calendar.FRIDAY)
        return Days(today, friday, "week", is_close=True), at + 1
    if word in _MIDDLES or (word in _MIDDLE_WORDS and tokens.word(at + 1) == "of"):
        return _within_period(tokens, at, today, word)
    if word in _LAST:
        return _last_day(tokens, at + 1, today)
    if word in _SHORT and tokens.source[tokens[at].start : tokens[at].end].isupper():
        return _close(_SHORT[word], today, today), at + 1
    if word in _RUSSIAN_ENDS:
        return _what_ends(tokens, at + 1, today)
    if word in ("end", "close") and tokens.word(at + 1) == "of":
        return _what_ends(tokens, at + 2, today)
    dashed = tokens.word(at + 1) == "-"
    if word in _ONE_WORD_ENDS and tokens.word(at + (2 if dashed else 1)) == "end":
        return _close(word, today, today), at + (3 if dashed else 2)
    if word in ("week's", "month's", "year's") and tokens.word(at + 1) == "end":
        return _close(word[:-2], today, today), at + 2
    if tokens.says(at, "нового", "года"):
        return _close("year", today, today), at + 2
    return None


def _what_ends(tokens: Tokens, at: int, today: date) -> tuple[Days, int] | None:
    if tokens.word(at) == "the":
        at += 1
    anchor, is_next, working = today, False, False
    while tokens.word(at) in THIS or tokens.word(at) in NEXT or tokens.word(at) in _WORKING:
        is_next = is_next or tokens.word(at) in NEXT
        working = working or tokens.word(at) in _WORKING
        at += 1
    unit = _UNITS.get(tokens.word(at))
    if unit is not None:
        anchor = _later(unit, today) if is_next else today
        found = _close("week" if working else unit, anchor, today)
        return found, at + 1
    return _named_day(tokens, at, today, is_next=is_next) or _named_month(tokens, at, today)


def _later(unit: str, today: date) -> date:
    if unit in ("week", "неделя"):
        return today + calendar.WEEK
    return calendar.add_months(today, {"month": 1, "quarter": 3, "year": 12}[unit])


def _close(unit: str, anchor: date, today: date) -> Days:
    if unit == "week":
        friday = calendar.start_of_week(anchor) + timedelta(days=calendar.FRIDAY)
        if friday < today:
            friday += calendar.WEEK
        return Days(today, friday, "week", CLOSE_OF_BUSINESS, is_close=True)
    if unit == "неделя":
        return Days(today, calendar.end_of_week(anchor), "week", is_close=True)
    if unit == "month":
        return Days(today, calendar.end_of_month(anchor), "month", is_close=True)
    if unit == "quarter":
        return Days(today, calendar.end_of_quarter(anchor), "month", is_close=True)
    return Days(today, date(anchor.year, 12, 31), "month", is_close=True)


def _named_day(tokens: Tokens, at: int, today: date, *, is_next: bool) -> tuple[Days, int] | None:
    """до конца завтрашнего дня, by the end of Friday, by end of today."""
    ahead = RELATIVE_DAYS.get(tokens.word(at))
    if ahead is not None:
        day, end = today + timedelta(days=ahead), at + 1
        end += tokens.word(end) in ("дня", "рабочего")
        end += tokens.word(end) == "дня"
    elif tokens.word(at) in WEEKDAYS:
        pick = calendar.next_weekday if is_next else calendar.coming_weekday
        day, end = pick(today, WEEKDAYS[tokens.word(at)]), at + 1
    else:
        return None
    return Days(day, day, hour=CLOSE_OF_BUSINESS, is_weekday=True, is_close=True), end


def _named_month(tokens: Tokens, at: int, today: date) -> tuple[Days, int] | None:
    month = MONTHS.get(tokens.word(at))
    if month is None:
        return None
    year = tokens[at + 1]
    if year.value in range(1990, 2101) and year.end - year.start == 4:
        last, end = calendar.end_of_month(date(year.value, month, 1)), at + 2
        end += tokens.word(end) in ("г", "года")
    else:
        last, end = calendar.next_end_of_month(today, month), at + 1
    return Days(last.replace(day=1), last, "month", is_close=True), end


def _is_before(tokens: Tokens, at: int) -> bool:
    """Whether the weekend at `at` is what comes after the term: before the weekend, к выходным."""
    return not {"до", "к", "by", "before"}.isdisjoint(tokens.words(at - 2, at))


_MIDDLES = frozenset(("середины", "середине", "начала", "началу", "начале"))
_MIDDLE_WORDS = frozenset(("middle", "start", "beginning"))


def _within_period(tokens: Tokens, at: int, today: date, word: str) -> tuple[Days, int] | None:
    """The start or the middle of a week (Monday, Wednesday) or a month (the 1st, the 15th)."""
    starts = word in ("start", "beginning") or word.startswith("начал")
    at += 2 if word in _MIDDLE_WORDS else 1
    if tokens.word(at) == "the":
        at += 1
    is_next = tokens.word(at) in NEXT
    at += is_next or tokens.word(at) in THIS
    unit = tokens.word(at)
    if unit in ("недели", "week"):
        monday = calendar.start_of_week(today) + is_next * calendar.WEEK
        day = monday + timedelta(days=0 if starts else 2)
        return None if day < today else (Days(day, day), at + 1)
    month = MONTHS.get(unit)
    if unit in ("месяца", "month"):
        month = calendar.add_months(today.replace(day=1), int(is_next)).month
    if month is None:
        return None
    found = calendar.next_day_and_month(today, month, 1 if starts else 15)
    return None if found is None else (Days(found, found), at + 1)


_LAST = frozenset(("last", "последний", "последнего", "последнему", "последнем"))


def _last_day(tokens: Tokens, at: int, today: date) -> tuple[Days, int] | None:
    """ "The last working day of the month", "последнего дня ноября"."""
    working = tokens.word(at) in ("working", "business", "рабочего", "рабочий", "рабочему")
    at += working
    if tokens.word(at) not in ("day", "дня", "день", "дню"):
        return None
    at += 2 if tokens.says(at + 1, "of") else 1
    at += tokens.word(at) == "the"
    at += tokens.word(at) in THIS
    month = MONTHS.get(tokens.word(at))
    if month is None and tokens.word(at) not in ("month", "месяца"):
        return None
    last = (
        calendar.end_of_month(today) if month is None else calendar.next_end_of_month(today, month)
    )
    while working and last.weekday() > calendar.FRIDAY:
        last -= timedelta(days=1)
    return Days(last, last), at + 1
