"""Which week it is in a stream, when weeks open, when assignments are due."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.school.weeks.calendar import due_on, is_over, opens_on, today, week_on

START = date(2026, 9, 2)
"""A Wednesday: weeks are counted from the start, not from Mondays."""

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 9, 1), 0),
        (date(2026, 8, 26), 0),
        (date(2026, 8, 25), -1),
        (date(2026, 9, 2), 1),
        (date(2026, 9, 8), 1),
        (date(2026, 9, 9), 2),
        (date(2026, 11, 4), 10),
    ],
)
def test_weeks_are_counted_from_the_day_of_the_start(day: date, week: int) -> None:
    assert week_on(START, day) == week


@given(start=days, number=st.integers(1, 200))
def test_a_week_opens_on_its_first_day_and_not_a_day_earlier(start: date, number: int) -> None:
    opening = opens_on(start, number)
    assert week_on(start, opening) == number
    assert week_on(start, opening - timedelta(days=1)) == number - 1
    assert week_on(start, opening + timedelta(days=6)) == number


def test_an_assignment_is_due_on_a_day_counted_from_its_weeks_opening() -> None:
    assert due_on(START, 2, 1) == date(2026, 9, 9)
    assert due_on(START, 2, 7) == date(2026, 9, 15)
    assert due_on(START, 2, 14) == date(2026, 9, 22)
    assert due_on(START, 2, None) is None


def test_a_streams_last_day_is_a_day_of_it() -> None:
    assert not is_over(date(2026, 9, 30), date(2026, 9, 30))
    assert is_over(date(2026, 9, 30), date(2026, 10, 1))


def test_a_day_begins_at_midnight_in_the_streams_own_zone() -> None:
    moment = datetime(2026, 9, 1, 21, 0, tzinfo=UTC)
    assert today("Europe/Moscow", moment) == date(2026, 9, 2)
    assert today("Europe/Moscow", moment - timedelta(seconds=1)) == date(2026, 9, 1)
    assert today("Asia/Vladivostok", moment) == date(2026, 9, 2)
    assert today("America/New_York", moment) == date(2026, 9, 1)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "Europe/\0"])
def test_a_zone_that_nobody_knows_is_the_houses_own(name: str) -> None:
    moment = datetime(2026, 9, 1, 21, 30, tzinfo=UTC)
    assert today(name, moment) == date(2026, 9, 2)


def test_a_day_of_changed_clocks_is_one_day() -> None:
    # In Berlin the clocks go back on 25 October 2026: the day has 25 hours.
    start = date(2026, 10, 25)
    assert week_on(start, today("Europe/Berlin", datetime(2026, 10, 24, 22, 0, tzinfo=UTC))) == 1
    assert week_on(start, today("Europe/Berlin", datetime(2026, 10, 31, 22, 59, tzinfo=UTC))) == 1
    assert week_on(start, today("Europe/Berlin", datetime(2026, 10, 31, 23, 0, tzinfo=UTC))) == 2
