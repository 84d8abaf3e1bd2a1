"""Quoted history, forwarded headers, signatures and footers are set aside; own words are not."""

import pytest

from tests.mail.writing import parse, parse_text, write

OWN = "Please send the plan by Friday."


@pytest.mark.parametrize(
    "history",
    [
        pytest.param("On Mon, 2 Mar 2026 at 10:00, Anna <a@example.org> wrote:\n> x", id="Gmail"),
        pytest.param("On Mon, 2 Mar 2026 at 10:00, Anna\n<a@example.org> wrote:\n\n> x", id="cut"),
        pytest.param("On 3/2/2026 10:00 AM, Anna wrote:\nx\ny", id="not marked"),
        pytest.param("пн, 2 мар. 2026 г. в 10:00, Анна <a@example.org>:\n\n> x", id="Gmail, ru"),
        pytest.param("02.03.2026, 10:00, \"Анна\" <a@example.org>:\n\nx", id="Yandex"),
        pytest.param("Понедельник, 2 марта 2026, 10:00 +03:00 от Анна <a@example.org>:\n\n> x",
                     id="Mail.ru"),
        pytest.param("2 марта 2026 г. 10:00 пользователь Анна <a@b.ru> написал:\n> x", id="wrote"),
        pytest.param("-----Original Message-----\nFrom: Anna\nSent: Monday\n\nx", id="Outlook"),
        pytest.param("From: Anna\nSent: Monday, March 2\nTo: B\nSubject: Plan\n\nx", id="headers"),
        pytest.param("________________________________\nОт: Анна\nОтправлено: 2 марта\n"
                     "Кому: Б\nТема: План\n\nx", id="headers, ru"),
        pytest.param("> x\n> y", id="marks alone"),
        pytest.param("*From:* Anna\n*Sent:* Monday\n*To:* B\n\nx", id="headers in bold"),
    ],
)  # fmt: skip
def test_history_is_set_aside(history: str) -> None:
    letter = parse_text(f"{OWN}\n\n{history}\n", subject="Re: Plan")
    assert letter.own_text == OWN
    assert letter.is_reply
    assert "x" in letter.whole_text


def test_words_between_quotations_are_own() -> None:
    text = "On 2.3.2026 10:00, Anna wrote:\n> When?\nOn Friday.\n> Where?\nIn room 5."
    assert parse_text(text).own_text == "On Friday.\nIn room 5."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The dean wrote: come at 10:00 on 2.3.2026.", id="wrote within a sentence"),
        pytest.param("От вас нужно:\n1. план\n2. смета до 5 мая", id="a list"),
        pytest.param("From: Kazan\nTo: Moscow\nCome by 5 May.", id="a journey"),
        pytest.param("The forwarded message was late.", id="forwarded in a sentence"),
        pytest.param("When: 5 May, 10:00\nWhere: room 5", id="when and where"),
        pytest.param("Тема: План\nДата: 5 мая", id="subject and date"),
        pytest.param("Спасибо!\nЖдём вас 5 мая в 10:00.", id="thanks first"),
        pytest.param("Привет!\n\nСпасибо!\n\nЖдём вас 5 мая в десять утра.\nАнна", id="thanks"),
        pytest.param("Confidential talks begin on 5 May.", id="confidential"),
    ],
)  # fmt: skip
def test_what_only_looks_like_history_stays(text: str) -> None:
    assert parse_text(text).own_text == text


@pytest.mark.parametrize(
    "closing",
    [
        pytest.param("-- \nAnna\nLenin street, 5", id="two hyphens"),
        pytest.param("Best regards,\nAnna\nThe Office, Lenin street, 5\n+7 900 000-00-00", id="en"),
        pytest.param("С уважением,\nАнна\nдоцент, каб. 5", id="ru"),
        pytest.param("С уважением, Анна", id="on one line"),
        pytest.param("Thanks!\nAnna", id="thanks"),
        pytest.param("Sent from my iPhone", id="device"),
        pytest.param("Отправлено из мобильной Яндекс Почты", id="device, ru"),
        pytest.param("Anna\nsales manager\n+7 900 000-00-00", id="contacts"),
        pytest.param("CONFIDENTIALITY NOTICE: this is intended only for the recipient. If you are\n"
                     "not the intended recipient, delete it within 2 days.", id="lawyers"),
        pytest.param("Данное сообщение конфиденциально. Ответьте в течение 2 дней.",
                     id="lawyers, ru"),
        pytest.param("You are receiving this because you signed up.\nUnsubscribe", id="subscribed"),
        pytest.param("Отписаться от рассылки: https://example.org", id="subscribed, ru"),
    ],
)  # fmt: skip
def test_closings_are_set_aside(closing: str) -> None:
    assert parse_text(f"{OWN}\n\n{closing}").own_text == OWN


def test_a_postscript_is_own() -> None:
    text = f"{OWN}\n\nBest regards,\nAnna\n\nP.S. The room is 5."
    assert parse_text(text).own_text == f"{OWN}\n\nP.S. The room is 5."


def test_what_follows_an_automatic_note_is_own() -> None:
    text = "Письмо создано автоматически. Оплатите счёт до 5 мая."
    assert parse_text(text).own_text == "Оплатите счёт до 5 мая."


INNER = "Come by Friday.\n\nBest regards,\nBoris"


@pytest.mark.parametrize(
    "forwarded",
    [
        pytest.param("---------- Forwarded message ---------\nFrom: B <b@example.org>\n"
                     "Date: Mon, 2 Mar\nSubject: x\nTo: a@example.org\n\n" + INNER, id="Gmail"),
        pytest.param("-------- Пересылаемое сообщение --------\n02.03.2026, 10:00, \"Б\" "
                     "<b@example.org>:\n\n" + INNER
                     + "\n-------- Конец пересылаемого сообщения --------",
                     id="Yandex"),
        pytest.param("Begin forwarded message:\n\n> From: B <b@example.org>\n> Subject: x\n> \n"
                     "> Come by Friday.", id="Apple"),
        pytest.param("From: B\nSent: Monday\nTo: A\nSubject: x\n\n" + INNER, id="Outlook"),
        pytest.param("Best regards,\nAnna\n\n-----Original Message-----\nFrom: B\nSent: Monday\n\n"
                     + INNER, id="a signature alone"),
    ],
)  # fmt: skip
def test_a_letter_handed_on_without_a_word_is_read_itself(forwarded: str) -> None:
    letter = parse_text(forwarded, subject="Fwd: x")
    assert letter.own_text == "Come by Friday."
    assert letter.is_forward


def test_a_letter_handed_on_with_words_is_these_words() -> None:
    forwarded = "---------- Forwarded message ---------\nFrom: B\nSubject: x\n\n" + INNER
    letter = parse_text(f"{OWN}\n\n{forwarded}")
    assert letter.own_text == OWN
    assert letter.is_forward


def test_a_letter_handed_on_as_a_file_is_read_itself() -> None:
    inner = "Content-Type: message/rfc822\n\nFrom: b@example.org\nSubject: y\n\nCome by Friday."
    body = f"--b\n{inner}\n--b--\n"
    letter = parse(write("Content-Type: multipart/mixed; boundary=b", body=body))
    assert letter.own_text == "Come by Friday."
    assert letter.is_forward


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("Сдайте работу.", "ru", id="ru"),
        pytest.param("Send it, please.", "en", id="en"),
        pytest.param("Залейте в GitHub pull request", "ru", id="mixed"),
        pytest.param("See https://example.org/Привет and reply, please", "en", id="links"),
        pytest.param("", "en", id="nothing"),
    ],
)
def test_the_language_is_that_of_the_own_words(text: str, language: str) -> None:
    assert parse_text(text).language == language
