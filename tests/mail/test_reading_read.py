"""The whole reading: proofs, letters without anything, and texts made to hurt."""

import time

import pytest

from services.mail.parsing.letter import Letter
from services.mail.reading.read import read
from tests.mail.made_letters import ZONE, make_letter, read_letter

UNITS = [
    ".",
    "?",
    " ",
    "\n",
    "\n ",
    "а",
    "А",
    "Аб ",
    "Ab ",
    "срочно ",
    "не срочно ",
    "please send me ",
    "could you ",
    "ул. Мира, 5, ",
    "Room 5, ",
    "в зале школы ",
    "1",
    "1, ",
    ", ",
    "«",
    "«а ",
    "(",
    "— ",
    "in The ",
    "в большой ",
    "если ты ",
    "Аб, Аб — ",
    "if you can ",
    "\t",
    "\xa0",
    "From:\n",
    "адрес: ",
    "https://a ",
    "а-",
    "A'",
    "Ab of the ",
]
LONG = 200_000
SECONDS = 2.0


def test_every_field_that_says_something_has_its_proof() -> None:
    reading = read_letter(
        "Анна, пришлите, пожалуйста, смету до завтра, 12:00. Собираемся в пятницу в 15:00, "
        "кабинет 204. Срочно!"
    )

    assert set(reading.proof) >= {
        "sender",
        "category",
        "deadline",
        "places",
        "urgent",
        "awaits_answer",
    }
    assert reading.proof["deadline"].quote


def test_an_empty_letter_is_read_too() -> None:
    reading = read(Letter(), zone=ZONE, received_at=None, names=None)

    assert (reading.status, reading.deadline, reading.places) == ("person", None, ())


def test_a_letter_without_any_date_says_nothing_of_time() -> None:
    reading = read_letter("Пришлите отчёт до пятницы.", written_at=None)

    assert reading.deadline is None
    assert reading.event_at is None


@pytest.mark.parametrize("unit", UNITS, ids=range(len(UNITS)))
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_text_made_to_hurt_takes_no_longer_than_its_length(unit: str, language: str) -> None:
    text = unit * (LONG // len(unit))
    letter = make_letter(text, subject=text[:500], language=language)
    read(make_letter("warm"), zone=ZONE, received_at=None, names=None)

    started_at = time.process_time()
    read(letter, zone=ZONE, received_at=None, names=None)

    assert time.process_time() - started_at < SECONDS
