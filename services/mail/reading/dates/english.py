"""English words of time, folded as tokens are (lower case, one kind of apostrophe)."""

from services.mail.reading.dates.tables import listed


def _numbered(first: int, words: str) -> dict[str, int]:
    return {
        form: number
        for number, group in enumerate(words.split(), first)
        for form in group.split("/")
    }


MONTHS = _numbered(
    1,
    "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug "
    "september/sep/sept october/oct november/nov december/dec",
)
WEEKDAYS = _numbered(
    0,
    "monday/mon tuesday/tue/tues wednesday/wed/weds thursday/thu/thur/thurs friday/fri "
    "saturday/sat sunday/sun",
)
AMBIGUOUS = frozenset(listed("may march mar sat sun mon wed fri second jun jan august"))
"""Words of time that mean something else in small letters."""

CARDINALS = {
    **_numbered(
        1,
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty",
    ),
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "couple": 2,
}
ORDINALS = {
    **_numbered(
        1,
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    ),
    "thirtieth": 30,
}
ORDINAL_ENDINGS = frozenset(("st", "nd", "rd", "th"))
"""What is glued to a number: 1st, 22nd."""

UNITS = {
    **dict.fromkeys(("minute", "minutes", "min", "mins"), "minute"),
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), "hour"),
    **dict.fromkeys(("day", "days", "day's", "days'"), "day"),
    **dict.fromkeys(("week", "weeks", "week's", "weeks'", "wk", "wks"), "week"),
    **dict.fromkeys(("fortnight", "fortnights", "fortnight's"), "fortnight"),
    **dict.fromkeys(("month", "months", "month's", "months'"), "month"),
    **dict.fromkeys(("year", "years"), "year"),
    **dict.fromkeys(("weekdays", "workdays"), "workday"),
}
WORKING = frozenset(("working", "business", "banking", "bank", "work"))
PLAIN_DAYS = frozenset(("calendar", "full", "more", "further", "consecutive", "short"))

RELATIVE_DAYS = {
    "yesterday": -1,
    **dict.fromkeys(("today", "today's", "tonight", "tonight's"), 0),
    **dict.fromkeys(("tomorrow", "tomorrow's", "tmrw", "tomorow", "tommorow", "tommorrow"), 1),
}

THIS = frozenset(("this", "current"))
COMING = frozenset(("coming", "upcoming"))
NEXT = frozenset(("next", "following"))
PAST = frozenset(("last", "past", "previous"))
EVERY = frozenset(("every", "each"))

DAY_PARTS = {
    "morning": "morning",
    "lunchtime": "afternoon",
    "afternoon": "afternoon",
    "evening": "evening",
    "night": "night",
}
NOON = frozenset(("noon", "midday", "noontime"))
MIDNIGHT = frozenset(("midnight",))
