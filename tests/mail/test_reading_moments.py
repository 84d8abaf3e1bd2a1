"""The grammar of moments: every spelling is found again, spans hold, nothing is slow or raises."""

import time
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail.reading.dates import english, russian
from services.mail.reading.dates.find import find_moments
from services.mail.reading.dates.moment import Moment
from services.mail.reading.dates.numeric import writes_month_first
from services.mail.reading.deadlines import find_in_text
from tests.mail.sentence_lists import WRITTEN_AT, ZONE

TODAY = WRITTEN_AT.date()
ENDLESS = [
    "до ", "5 ", "1.", "10:00-", "a'", "(", "«", "\n", "5-го ", "один ", "twenty-", "12/12/",
    "+03:", "in the ", "May ", "не позднее ", "в течение ", "понедельник, ", "до 5 мая 2026 г., ",
    "please send it by Friday and ", "пришлите до пятницы и ", "if not by ", "9",
]  # fmt: skip
LIMIT = 5.0
"""Seconds of CPU for fifty thousand characters (twenty are read), on a machine shared by many."""

days = st.dates(TODAY + timedelta(days=1), TODAY + timedelta(days=360))
hours = st.tuples(st.integers(0, 23), st.integers(0, 59))


def moments_of(text: str) -> list[Moment]:
    return find_moments(text, written_at=WRITTEN_AT, zone=ZONE)


def forms_of(table: dict[str, int], number: int) -> list[str]:
    return [form for form, value in table.items() if value == number and len(form) > 2]


def russian_spellings(day: date) -> list[str]:
    names = [f"до {day.day} {month}" for month in forms_of(russian.MONTHS, day.month)]
    return [
        *names,
        f"до {day:%d.%m.%Y}",
        f"до {day:%d.%m.%y} г.",
        f"до {day:%d.%m}",
        f"до {day.day}-го {names[0].split()[-1]}",
    ]


def english_spellings(day: date) -> list[str]:
    names = [name.capitalize() for name in forms_of(english.MONTHS, day.month)]
    spelled = [f"by {day.day} {name}" for name in names]
    spelled += [f"by {name} {day.day}, {day.year}" for name in names]
    return [*spelled, f"by the {day.day}th of {names[0]}", f"by {day.isoformat()}"]


@given(day=days)
@settings(max_examples=150, deadline=None)
def test_a_day_is_found_again_in_every_spelling_and_case(day: date) -> None:
    for spelling in [*russian_spellings(day), *english_spellings(day)]:
        for written in (spelling, spelling.upper()):
            found = moments_of(f"{written}, спасибо")
            assert [moment.at.date() for moment in found] == [day], written


@given(day=days, hour=hours)
@settings(max_examples=150, deadline=None)
def test_a_day_with_an_hour_is_one_moment_in_either_order(day: date, hour: tuple[int, int]) -> None:
    clock = f"{hour[0]:02}:{hour[1]:02}"
    for text in (
        f"до {day:%d.%m.%Y} {clock}",
        f"до {clock} {day:%d.%m.%Y}",
        f"by {clock} on {day:%d %B %Y}",
        f"{day:%A}, {day:%d %B %Y}, {clock}",
    ):
        found = moments_of(text)
        assert len(found) == 1, text
        assert found[0].at == datetime(day.year, day.month, day.day, *hour, tzinfo=ZONE)
        assert found[0].exact


@given(text=st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_an_error_and_spans_lie_inside(text: str) -> None:
    for moment in moments_of(text):
        assert 0 <= moment.start < moment.end <= len(text)
        assert text[moment.start : moment.end] == moment.quote


words = st.sampled_from(
    [
        *russian.MONTHS, *russian.WEEKDAYS, *russian.UNITS, *russian.CARDINALS, *english.MONTHS,
        *english.WEEKDAYS, *english.UNITS, "до", "к", "by", "until", "within", "в течение", "не",
        "позднее", "конца", "end of", "next", "через", "5", "31", "18:00", "2026", "9999", "0", "-",
        "–", ",", ".", "(", ")", "МСК", "UTC+3", "pm", "half past", "last", "a", "the", "\n", "for",
    ]
)  # fmt: skip


@given(text=st.lists(words, max_size=25).map(" ".join))
@settings(max_examples=500, deadline=None)
def test_words_of_time_in_any_order_are_read_without_an_error(text: str) -> None:
    for moment in moments_of(text):
        assert text[moment.start : moment.end] == moment.quote
        assert moment.at.tzinfo is not None
    find_in_text(text, written_at=WRITTEN_AT, zone=ZONE, status="person")


@pytest.mark.parametrize("part", ENDLESS, ids=[repr(part.strip()) for part in ENDLESS])
def test_a_hostile_text_takes_time_in_proportion_to_its_length(part: str) -> None:
    text = part * (50_000 // len(part))
    started = time.process_time()
    find_in_text(text, written_at=WRITTEN_AT, zone=ZONE, status="person")
    assert time.process_time() - started < LIMIT


def test_a_date_in_digits_is_day_first_unless_the_letter_says_otherwise() -> None:
    utc = WRITTEN_AT
    america = datetime.fromisoformat("2026-11-18T10:20:00-05:00")
    assert not writes_month_first("Please pay by 03/12/2026", utc, ZONE)
    assert writes_month_first("Please pay by 03/12/2026, see 12/25/2026", utc, ZONE)
    assert not writes_month_first("Please pay by 03/12/2026, see 25/12/2026", america, ZONE)
    assert writes_month_first("Please pay by 03/12/2026", america, ZONE)
    assert writes_month_first("Please pay by 03/12/2026, 5 pm EST", utc, ZONE)
    assert not writes_month_first("Оплатите до 03/12/2026", america, ZONE)


def test_a_weekday_beside_a_date_in_digits_tells_its_order() -> None:
    found = moments_of("by Friday 04/12/2026")
    assert [moment.at.date() for moment in found] == [date(2026, 12, 4)]
    found = moments_of("by Monday 04/12/2027")
    assert [moment.at.date() for moment in found] == [date(2027, 4, 12)]


def test_small_words_that_look_like_months_and_days_are_none() -> None:
    for text in ("you may go", "they march on", "the cat sat down", "in a second", "sun and moon"):
        assert moments_of(text) == [], text


def test_numbers_with_dots_and_dashes_are_not_all_dates() -> None:
    for text in ("версия 3.34", "п. 4.12", "Room 5.08", "24/7", "2.6.35", "8 (495) 123-45-67"):
        assert moments_of(text) == [], text


def test_the_years_end_and_days_that_do_not_exist_raise_nothing() -> None:
    assert moments_of("до 31 июня") == []
    assert moments_of("через 9999 лет") == []
    assert moments_of("до 29 февраля")[0].at.date() == date(2028, 2, 29)
