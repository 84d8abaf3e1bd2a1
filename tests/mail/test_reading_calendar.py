"""The calendar's rules, for every day of some years."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.mail.reading.dates import calendar

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
weekdays = st.integers(0, 6)


@given(day=days, weekday=weekdays)
def test_the_coming_weekday_is_one_to_seven_days_ahead(day: date, weekday: int) -> None:
    found = calendar.coming_weekday(day, weekday)
    assert found.weekday() == weekday
    assert 1 <= (found - day).days <= 7


@given(day=days, weekday=weekdays)
def test_this_weekday_is_none_to_six_days_ahead(day: date, weekday: int) -> None:
    found = calendar.this_weekday(day, weekday)
    assert found.weekday() == weekday
    assert 0 <= (found - day).days <= 6


@given(day=days, weekday=weekdays)
def test_next_weekday_is_the_coming_one_unless_that_is_in_the_same_week(
    day: date, weekday: int
) -> None:
    found = calendar.next_weekday(day, weekday)
    coming = calendar.coming_weekday(day, weekday)
    in_week = coming <= calendar.end_of_week(day)
    assert found == (coming + calendar.WEEK if in_week else coming)


@given(day=days, count=st.integers(1, 60))
def test_working_days_are_never_of_a_weekend_and_are_counted_one_by_one(
    day: date, count: int
) -> None:
    found = calendar.add_working_days(day, count)
    passed = [day + timedelta(days=ahead) for ahead in range(1, (found - day).days + 1)]
    assert found.weekday() < calendar.SATURDAY
    assert sum(one.weekday() < calendar.SATURDAY for one in passed) == count


@given(day=days, count=st.integers(0, 48))
def test_months_keep_the_day_or_end_with_the_month(day: date, count: int) -> None:
    found = calendar.add_months(day, count)
    assert found.day == min(day.day, calendar.end_of_month(found).day)
    assert (found.year - day.year) * 12 + found.month - day.month == count


@given(day=days, month=st.integers(1, 12), number=st.integers(1, 28))
def test_a_day_without_a_year_is_the_next_such_day(day: date, month: int, number: int) -> None:
    found = calendar.next_day_and_month(day, month, number)
    assert found is not None
    assert (found.month, found.day) == (month, number)
    assert 0 <= (found - day).days <= 366


@given(day=days, number=st.integers(1, 31))
def test_a_day_of_the_month_comes_within_two_months(day: date, number: int) -> None:
    found = calendar.next_day_of_month(day, number)
    assert found is not None
    assert found.day == number
    assert 0 <= (found - day).days <= 62


@given(day=days)
def test_ends_of_periods_lie_ahead_and_close_them(day: date) -> None:
    assert calendar.end_of_week(day).weekday() == calendar.SUNDAY
    assert (calendar.end_of_month(day) + timedelta(days=1)).day == 1
    after = calendar.end_of_quarter(day) + timedelta(days=1)
    assert (after.day, after.month % 3) == (1, 1)
    for end in (
        calendar.end_of_week(day),
        calendar.end_of_month(day),
        calendar.end_of_quarter(day),
    ):
        assert end >= day
