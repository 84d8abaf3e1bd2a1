"""Words, their forms, tables of them, and sentences."""

import pytest

from services.mail.reading.lexicon import Lexicon
from services.mail.reading.sentences import lay_out
from services.mail.reading.words import find_forms, list_words


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("лекциях", "лекция"),
        ("ждем", "ждать"),
        ("счета", "счет"),
        ("replies", "reply"),
        ("confirmed", "confirm"),
        ("choosing", "choose"),
        ("sent", "send"),
    ],
)
def test_a_word_is_known_by_its_dictionary_form(word: str, lemma: str) -> None:
    assert lemma in find_forms(word).lemmas


def test_a_word_beyond_all_measure_is_only_itself() -> None:
    assert find_forms("а" * 10_000).lemmas == {"а" * 10_000}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Сдать до пятницы в пункте выдачи", ["пункт выдачи"]),
        ("Ждём ответа", ["=ждем ответ"]),
        ("Let me really know", ["let * really know"]),
        ("он ждёт", []),
    ],
)
def test_a_phrase_matches_in_every_form_unless_it_is_held_to_one(
    text: str, found: list[str]
) -> None:
    lexicon = Lexicon(({"label": {1: "пункт выдачи, =ждем ответ, let * really know"}},))

    assert len(lexicon.find(list_words(text))) == len(found)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Встреча на ул. Мира, д. 5. Приходите!", ["Встреча на ул. Мира, д. 5.", "Приходите!"]),
        ("Line one\nis wrapped. Next?", ["Line one\nis wrapped.", "Next?"]),
        ("List:\n- one\n- two", ["List:", "- one", "- two"]),
        ("Head\n\nBody", ["Head", "Body"]),
        ("Dr. Owen comes. Good.", ["Dr. Owen comes.", "Good."]),
    ],
)
def test_a_text_is_cut_into_sentences(text: str, sentences: list[str]) -> None:
    assert [sentence.text for sentence in lay_out(text).sentences] == sentences
