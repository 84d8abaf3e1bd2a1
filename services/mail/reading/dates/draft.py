"""A moment as it was read, before it is known which clock it is told by; and what it comes to."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from services.mail.reading.dates.hours import END_OF_DAY, Clock
from services.mail.reading.dates.moment import Lead, Moment
from services.mail.reading.dates.month_days import Days
from services.mail.reading.dates.spans import Stretch
from services.mail.reading.dates.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands at the tokens `start`..`end`: days, hours, both, or a counted stretch."""

    start: int
    end: int
    lead: Lead = ""
    days: Days | None = None
    clock: Clock | None = None
    stretch: Stretch | None = None
    zone: tzinfo | None = None


def finish(
    draft: Draft, tokens: Tokens, *, now: datetime, common: tzinfo | None, days_too: bool
) -> Moment | None:
    """The moment that `draft` names to a reader whose clock says `now`; None if there is none.

    `common` is the one zone that the letter names: its hours are told by it, and `days_too` where
    it is said of all of them.
    """
    exact = draft.clock is not None
    zone = draft.zone or (common if exact or days_too else None) or now.tzinfo
    try:
        first, at = _ends(draft, now.astimezone(zone))
    except (OverflowError, ValueError):
        return None
    start, end = tokens[draft.start].start, tokens[draft.end - 1].end
    days, clock, stretch = draft.days, draft.clock, draft.stretch
    counted = stretch is not None and stretch.unit == "minute"
    return Moment(
        at=at,
        first=first,
        ends="minute" if exact or counted else "day" if days is None else days.unit,
        start=start,
        end=end,
        quote=tokens.source[start:end],
        lead=draft.lead,
        exact=exact or counted,
        dated=days is not None or stretch is not None,
        is_range_end=(days is not None and days.is_range)
        or (clock is not None and clock.last is not None),
        is_close=(days is not None and days.is_close) or (clock is not None and clock.is_close),
        is_guessed=days is not None and days.is_guessed,
    )


def _ends(draft: Draft, now: datetime) -> tuple[datetime | date, datetime]:
    if draft.stretch is not None and draft.stretch.unit == "minute":
        reached = draft.stretch.reached(now)
        return reached, reached
    if draft.days is None:
        return _hours_alone(draft.clock or Clock(END_OF_DAY), now)
    days = _before_period(draft.days, draft.lead, now.date())
    if draft.clock is None:
        return days.first, _at(days.last, days.hour or END_OF_DAY, now)
    last = _at(days.last, draft.clock.last or draft.clock.first, now)
    return _at(days.first, draft.clock.first, now), last


def _hours_alone(clock: Clock, now: datetime) -> tuple[datetime, datetime]:
    """An hour without a day is the next such hour; a day's end already past is midnight."""
    first = datetime.combine(now.date(), clock.first, now.tzinfo)
    last = datetime.combine(now.date(), clock.last or clock.first, now.tzinfo)
    if clock.is_close and last < now:
        last = first = datetime.combine(now.date(), END_OF_DAY, now.tzinfo)
    elif last < now:
        first, last = first + timedelta(days=1), last + timedelta(days=1)
    return first, last


def _at(day: date, hour: time, now: datetime) -> datetime:
    moment = datetime.combine(day, hour, now.tzinfo)
    if hour == time(18) and day == now.date() and moment < now:
        return datetime.combine(day, END_OF_DAY, now.tzinfo)
    return moment


def _before_period(days: Days, lead: Lead, today: date) -> Days:
    """ "До июня" and "by next week" end on the day before June or that week begins."""
    if days.unit not in ("week", "month") or days.is_close or lead not in ("till", "by"):
        return days
    eve = days.first - timedelta(days=1)
    return replace(days, first=eve, last=eve, hour=None) if eve >= today else days
