"""Days as they are written, and the days that they mean to a letter of `today`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from services.mail.reading.dates import calendar
from services.mail.reading.dates.clock import CLOSE_OF_BUSINESS
from services.mail.reading.dates.english import AMBIGUOUS
from services.mail.reading.dates.moment import Unit
from services.mail.reading.dates.numeric import read_numeric
from services.mail.reading.dates.tables import listed
from services.mail.reading.dates.tokens import NO_TOKEN, Tokens
from services.mail.reading.dates.words import (
    COMING,
    DASHES,
    DAY_PARTS,
    EVERY,
    MONTHS,
    NEXT,
    PAST,
    RELATIVE_DAYS,
    THIS,
    month_at,
    read_day_number,
    weekday_at,
)

_YEARS = range(1900, 2101)
_YEAR_WORDS = frozenset(["г", "год", "года", "году"])
_RANGE_WORDS = frozenset(("по", "до", "to", "through", "thru", "until", "till", "and", "и"))
_BEFORE_NUMBER = frozenset(
    listed("до к с по на в от by on before until till due deadline from to is ( : – - than through")
)
_AFTER_DAY_NUMBER = frozenset(
    listed(". , ; ! ? ) ( - – — : и в во до к at and or in of but please inclusive включительно")
) | {NO_TOKEN.text}


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


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the days of `tokens` as a letter of `today` means them."""

    tokens: Tokens
    today: date
    month_first: bool

    def read(self, at: int, *, led: bool) -> tuple[Days, int] | None:
        """The day or days named at `at`, and where they end.

        `led` says that a preposition stands before: only then is "15-го" or "января" a day.
        """
        first = self._read_one(at, led=led)
        if first is None:
            return None
        return self._range(first, at) or first

    def _read_one(self, at: int, *, led: bool) -> tuple[Days, int] | None:
        if self.tokens.word(at) in ("the", "«"):
            at += 1
        for rule in _RULES:
            found = rule(self, at)
            if found is not None:
                return found
        return self._led(at) if led else None

    def _led(self, at: int) -> tuple[Days, int] | None:
        return self._day_alone(at) or self._month_alone(at)

    def _range(self, first: tuple[Days, int], at: int) -> tuple[Days, int] | None:
        """3 декабря – 5 декабря, Monday to Wednesday; the first may lie before the letter."""
        days, mark = first
        word = self.tokens.word(mark)
        if days.unit != "day" or days.is_range:
            return None
        if word not in DASHES and word not in _RANGE_WORDS:
            return None
        if word in ("и", "and", "до", "to") and not self._opens_range(at, word):
            return None
        second = self._read_one(mark + 1, led=False)
        if second is None or second[0].unit != "day" or second[0].is_range:
            return None
        if second[0].is_weekday != days.is_weekday:
            return None
        start, last = days.first, second[0].last
        if days.is_weekday:
            start = last - timedelta(days=(last.weekday() - start.weekday()) % 7)
        elif start > last:
            start = calendar.last_day_and_month(last, start.month, start.day) or start
        return replace(second[0], first=start, is_range=True), second[1]

    def _opens_range(self, at: int, word: str) -> bool:
        before = self.tokens.word(at - 1)
        opens = ("с", "со", "от", "from", "between", "между")
        return before in opens or self.tokens.word(at - 2) in opens or word == "to"

    def _one(self, day: date, *, is_weekday: bool = False) -> Days:
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
        listed = mark in ("и", "and") and not self._opens_range(at, "и")
        if mark in DASHES or mark in _RANGE_WORDS:
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
        return month, self._past_dot(at)

    def _past_dot(self, at: int) -> int:
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
        start = self._past_dot(at)
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
        year, end = self._year(end)
        if year is None:
            until = calendar.next_day_and_month(self.today, month, last)
        else:
            until = calendar.day_of(year, month, last)
        start = None if until is None else calendar.day_of(until.year, month, first)
        if until is None or start is None or start > until:
            return None
        return Days(start, until, is_range=first != last, is_guessed=year is None), end

    def _year(self, at: int) -> tuple[int | None, int]:
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

    def relative(self, at: int) -> tuple[Days, int] | None:
        """сегодня, tomorrow, the day after tomorrow, до завтрашнего дня."""
        if self.tokens.says(at, "day", "after", "tomorrow"):
            return self._one(self.today + timedelta(days=2), is_weekday=True), at + 3
        ahead = RELATIVE_DAYS.get(self.tokens.word(at))
        if ahead is None:
            return None
        end = at + 1
        if self.tokens.word(at).endswith(("его", "ему", "ий")) and self.tokens.word(end) in (
            "дня",
            "дню",
            "день",
        ):
            end += 1
        found = self._from_today(self.tokens.word(end), end, ahead)
        return found or (self._one(self.today + timedelta(days=ahead), is_weekday=True), end)

    def week_on(self, at: int) -> tuple[Days, int] | None:
        """A week on Friday, a week today."""
        if not self.tokens.says(at, "a", "week"):
            return None
        link = self.tokens.word(at + 2) in ("on", "from")
        found = self.relative(at + 2 + link) or self.weekday(at + 2 + link)
        if found is None:
            return None
        return self._one(found[0].last + calendar.WEEK), found[1]

    def this_part(self, at: int) -> tuple[Days, int] | None:
        """This evening, this afternoon: today; the part itself is left to be read."""
        if self.tokens.word(at) == "this" and self.tokens.word(at + 1) in DAY_PARTS:
            return self._one(self.today, is_weekday=True), at + 1
        return None

    def _from_today(self, word: str, at: int, ahead: int) -> tuple[Days, int] | None:
        if word == "week" and ahead >= 0:
            return self._one(self.today + timedelta(days=ahead + 7)), at + 1
        return None

    def weekday(self, at: int) -> tuple[Days, int] | None:
        """Friday, next Tuesday, в эту пятницу, на следующей неделе во вторник, Friday week."""
        which, start = self._which(at)
        weekday = weekday_at(self.tokens, start)
        if weekday is None or which in ("past", "every"):
            return None
        end = self._past_dot(start) if len(self.tokens.word(start)) < 4 else start + 1
        if which == "next":
            day = calendar.next_weekday(self.today, weekday)
        elif which == "this":
            day = calendar.this_weekday(self.today, weekday)
        else:
            day = calendar.coming_weekday(self.today, weekday)
        days = self._one(day, is_weekday=True)
        if self.tokens.word(end) == "week":
            return self._one(day + calendar.WEEK), end + 1
        later = self._week_after(end)
        if later is not None:
            return self._one(calendar.next_weekday(self.today, weekday)), later
        return days, end

    def _which(self, at: int) -> tuple[str, int]:
        """Which one a word before a weekday or a unit picks, and where that word ends."""
        word = self.tokens.word(at)
        for which, words in (
            ("this", THIS),
            ("next", NEXT),
            ("coming", COMING),
            ("past", PAST),
            ("every", EVERY),
        ):
            if word in words:
                more = self.tokens.word(at + 1)
                return (which, at + 2) if more in COMING and which == "this" else (which, at + 1)
        before = self.tokens.word(at - 1)
        return ("past" if before in PAST else "every" if before in EVERY else "", at)

    def _week_after(self, at: int) -> int | None:
        """Where "на следующей неделе" or "next week" after a weekday ends."""
        for start in (at, at + 1, at + 2):
            if self.tokens.word(start) in NEXT and self.tokens.word(start + 1) in (
                "неделе",
                "недели",
                "week",
            ):
                return start + 2
            if self.tokens.word(start) not in (",", "на", "of", "the"):
                return None
        return None

    def period(self, at: int) -> tuple[Days, int] | None:
        """на следующей неделе (во вторник), this week, в следующем месяце."""
        which, unit_at = self._which(at)
        if unit_at == at or which in ("past", "every", "coming"):
            return None
        unit = self.tokens.word(unit_at)
        if unit in ("неделе", "неделю", "недели", "week", "week's"):
            return self._week(which, unit_at + 1, english=unit.startswith("week"))
        if unit in ("месяце", "месяца", "month"):
            ahead = 1 if which == "next" else 0
            first = calendar.add_months(self.today.replace(day=1), ahead)
            return Days(first, calendar.end_of_month(first), "month"), unit_at + 1
        return None

    def _week(self, which: str, end: int, *, english: bool) -> tuple[Days, int]:
        monday = calendar.start_of_week(self.today)
        if which == "next":
            monday += calendar.WEEK
        for start in (end, end + 1, end + 2):
            weekday = weekday_at(self.tokens, start)
            if weekday is not None:
                return self._one(monday + timedelta(days=weekday)), start + 1
            if self.tokens.word(start) not in (",", "в", "во", "on", "к", "до", "by"):
                break
        last = monday + timedelta(days=calendar.FRIDAY if english else calendar.SUNDAY)
        return Days(monday, last, "week", CLOSE_OF_BUSINESS if english else None), end

    def _day_alone(self, at: int) -> tuple[Days, int] | None:
        """до 15-го, к пятому числу, by the 15th: the next day of that number."""
        number = read_day_number(self.tokens, at)
        if number is None:
            return None
        day, end, ordinal = number
        if self.tokens.word(end) in ("числа", "число", "числу"):
            end += 1
        elif (
            not ordinal
            or not (self.tokens.word(end) in _AFTER_DAY_NUMBER or self.tokens[end].breaks)
            or (self.tokens[at].value < 0 and self.tokens[end].is_word)
        ):
            return None
        if self.tokens.says(end, "of", "next", "month") or (
            self.tokens.word(end) in NEXT and self.tokens.word(end + 1) == "месяца"
        ):
            end += 3 if self.tokens.word(end) == "of" else 2
            month = calendar.add_months(self.today.replace(day=1), 1)
            later = calendar.day_of(month.year, month.month, day)
            return None if later is None else (self._one(later), end)
        if self.tokens.says(end, "of", "this", "month"):
            end += 3
        elif self.tokens.word(end) == "of":
            return None
        found = calendar.next_day_of_month(self.today, day)
        return None if found is None else (self._one(found), end)

    def _month_alone(self, at: int) -> tuple[Days, int] | None:
        """в январе, до июня: a month; "to June" ends with the last of May."""
        month = month_at(self.tokens, at)
        word = self.tokens.word(at)
        if month is None or len(word) < 3 or word in DAY_PARTS:
            return None
        if len(word) == 3 and word not in ("май", "мая", "маю", "мае", "may"):
            return None
        year, end = self._year(at + 1)
        last = (
            calendar.next_end_of_month(self.today, month)
            if year is None
            else calendar.end_of_month(date(year, month, 1))
        )
        return Days(last.replace(day=1), last, "month"), end


_RULES: tuple[Callable[[Reader, int], tuple[Days, int] | None], ...] = (
    Reader.numeric,
    Reader.day_and_month,
    Reader.month_and_day,
    Reader.relative,
    Reader.week_on,
    Reader.this_part,
    Reader.weekday,
    Reader.period,
)
