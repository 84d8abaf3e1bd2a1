"""Addresses, messages, and what a school says of its mail server."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest

from services.auth.letters.address import check_email
from services.auth.letters.client import MailServer
from services.auth.letters.message import compose
from services.auth.letters.texts import Letter
from shared.errors import Unprocessable
from shared.settings import WrongSetting
from tests.auth.desk import settings_for
from tests.auth.mailbox import EMAIL

FROM = "parta@example.org"


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example.org",
        "smtp://",
        "smtp://mail.example.org:x",
        "smtp://mail.example.org:99999",
        "smtp://user@mail.example.org",
        "smtp://mail.example.org/path",
        "smtp://mail.example.org?x=secret",
        "mail.example.org",
    ],
)
def test_an_address_of_a_mail_server_that_is_none_stops_the_start(url: str) -> None:
    with pytest.raises(WrongSetting, match=r"^SMTP_URL: must be") as raised:
        read_settings(smtp_url=url)
    assert "secret" not in str(raised.value)


def test_who_sends_letters_is_needed_where_they_are_sent() -> None:
    with pytest.raises(WrongSetting, match=r"^MAIL_FROM: is not set, though SMTP_URL is"):
        read_settings(smtp_url="smtp://mail.example.org")
    for sender in ("x", "a@b.example\r\nBcc: x@example.org", "Parta <a@b.example>"):
        with pytest.raises(WrongSetting, match=r"^MAIL_FROM: must be"):
            read_settings(smtp_url="smtp://mail.example.org", mail_from=sender)


def read_settings(**values: Any) -> Any:
    known = settings_for("postgresql://localhost/x").model_dump(exclude={"smtp_url", "mail_from"})
    return type(settings_for("postgresql://localhost/x")).read(**{**known, **values})


def test_user_and_password_may_have_any_characters() -> None:
    server = MailServer.parse("smtps://us%40er:p%2Fw%3A@mail.example.org")
    assert (server.user, server.password, server.port) == ("us@er", "p/w:", 465)
    assert "p/w" not in repr(server)


@pytest.mark.parametrize(
    "email",
    [
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\nb",
        "a@example.org, b@example.org",
        "<a@example.org>",
        "Ann <a@example.org>",
        '"a b"@example.org',
        "a@[127.0.0.1]",
        "a@example..org",
        "a@-example.org",
        "аня@example.org",
        "a\x00@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 250 + ".org",
        "a@b",
        "",
    ],
)
def test_nothing_that_could_end_a_header_or_a_command_is_an_address(email: str) -> None:
    with pytest.raises(Unprocessable):
        check_email(email)


@pytest.mark.parametrize(
    "email",
    ["a@example.org", "a.b+c_d'e@sub.example.org", "A@EXAMPLE.ORG", "a@xn--e1afmkfd.xn--p1ai"],
)
def test_what_browsers_take_for_an_address_is_one(email: str) -> None:
    assert check_email(f" {email} ") == email


def test_a_message_has_each_header_once_and_a_body_that_any_server_carries() -> None:
    at = datetime(2026, 9, 1, 12, tzinfo=UTC)
    content = compose(
        Letter("Парта: новый пароль", "Строка\n\nhttps://parta.example/login/reset/x\n.\n"),
        letter_id=7,
        sender=FROM,
        recipient=EMAIL,
        recorded_at=at,
    )
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 78
    read = message_from_bytes(content, policy=policy.default)
    assert read["Subject"] == "Парта: новый пароль"
    assert str(read["From"]) == f"Parta <{FROM}>"
    assert str(read["Message-ID"]) == "<7.1788264000.000000@example.org>"
    assert "https://parta.example/login/reset/x\r\n" in read.get_content()
    for name in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"):
        assert len(read.get_all(name, [])) == 1, name


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient": "a@example.org\r\nBcc: b@example.org"},
        {"sender": "a@example.org\nX: y"},
    ],
)
def test_a_header_cannot_be_ended_from_within(wrong: dict[str, str]) -> None:
    told = {"sender": FROM, "recipient": EMAIL, **wrong}
    with pytest.raises(ValueError, match=r"CR|invalid|linefeed|Invalid"):
        compose(Letter("s", "t"), letter_id=1, recorded_at=datetime.now(UTC), **told)
    with pytest.raises(ValueError, match="linefeed"):
        compose(
            Letter("s\r\nBcc: b@example.org", "t"),
            letter_id=1,
            recorded_at=datetime.now(UTC),
            sender=FROM,
            recipient=EMAIL,
        )
