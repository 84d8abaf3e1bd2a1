"""Counted stretches of time: через полчаса, в течение трёх рабочих дней, within 48 hours."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.mail.reading.dates import calendar
from services.mail.reading.dates.hours import END_OF_DAY
from services.mail.reading.dates.tables import listed
from services.mail.reading.dates.tokens import Tokens
from services.mail.reading.dates.words import CARDINALS, PLAIN_DAYS, UNITS, WORKING, read_cardinal

_HALVES = {"полчаса": 30, "получаса": 30, "полчасика": 30}
_ONE_AND_A_HALF = frozenset(("полтора", "полутора", "полторы"))
_MOST = 10_000
"""No letter gives more of any unit."""

_NUMBER_ENDINGS = frozenset(("х", "ти", "и", "ми", "мя", "дневный"))
_LETTER_ITSELF = frozenset(
    listed(
        "получения получении отправки отправления письма письму сообщения сообщении "
        "уведомления уведомлении настоящего данного этого сегодняшнего сегодня момента даты "
        "дня текущего публикации выставления счета счет объявления рассылки направления "
        "receipt receiving email e mail message letter notice notification this today now the "
        "your you date of our invoice getting"
    )
)
"""From these a stretch counts as from the letter: that is where its reader stands."""
_FROM = frozenset(listed("с со от после from of after since following"))
_BEFORE = frozenset(listed("до before prior перед ahead earlier"))
_AGO = frozenset(("назад", "ago", "earlier", "later", "previously"))


@dataclass(frozen=True, slots=True)
class Stretch:
    """`count` of a unit: "minute" (hours are minutes), "day", "workday", "month"."""

    count: int
    unit: str

    def reached(self, written_at: datetime) -> datetime:
        """Where it ends, counted from `written_at`: to the minute, or 23:59 of the day reached.

        Raises `OverflowError` or `ValueError` past the calendar's end.
        """
        if self.unit == "minute":
            exact = written_at.replace(second=0, microsecond=0)
            return exact + timedelta(minutes=self.count)
        return datetime.combine(self.day(written_at.date()), END_OF_DAY, written_at.tzinfo)

    def day(self, today: date) -> date:
        """The day reached from `today`."""
        if self.unit == "workday":
            return calendar.add_working_days(today, self.count)
        if self.unit == "month":
            return calendar.add_months(today, self.count)
        return today + timedelta(days=self.count)


def read_stretch(tokens: Tokens, at: int, *, may_be_one: bool) -> tuple[Stretch, int] | None:
    """The stretch at `at` and where it ends; `may_be_one` reads "неделю" and "an hour" as one."""
    word = tokens.word(at)
    if word in _HALVES:
        return Stretch(_HALVES[word], "minute"), at + 1
    if word == "half" and tokens.says(at + 1, "an", "hour"):
        return Stretch(30, "minute"), at + 3
    if word in _ONE_AND_A_HALF and UNITS.get(tokens.word(at + 1)) == "hour":
        return Stretch(90, "minute"), at + 2
    if word in ("a", "an", "the", "one") and may_be_one:
        return _article(tokens, at)
    number = read_cardinal(tokens, at)
    if number is None:
        return _unit(tokens, at, 1) if may_be_one else None
    count, end = number
    bracket = tokens.word(end) == "("
    if bracket:
        end = _past_bracket(tokens, end)
    elif tokens.word(end) == "-" and tokens[end].glued and tokens[end + 1].glued:
        if tokens[end + 1].value >= 0:
            count = tokens[end + 1].value
        end += 2 if tokens[end + 1].value >= 0 or tokens.word(end + 1) in _NUMBER_ENDINGS else 1
    elif tokens.word(end) in "–—":
        more = read_cardinal(tokens, end + 1)
        if more is not None:
            count, end = more
    return _unit(tokens, end, count) if count <= _MOST else None


def _article(tokens: Tokens, at: int) -> tuple[Stretch, int] | None:
    if tokens.word(at + 1) == "couple":
        return read_stretch(tokens, at + 1, may_be_one=False)
    found = _unit(tokens, at + 1, 1)
    if found is not None and tokens.says(found[1], "and", "a", "half"):
        return Stretch(found[0].count * 3 // 2, found[0].unit), found[1] + 3
    return found


def _past_bracket(tokens: Tokens, at: int) -> int:
    """Past "(пяти)" or "(5)" said again after the number; legal letters do."""
    for end in range(at + 1, at + 5):
        if tokens.word(end) == ")":
            return end + 1
    return at


def _unit(tokens: Tokens, at: int, count: int) -> tuple[Stretch, int] | None:
    working = False
    for _ in range(3):
        word = tokens.word(at)
        if word in WORKING:
            working = True
        elif word not in PLAIN_DAYS and word != "." and word != "-":
            break
        at += 1
    unit = UNITS.get(tokens.word(at))
    if unit is None:
        return None
    end = at + 1
    if tokens.word(at) in ("дн", "мин", "нед", "мес") and tokens.word(end) == ".":
        end += 1
    if tokens.word(end) == "'":
        end += 1
    if (
        tokens.says(end, "time") and unit != "time" and tokens.word(end - 1).endswith("'s")
    ) or tokens.says(end, "time"):
        end += 1
    return _stretch(count, unit, working=working), end


def _stretch(count: int, unit: str, *, working: bool) -> Stretch:
    if unit == "minute":
        return Stretch(count, "minute")
    if unit == "hour":
        return Stretch(count * 60, "minute")
    if unit == "workday" or (working and unit == "day"):
        return Stretch(count, "workday")
    if unit in ("month", "year"):
        return Stretch(count * (12 if unit == "year" else 1), "month")
    return Stretch(count * {"day": 1, "week": 7, "fortnight": 14}[unit], "day")


def counts_from_the_letter(tokens: Tokens, end: int) -> bool:
    """Whether the stretch that ended at `end` starts with the letter, as far as the words say.

    "within 14 days of receipt" does; "24 hours before the lesson", "за два дня до" and "in the
    three weeks after you accept" do not.
    """
    word = tokens.word(end)
    if word in _BEFORE or word in _AGO:
        return False
    if word not in _FROM:
        return True
    return all(
        said in _LETTER_ITSELF for said in tokens.words(end + 1, end + 3)[:2] if said.isalpha()
    )


_ADJECTIVE = re.compile(r"([а-я]*?)-?(дневн|недельн|месячн|суточн)ый")


def is_term_adjective(word: str) -> bool:
    """Whether a word is like трёхдневный or недельный."""
    return word.endswith("ый") and _ADJECTIVE.fullmatch(word) is not None


def read_adjective(tokens: Tokens, at: int) -> tuple[Stretch, int] | None:
    """трёхдневный срок, 10-дневный срок, недельный срок."""
    count = 1
    if tokens[at].value >= 0 and tokens.word(at + 1) == "-":
        count, at = tokens[at].value, at + 2
    found = _ADJECTIVE.fullmatch(tokens.word(at))
    if found is None or tokens.word(at + 1) != "срок":
        return None
    said, unit = found.groups()
    if said:
        said_count = CARDINALS.get(said)
        if said_count is None:
            return None
        count = said_count
    return _stretch(count, _ADJECTIVE_UNITS[unit], working=False), at + 2


_ADJECTIVE_UNITS = {"дневн": "day", "суточн": "day", "недельн": "week", "месячн": "month"}
