"""The words of time of both languages in one table each, and the numbers said in words."""

from services.mail.reading.dates import english, russian
from services.mail.reading.dates.tokens import Tokens

MONTHS = {**english.MONTHS, **russian.MONTHS}
WEEKDAYS = {
    **english.WEEKDAYS,
    **{f"{day}'s": number for day, number in english.WEEKDAYS.items()},
    **russian.WEEKDAYS,
}
CARDINALS = {**english.CARDINALS, **russian.CARDINALS}
ORDINALS = {**english.ORDINALS, **russian.ORDINALS}
UNITS = {**english.UNITS, **russian.UNITS}
WORKING = english.WORKING | russian.WORKING
PLAIN_DAYS = english.PLAIN_DAYS | russian.PLAIN_DAYS
RELATIVE_DAYS = {**english.RELATIVE_DAYS, **russian.RELATIVE_DAYS}
THIS = english.THIS | russian.THIS
COMING = english.COMING | russian.COMING
NEXT = english.NEXT | russian.NEXT
PAST = english.PAST | russian.PAST
EVERY = english.EVERY | russian.EVERY
DAY_PARTS = {**english.DAY_PARTS, **russian.DAY_PARTS}
NOON = english.NOON | russian.NOON
MIDNIGHT = english.MIDNIGHT | russian.MIDNIGHT
DASHES = frozenset("-–—−")

_LAST_DAY = 31
_TENS = frozenset((20, 30, 40, 50, 60, 70, 80, 90))


def month_at(tokens: Tokens, at: int) -> int | None:
    """The month named by the word at `at`, 1 to 12; "may" and "march" only with a capital."""
    return _named(tokens, at, MONTHS)


def weekday_at(tokens: Tokens, at: int) -> int | None:
    """The weekday named by the word at `at`, Monday being 0; "sat" and "sun" with a capital."""
    return _named(tokens, at, WEEKDAYS)


def _named(tokens: Tokens, at: int, table: dict[str, int]) -> int | None:
    token = tokens[at]
    found = table.get(token.text)
    if found is not None and not token.title and token.text in english.AMBIGUOUS:
        return None
    return found


def read_cardinal(tokens: Tokens, at: int) -> tuple[int, int] | None:
    """A count in digits or words ("48", "двадцати четырёх", "forty-eight") and where it ends."""
    token = tokens[at]
    if token.value >= 0:
        return token.value, at + 1
    number = CARDINALS.get(token.text)
    if number is None:
        return None
    if tokens.says(at + 1, "of") and token.text == "couple":
        return number, at + 2
    return _with_ones(tokens, at, number, CARDINALS)


def read_day_number(tokens: Tokens, at: int) -> tuple[int, int, bool] | None:
    """A day's number, where it ends, and whether it is said as an ordinal: 5, 5-го, 5th, пятое."""
    token = tokens[at]
    if token.value >= 0:
        return _day_in_digits(tokens, at, token.value)
    number = ORDINALS.get(token.text)
    if number is not None:
        return number, at + 1, True
    tens = CARDINALS.get(token.text)
    if tens not in (20, 30):
        return None
    ones = at + 2 if tokens.word(at + 1) in DASHES else at + 1
    number = ORDINALS.get(tokens.word(ones))
    if number is None or number > 9 or tens + number > _LAST_DAY:
        return None
    return tens + number, ones + 1, True


def _day_in_digits(tokens: Tokens, at: int, number: int) -> tuple[int, int, bool] | None:
    token = tokens[at]
    if not 1 <= number <= _LAST_DAY or token.end - token.start > 2:
        return None
    after = tokens[at + 1]
    if after.glued and after.text in english.ORDINAL_ENDINGS:
        return number, at + 2, True
    ending = tokens[at + 2]
    if (
        after.text in DASHES
        and after.glued
        and ending.glued
        and ending.text in russian.ORDINAL_ENDINGS
    ):
        return number, at + 3, True
    if after.glued and after.text in russian.ORDINAL_ENDINGS:
        return number, at + 2, True
    return number, at + 1, False


def _with_ones(tokens: Tokens, at: int, number: int, table: dict[str, int]) -> tuple[int, int]:
    if number not in _TENS:
        return number, at + 1
    ones = at + 2 if tokens.word(at + 1) in DASHES else at + 1
    more = table.get(tokens.word(ones), 0)
    return (number + more, ones + 1) if 0 < more < 10 else (number, at + 1)
