"""A moment named in a text: when it begins, when it is over, and the words that name it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Unit = Literal["minute", "day", "week", "month"]
Lead = Literal["", "till", "latest", "by", "within", "after", "since", "on"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of a text, at `start`..`end`; `quote` is the text there, its preposition included.

    `at` is its last minute, aware, in the zone that counts: 23:59 of a day without an hour, the end
    of a range, 18:00 of "end of day". `first` is what it begins with: a datetime where an hour is
    named, a date otherwise. `ends` is the unit it was named in, `exact` whether an hour was named.
    `lead` is how it is governed: "till" (до, until), "latest" (не позднее, no later than), "by"
    (к, by, before), "within" (в течение, within), "after" (через, in), "since" (с, from), "on"
    (в, at), or nothing. `is_range_end` says that `at` closes a named range; `dated` that a day was
    named, not an hour alone; `is_close` that the end of a period is named ("до конца дня"),
    `is_guessed` that the year was not named.
    """

    at: datetime
    first: datetime | date
    ends: Unit
    start: int
    end: int
    quote: str
    lead: Lead = ""
    exact: bool = False
    dated: bool = True
    is_range_end: bool = False
    is_close: bool = False
    is_guessed: bool = False
