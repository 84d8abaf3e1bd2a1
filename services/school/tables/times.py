"""How long ago something was, in words."""

from collections.abc import Callable
from datetime import datetime, timedelta

from babel.dates import format_timedelta

LEAST = timedelta(seconds=1)
"""What happened this very moment is a minute old, not about to be."""


def ago_from(now: datetime, locale: str) -> Callable[[datetime], str]:
    """A function that tells how long before `now` a moment was: "3 hours ago"."""

    def ago(moment: datetime) -> str:
        age = max(now - moment, LEAST)
        return format_timedelta(-age, granularity="minute", add_direction=True, locale=locale)

    return ago
