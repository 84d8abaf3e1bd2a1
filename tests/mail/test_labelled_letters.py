"""The labelled letters are what they say: letters that parse, labels that follow the definitions.

What can be told of `held/` by a test is told by its ids alone.
"""

import email
import html
import re
from collections import Counter
from datetime import timedelta
from email import policy

import pytest

from tests.mail.letters.labelled import FOLDERS, LANGUAGES, LabelledLetter, list_letters
from tests.mail.scores import Score, plain_place, score

WORDS = "study work meeting money security delivery personal notification newsletter"
CATEGORIES = frozenset(WORDS.split())
LETTERS = [letter for folder in FOLDERS for letter in list_letters(folder)]
every_letter = pytest.mark.parametrize("letter", LETTERS, ids=[one.id for one in LETTERS])


def shown_text(letter: LabelledLetter) -> str:
    """All that the letter shows, in one line, without looking at how it is sent."""
    markup = re.sub(r"<[^>]*>", " ", html.unescape(letter.source.get("html", "")))
    calendar = letter.source.get("calendar", "").replace("\\,", ",")
    return " ".join(" ".join([letter.source.get("text", ""), markup, calendar]).split())


def test_there_are_enough_letters_in_both_languages_and_halves() -> None:
    counts = Counter((letter.folder, letter.language) for letter in LETTERS)
    assert set(counts) == {(folder, language) for folder in FOLDERS for language in LANGUAGES}
    assert min(counts.values()) >= 33


def test_every_letter_has_an_id_of_its_own() -> None:
    assert not [one for one, count in Counter(one.id for one in LETTERS).items() if count > 1]


@every_letter
def test_a_letter_is_one_that_the_standard_library_reads(letter: LabelledLetter) -> None:
    message = email.message_from_bytes(letter.raw, policy=policy.default)
    assert str(message["Subject"]) == letter.source["subject"]
    assert not message.defects
    body = message.get_body(("plain", "html"))
    assert body is not None
    expected = letter.source.get("text", letter.source.get("html"))
    assert body.get_content().split() == expected.split()


@every_letter
def test_what_is_quoted_stands_in_the_letter(letter: LabelledLetter) -> None:
    shown = shown_text(letter)
    assert (letter.labels.quote is None) == (letter.labels.deadline is None)
    assert (letter.labels.quote or "") in shown
    assert not [place for place in letter.labels.places if place not in shown]


@every_letter
def test_labels_follow_the_definitions(letter: LabelledLetter) -> None:
    labels = letter.labels
    assert labels.category in CATEGORIES
    assert labels.status in {"person", "automatic", "bulk"}
    assert labels.status == "person" or not labels.awaits_answer
    assert (labels.status == "bulk") == (labels.category == "newsletter")
    if labels.deadline is not None:
        left = labels.deadline - letter.written_at
        assert timedelta(0) < left < timedelta(days=120)
        is_near = left < timedelta(hours=72) and labels.status != "bulk"
        assert is_near == (labels.urgent == "deadline")
    assert labels.urgent != "words" or labels.status == "person"
    assert labels.urgent != "alert" or labels.category == "security"


def test_a_letter_read_as_labelled_scores_full_and_an_empty_answer_misses() -> None:
    letter = next(one for one in LETTERS if one.id == "ru-birthday")
    deadline = {"at": "2026-07-22T20:59:30+00:00", "quote": "Напиши до среды"}
    right = {
        "deadline": deadline,
        "event_at": "2026-07-25T17:00:00+03:00",
        "places": ["Посёлок Малаховка, ул. Лермонтова, 8."],
        "category": "meeting",
        "sender": {"status": "person"},
        "urgent": False,
        "awaits_answer": True,
    }
    scores = score(letter.labels, right)
    assert all(one.is_clean for one in scores.values())
    assert scores["deadline's words"] == Score(1, 1, 1)
    assert scores["urgent"] == Score(0, 0, 0)

    wrong = {**right, "deadline": None, "event_at": "2026-07-25", "places": [], "urgent": True}
    scores = score(letter.labels, wrong)
    assert scores["deadline"] == Score(1, 0, 0)
    assert scores["event"] == Score(1, 1, 0)
    assert scores["places"] == Score(1, 0, 0)
    assert scores["urgent"] == Score(0, 1, 0)


def test_figures_are_worked_out_from_counts() -> None:
    total = Score(2, 2, 2) + Score(2, 1, 1) + Score(0, 2, 0)
    assert (total.precision, total.recall) == (0.6, 0.75)
    assert total.f1 == pytest.approx(2 / 3)
    assert Score().f1 == 0.0


def test_marks_and_articles_around_a_place_do_not_change_it() -> None:
    assert plain_place(" the Sports  Hall.") == plain_place("sports hall")
    assert plain_place("«Кит»,") == plain_place("Кит")
