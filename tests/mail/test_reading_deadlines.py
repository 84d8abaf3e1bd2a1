"""Which moment is the reader's deadline: the definitions, a sentence at a time, and the letter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.mail.parsing.letter import Letter
from services.mail.reading.deadlines import find_deadline, find_in_text
from services.mail.reading.reading import Status
from tests.mail.sentence_lists import WRITTEN_AT, ZONE, list_sentences, told


def deadline_of(text: str, status: Status = "person") -> str:
    found = find_in_text(text, written_at=WRITTEN_AT, zone=ZONE, status=status)
    return told(found.at if found else None)


@pytest.mark.parametrize(("moment", "sentence"), list_sentences("terms"))
def test_a_sentence_that_sets_a_term_is_read_to_the_minute(moment: str, sentence: str) -> None:
    assert deadline_of(sentence) == moment


@pytest.mark.parametrize("sentence", list_sentences("none", are_labelled=False))
def test_a_sentence_without_a_term_of_the_readers_has_none(sentence: str) -> None:
    assert deadline_of(sentence) == "none"


@pytest.mark.parametrize(("moment", "spelling"), list_sentences("forms"))
def test_every_spelling_of_a_term_comes_to_the_same_moment(moment: str, spelling: str) -> None:
    is_english = spelling[0].isascii()
    before, after = ("Please reply", "thank you") if is_english else ("Пришлите отчёт", "спасибо")
    assert deadline_of(f"{before} {spelling}, {after}.") == moment


def test_of_several_terms_the_earliest_counts_and_past_ones_do_not() -> None:
    text = "Тезисы до 1 декабря, полный текст до 20 ноября. Срок черновика был 10 ноября."
    assert deadline_of(text) == "2026-11-20T23:59"


def test_the_quote_stands_in_the_text_as_it_is() -> None:
    found = find_in_text(
        "Send it back\nby Friday\n20 November, 5pm.", written_at=WRITTEN_AT, zone=ZONE,
        status="person",
    )  # fmt: skip
    assert found is not None
    assert found.quote == "by Friday 20 November, 5pm"
    assert found.source == "grammar"


def test_a_deadline_is_told_on_the_readers_clock_unless_the_letter_names_another() -> None:
    samara = ZoneInfo("Europe/Samara")
    letter = Letter(own_text="Пришлите до пятницы.", written_at=WRITTEN_AT)
    found = find_deadline(letter, written_at=WRITTEN_AT, zone=samara, status="person")
    assert found is not None
    assert found.at == datetime(2026, 11, 20, 23, 59, tzinfo=samara)
    named = replace(letter, own_text="Пришлите до 12:00 пятницы (МСК).")
    found = find_deadline(named, written_at=WRITTEN_AT, zone=samara, status="person")
    assert found is not None
    assert found.at == datetime(2026, 11, 20, 13, 0, tzinfo=samara)


def test_a_zone_said_of_all_hours_is_the_zone_of_the_days_too() -> None:
    text = "Important dates (all AoE)\n  Abstracts: 1 December 2026\n  Papers: 8 December 2026"
    found = find_in_text(text, written_at=WRITTEN_AT, zone=ZONE, status="bulk")
    assert found is not None
    assert found.at.astimezone(UTC) == datetime(2026, 12, 2, 11, 59, tzinfo=UTC)


def test_a_term_in_the_subject_counts_but_not_in_a_replys() -> None:
    letter = Letter(subject="Отчёт нужен до пятницы", own_text="Подробности внутри.")
    found = find_deadline(letter, written_at=WRITTEN_AT, zone=ZONE, status="person")
    assert found is not None
    reply = replace(letter, is_reply=True)
    assert find_deadline(reply, written_at=WRITTEN_AT, zone=ZONE, status="person") is None


@pytest.mark.parametrize(
    "text",
    [
        "pavel left a comment\n\nWe need a fix by Thursday, 17:00.",
        "Павел оставил комментарий к задаче:\n\nНадо успеть до пятницы, 18:00.",
        "A member of your team wrote: “Please send it by Friday.”",
    ],
    ids=["comment", "комментарий", "wrote"],
)
def test_what_a_notification_quotes_sets_no_term(text: str) -> None:
    assert deadline_of(text, "automatic") == "none"


def test_the_label_of_a_notification_sets_its_term_beside_a_comment() -> None:
    text = "Kim commented on Export\nLooks good.\nDue: Friday 20 November, 5pm"
    assert deadline_of(text, "automatic") == "2026-11-20T17:00"


def test_an_advertisement_that_says_today_sets_no_term() -> None:
    assert deadline_of("Register today for this free webinar!", "bulk") == "none"


def test_a_table_row_is_labelled_by_the_line_before_it() -> None:
    assert deadline_of("Срок сдачи\n11.12.2026, 18:00\nСостояние\nНе сдано") == "2026-12-11T18:00"


def test_a_stretch_in_hours_is_exact_and_one_in_days_ends_with_the_day() -> None:
    hours = find_in_text(
        "Ответьте в течение 48 часов.", written_at=WRITTEN_AT, zone=ZONE, status="person"
    )
    assert hours is not None
    assert hours.at == WRITTEN_AT.replace(second=0) + timedelta(hours=48)
    assert deadline_of("Ответьте в течение двух дней.") == "2026-11-20T23:59"
