"""Days named by number and month, or in digits: 5 мая, May 5th, 3–5 декабря, 05.12.2026."""

from dataclasses import dataclass
from datetime import date, time

from services.mail.reading.dates import calendar
from services.mail.reading.dates.english import AMBIGUOUS
from services.mail.reading.dates.moment import Unit
from services.mail.reading.dates.numeric import read_numeric
from services.mail.reading.dates.tables import listed
from services.mail.reading.dates.tokens import Tokens
from services.mail.reading.dates.words import (
    DASHES,
    MONTHS,
    month_at,
    read_day_number,
    weekday_at,
)

_YEARS = range(1900, 2101)


_YEAR_WORDS = frozenset(["г", "год", "года", "году"])


RANGE_WORDS = frozenset(("по", "до", "to", "through", "thru", "until", "till", "and", "и"))


_BEFORE_NUMBER = frozenset(
    listed("до к с по на в от by on before until till due deadline from to is ( : – - than through")
)


@dataclass(frozen=True, slots=True)
class Days:
    """A day, or the days `first`..`last`.

    `hour` is what the words themselves say of the last one's end (18:00 of "end of the week").
    `is_weekday` says that only a weekday or a word like "tomorrow" named it, so that a date beside
    it is the same day; `is_guessed` that the year is not named; `other` is what a numeric date
    would be with day and month exchanged.
    """

    first: date
    last: date
    unit: Unit = "day"
    hour: time | None = None
    is_weekday: bool = False
    is_range: bool = False
    is_close: bool = False
    is_guessed: bool = False
    other: date | None = None


@dataclass(frozen=True)
class MonthDays:
    """Reads such days of `tokens` as a letter of `today` means them.

    `month_first`: 03/04 is the fourth of March.
    """

    tokens: Tokens
    today: date
    month_first: bool

    def opens_range(self, at: int, word: str) -> bool:
        before = self.tokens.word(at - 1)
        opens = ("с", "со", "от", "from", "between", "между")
        return before in opens or self.tokens.word(at - 2) in opens or word == "to"

    def one(self, day: date, *, is_weekday: bool = False) -> Days:
        return Days(day, day, is_weekday=is_weekday)

    def numeric(self, at: int) -> tuple[Days, int] | None:
        """2026-12-05, 05.12.2026, 5/12; see `numeric`."""
        if self.tokens[at].value < 0:
            return None
        before = self.tokens.word(at - 1)
        led = before in _BEFORE_NUMBER or weekday_at(self.tokens, at - 1) is not None
        found = read_numeric(self.tokens, at, self.today, month_first=self.month_first, led=led)
        if found is None:
            return None
        day, other, end = found
        return Days(day, day, other=other, is_guessed=end == at + 3), end

    def day_and_month(self, at: int) -> tuple[Days, int] | None:
        """5 мая, 5-го мая 2026 г., the fifth of May, 3–5 December, с 3 по 5 декабря."""
        number = read_day_number(self.tokens, at)
        if number is None:
            return None
        first, end, _ = number
        last = first
        end = self._past_marks(end)
        mark = self.tokens.word(end)
        listed = mark in ("и", "and") and not self.opens_range(at, "и")
        if mark in DASHES or mark in RANGE_WORDS:
            second = read_day_number(self.tokens, end + 1)
            if second is not None and self._month_after(second[1]) is not None:
                last, end = second[0], second[1]
        month = self._month_after(end)
        if month is None:
            return None
        if listed and last < first:
            first = last
        return self._dated(first, last, month[0], month[1])

    def _past_marks(self, at: int) -> int:
        """Past what official letters put after a day's number: «15» декабря, 15 (пятнадцатого)."""
        if self.tokens.word(at) in ("»", '"', "”"):
            return at + 1
        if self.tokens.word(at) == "(" and self.tokens.word(at + 2) == ")":
            return at + 3
        return at

    def _month_after(self, at: int) -> tuple[int, int] | None:
        if self.tokens.word(at) == "of":
            at += 1
        if self.tokens.word(at) in DASHES and self.tokens[at].glued:
            at += 1
        month = MONTHS.get(self.tokens.word(at))
        if month is None or self.tokens[at].breaks > 1:
            return None
        if self.tokens.word(at) in AMBIGUOUS and self.tokens.word(at) not in ("may", "jun", "jan"):
            month = month_at(self.tokens, at)
            if month is None:
                return None
        return month, self.past_dot(at)

    def past_dot(self, at: int) -> int:
        """Past a shortened month's dot, if the sentence goes on after it."""
        word, dot = self.tokens.word(at), self.tokens[at + 1]
        after = self.tokens[at + 2]
        short = len(word) <= 5 and dot.text == "." and dot.glued
        goes_on = after.value >= 0 or not (after.title or after.breaks)
        return at + 2 if short and goes_on and after.text != "\n" else at + 1

    def month_and_day(self, at: int) -> tuple[Days, int] | None:
        """May 5, Dec 3–5 2026, December the 5th."""
        month = month_at(self.tokens, at)
        if month is None:
            return None
        start = self.past_dot(at)
        if self.tokens.word(start) == "the":
            start += 1
        number = read_day_number(self.tokens, start)
        if number is None or self.tokens[start].breaks > 1:
            return None
        first, end, ordinal = number
        if not ordinal and self.tokens.word(end) == ":" and self.tokens[end].glued:
            return None
        last = first
        if self.tokens.word(end) in DASHES or self.tokens.word(end) in ("to", "through"):
            second = read_day_number(self.tokens, end + 1)
            if second is not None and not self._is_hour(second[1]) and second[0] > first:
                last, end = second[0], second[1]
        return self._dated(first, last, month, end)

    def _is_hour(self, after: int) -> bool:
        return (
            self.tokens.word(after) in (":", "am", "pm") or month_at(self.tokens, after) is not None
        )

    def _dated(self, first: int, last: int, month: int, end: int) -> tuple[Days, int] | None:
        year, end = self.year(end)
        if year is None:
            until = calendar.next_day_and_month(self.today, month, last)
        else:
            until = calendar.day_of(year, month, last)
        start = None if until is None else calendar.day_of(until.year, month, first)
        if until is None or start is None or start > until:
            return None
        return Days(start, until, is_range=first != last, is_guessed=year is None), end

    def year(self, at: int) -> tuple[int | None, int]:
        start = at + 1 if self.tokens.word(at) in (",", "-", "of") else at
        year = self.tokens[start]
        if year.value not in _YEARS or year.end - year.start != 4 or year.breaks > 1:
            return None, at
        if self.tokens.word(start + 1) == ":" and self.tokens[start + 1].glued:
            return None, at
        end = start + 1
        if self.tokens.word(end) in _YEAR_WORDS:
            end += 1
            after = self.tokens[end]
            if self.tokens.word(end - 1) == "г" and after.text == "." and after.glued:
                end += 1
        return year.value, end
