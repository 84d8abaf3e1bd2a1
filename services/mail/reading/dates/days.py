"""Days as they are written, and the days that they mean to a letter of `today`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from services.mail.reading.dates import calendar
from services.mail.reading.dates.hours import CLOSE_OF_BUSINESS
from services.mail.reading.dates.month_days import RANGE_WORDS, Days, MonthDays
from services.mail.reading.dates.tables import listed
from services.mail.reading.dates.tokens import NO_TOKEN
from services.mail.reading.dates.words import (
    COMING,
    DASHES,
    DAY_PARTS,
    EVERY,
    NEXT,
    PAST,
    RELATIVE_DAYS,
    THIS,
    month_at,
    read_day_number,
    weekday_at,
)

_AFTER_DAY_NUMBER = frozenset(
    listed(
        ". , ; ! ? ) ( - – — : и в во до к at and or in of but please inclusive включительно "
        "so as to for with we i you if because unless otherwise then"
    )
) | {NO_TOKEN.text}


class Reader(MonthDays):
    """Reads the days of its tokens as a letter of its `today` means them."""

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
        if word not in DASHES and word not in RANGE_WORDS:
            return None
        if word in ("и", "and", "до", "to") and not self.opens_range(at, word):
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

    def relative(self, at: int) -> tuple[Days, int] | None:
        """сегодня, tomorrow, the day after tomorrow, до завтрашнего дня."""
        if self.tokens.says(at, "day", "after", "tomorrow"):
            return self.one(self.today + timedelta(days=2), is_weekday=True), at + 3
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
        return found or (self.one(self.today + timedelta(days=ahead), is_weekday=True), end)

    def week_on(self, at: int) -> tuple[Days, int] | None:
        """A week on Friday, a week today."""
        if not self.tokens.says(at, "a", "week"):
            return None
        link = self.tokens.word(at + 2) in ("on", "from")
        found = self.relative(at + 2 + link) or self.weekday(at + 2 + link)
        if found is None:
            return None
        return self.one(found[0].last + calendar.WEEK), found[1]

    def this_part(self, at: int) -> tuple[Days, int] | None:
        """This evening, this afternoon: today; the part itself is left to be read."""
        if self.tokens.word(at) == "this" and self.tokens.word(at + 1) in DAY_PARTS:
            return self.one(self.today, is_weekday=True), at + 1
        return None

    def _from_today(self, word: str, at: int, ahead: int) -> tuple[Days, int] | None:
        if word == "week" and ahead >= 0:
            return self.one(self.today + timedelta(days=ahead + 7)), at + 1
        return None

    def weekday(self, at: int) -> tuple[Days, int] | None:
        """Friday, next Tuesday, в эту пятницу, на следующей неделе во вторник, Friday week."""
        which, start = self._which(at)
        weekday = weekday_at(self.tokens, start)
        if weekday is None or which in ("past", "every"):
            return None
        end = self.past_dot(start) if len(self.tokens.word(start)) < 4 else start + 1
        if which == "next":
            day = calendar.next_weekday(self.today, weekday)
        elif which == "this":
            day = calendar.this_weekday(self.today, weekday)
        else:
            day = calendar.coming_weekday(self.today, weekday)
        days = self.one(day, is_weekday=True)
        if self.tokens.word(end) == "week":
            return self.one(day + calendar.WEEK), end + 1
        later = self._week_after(end)
        if later is not None:
            return self.one(calendar.next_weekday(self.today, weekday)), later
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
                return self.one(monday + timedelta(days=weekday)), start + 1
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
            return None if later is None else (self.one(later), end)
        if self.tokens.says(end, "of", "this", "month"):
            end += 3
        elif self.tokens.word(end) == "of":
            return None
        found = calendar.next_day_of_month(self.today, day)
        return None if found is None else (self.one(found), end)

    def _month_alone(self, at: int) -> tuple[Days, int] | None:
        """в январе, до июня: a month; "to June" ends with the last of May."""
        month = month_at(self.tokens, at)
        word = self.tokens.word(at)
        if month is None or len(word) < 3 or word in DAY_PARTS:
            return None
        if len(word) == 3 and word not in ("май", "мая", "маю", "мае", "may"):
            return None
        year, end = self.year(at + 1)
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
