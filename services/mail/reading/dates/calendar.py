"""The calendar's rules: which day a weekday, a day of the month or a count of days means."""

from calendar import monthrange
from datetime import date, timedelta

MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6
WEEK = timedelta(days=7)
DECEMBER = 12
LAST_YEAR = 9990
"""Days are not counted past this year: the calendar itself ends soon after."""


def coming_weekday(day: date, weekday: int) -> date:
    """The first such weekday after `day`: 1 to 7 days ahead."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def this_weekday(day: date, weekday: int) -> date:
    """The first such weekday from `day` on, itself included: 0 to 6 days ahead."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def next_weekday(day: date, weekday: int) -> date:
    """That weekday of the week after `day`'s own, weeks beginning on Monday."""
    return start_of_week(day) + WEEK + timedelta(days=weekday)


def start_of_week(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def end_of_week(day: date) -> date:
    """The Sunday of the week of `day`."""
    return start_of_week(day) + timedelta(days=SUNDAY)


def end_of_month(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def end_of_quarter(day: date) -> date:
    """The last day of the quarter of `day`."""
    return end_of_month(date(day.year, (day.month - 1) // 3 * 3 + 3, 1))


def add_working_days(day: date, count: int) -> date:
    """The working day reached when `count` of them, Monday to Friday, are counted after `day`."""
    weeks, rest = divmod(count, 5)
    if day.weekday() > FRIDAY:
        day -= timedelta(days=day.weekday() - FRIDAY)
    day += weeks * WEEK
    while rest:
        day += timedelta(days=1)
        rest -= day.weekday() <= FRIDAY
    return day


def add_months(day: date, count: int) -> date:
    """The same day `count` months on, or that month's last where it has no such day."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def next_day_and_month(today: date, month: int, day: int) -> date | None:
    """The next such day, `today` included; 29 February may be years away, 31 June never comes."""
    for year in range(today.year, today.year + 9):
        found = day_of(year, month, day)
        if found is not None and found >= today:
            return found
    return None


def last_day_and_month(until: date, month: int, day: int) -> date | None:
    """The latest such day that is not after `until`."""
    for year in range(until.year, until.year - 9, -1):
        found = day_of(year, month, day)
        if found is not None and found <= until:
            return found
    return None


def next_day_of_month(today: date, day: int) -> date | None:
    """The next day of that number, `today` included, in the first month that has it."""
    first = today.replace(day=1)
    for ahead in range(3):
        month = add_months(first, ahead)
        found = day_of(month.year, month.month, day)
        if found is not None and found >= today:
            return found
    return None


def next_end_of_month(today: date, month: int) -> date:
    """The last day of the next such month, the running one included."""
    year = today.year if month >= today.month else today.year + 1
    return end_of_month(date(year, month, 1))
