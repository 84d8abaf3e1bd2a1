"""Which week it is, and when weeks open and assignments are due: pure arithmetic of days.

A stream lives in its own zone: a day begins for all of it at that zone's midnight. Weeks are
counted from 1, from the day on which the stream starts, whatever day of the week that is.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal

from babel.dates import format_date

from shared.zones import zone_of

WEEK = 7
WIDEST_ZONE = timedelta(days=1)
"""No zone is further from UTC."""

Stage = Literal["before", "running", "over"]


def today(zone: str, now: datetime) -> date:
    """The day that it is in a stream's zone."""
    return now.astimezone(zone_of(zone)).date()


def earliest_today(now: datetime) -> date:
    """The earliest day that it may still be somewhere: what ended before it ended everywhere."""
    return (now - WIDEST_ZONE).date()


def week_on(start_on: date, day: date) -> int:
    """The number of the week that a day lies in: 1 is the first, 0 or less is before the start."""
    return (day - start_on).days // WEEK + 1


def opens_on(start_on: date, number: int) -> date:
    """The day on which a week opens: from its midnight on it may be seen."""
    return start_on + timedelta(days=WEEK * (number - 1))


def due_on(start_on: date, number: int, due_day: int | None) -> date | None:
    """The last day of an assignment; `due_day` 1 is the day on which its week opens."""
    if due_day is None:
        return None
    return opens_on(start_on, number) + timedelta(days=due_day - 1)


def is_over(finish_on: date, day: date) -> bool:
    """Whether a stream is over: its last day is a day of it."""
    return day > finish_on


def stage_on(start_on: date, finish_on: date, day: date) -> Stage:
    """Where a stream stands on a day: before its first, after its last, or between."""
    if is_over(finish_on, day):
        return "over"
    return "before" if day < start_on else "running"


def told_day(day: date | None, locale: str) -> str | None:
    """A day as people read it: "2 Sept 2026"."""
    return None if day is None else format_date(day, "medium", locale=locale)


def days_for(locale: str) -> Callable[[date | None], str | None]:
    """`told_day` in one language, for templates."""
    return partial(told_day, locale=locale)
