"""What headers say, well written or not."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.mail.parsing import limits
from services.mail.parsing.addresses import read_addresses
from services.mail.parsing.headers import decode_words, read_date, read_parameters
from services.mail.parsing.letter import Letter, Sender
from services.mail.parsing.parse import parse

MOSCOW = timezone(timedelta(hours=3))


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        pytest.param("anna@example.org", "", "anna@example.org", id="address alone"),
        pytest.param("Anna <anna@example.org>", "Anna", "anna@example.org", id="name"),
        pytest.param('"Anna, dean" <a@example.org>', "Anna, dean", "a@example.org", id="quoted"),
        pytest.param(r'"Anna \"A\"" <a@example.org>', 'Anna "A"', "a@example.org", id="escaped"),
        pytest.param("a@example.org (Anna)", "Anna", "a@example.org", id="comment"),
        pytest.param("Anna (x (y)) <a@example.org>", "Anna", "a@example.org", id="comments"),
        pytest.param("=?koi8-r?B?4c7OwQ==?= <a@example.org>", "Анна", "a@example.org", id="word"),
        pytest.param('"=?utf-8?Q?=C3=84?=" <a@example.org>', "Ä", "a@example.org", id="in quotes"),
        pytest.param("=?utf-8?Q?Anna_<a=40example.org>?=", "Anna", "a@example.org", id="whole"),
        pytest.param("bank@example.com <x@example.org>", "bank@example.com", "x@example.org",
                     id="an address for a name"),
        pytest.param("people: a@example.org, b@example.org;", "", "a@example.org", id="group"),
        pytest.param("<@relay.example:a@example.org>", "", "a@example.org", id="route"),
        pytest.param("Anna", "Anna", "", id="no address"),
        pytest.param("Anna\x00\u202e <a@example.org>", "Anna", "a@example.org", id="unseen"),
    ],
)  # fmt: skip
def test_the_sender_is_found(value: str, name: str, address: str) -> None:
    assert read_addresses(value)[0] == Sender(name, address)


def test_a_hundred_addresses_are_read_and_no_more() -> None:
    many = ", ".join(f"p{number}@example.org" for number in range(400))
    assert len(read_addresses(many)) == limits.ADDRESSES


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("=?utf-8?B?0JQ=?= =?utf-8?B?0LA=?=", "Да", id="two words are joined"),
        pytest.param("=?utf-8?B?0A==?= =?utf-8?B?lNCw?=", "Да", id="a character is cut in two"),
        pytest.param("a =?utf-8?Q?b_c?= d", "a b c d", id="among plain words"),
        pytest.param("=?utf-8?Q?a?==?koi8-r?B?4Q==?=", "aА", id="two charsets, no blank"),
        pytest.param("=?x-bogus?B?0JTQsA==?=", "Да", id="unknown charset"),
        pytest.param("=?utf-8?B?0JTQs?=", "Д", id="broken base64"),
        pytest.param("=?utf-8*ru?Q?a?=", "a", id="with a language"),
        pytest.param("=?utf-8?Q?a", "=?utf-8?Q?a", id="never closed"),
    ],
)
def test_encoded_words_become_text(value: str, text: str) -> None:
    assert decode_words(value).replace("\ufffd", "") == text


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        pytest.param("Mon, 2 Mar 2026 10:00:00 +0300", datetime(2026, 3, 2, 10, tzinfo=MOSCOW),
                     id="as it should be"),
        pytest.param("2 Mar 26 10:00 GMT (comment)", datetime(2026, 3, 2, 10, tzinfo=UTC),
                     id="short"),
        pytest.param("Mon, 2 Mar 2026 10:00:00 -0000", datetime(2026, 3, 2, 10, tzinfo=UTC),
                     id="zone unknown"),
        pytest.param("2026-03-02T10:00:00+03:00", datetime(2026, 3, 2, 10, tzinfo=MOSCOW),
                     id="ISO 8601"),
        pytest.param("Mon, 2 Mar 2026 10:00:00 +9999999999", None, id="zone of no world"),
        pytest.param("Fri, 31 Feb 2026 25:61:00 +0000", None, id="no such day"),
        pytest.param("yesterday", None, id="words"),
        pytest.param("31 Dec 9999 23:59:59 -1200", None, id="behind the last day"),
    ],
)  # fmt: skip
def test_a_date_is_aware_or_none(value: str, moment: datetime | None) -> None:
    assert read_date(value) == moment


@pytest.mark.parametrize(
    ("value", "name"),
    [
        pytest.param('attachment; filename="a b.pdf"', "a b.pdf", id="quoted"),
        pytest.param("attachment; filename*=utf-8''%D0%B0.pdf", "а.pdf", id="percent"),
        pytest.param("attachment; filename*0*=utf-8''%D0%B0; filename*1=b.pdf", "аb.pdf",
                     id="pieces"),
        pytest.param(r'attachment; filename="a\"b.pdf"', 'a"b.pdf', id="escaped"),
        pytest.param("attachment; filename=a.pdf; filename=b.pdf", "a.pdf", id="twice"),
        pytest.param('attachment; filename="a.pdf', "a.pdf", id="never closed"),
    ],
)  # fmt: skip
def test_a_file_name_is_found(value: str, name: str) -> None:
    assert read_parameters(value)[1]["filename"] == name


def test_headers_are_one_line_each() -> None:
    letter = parse(b"Subject: =?utf-8?Q?a=0D=0ABcc:_b?=\r\n c\r\n\r\n")
    assert letter.subject == "a Bcc: b c"


def test_raw_cyrillic_is_read_in_the_charset_that_it_is_in() -> None:
    for charset in ("utf-8", "cp1251", "koi8-r"):
        letter = parse(b"Subject: " + "Расписание занятий на неделю".encode(charset) + b"\n\n")
        assert letter.subject == "Расписание занятий на неделю"


def test_what_a_sender_is_judged_by_is_found() -> None:
    letter = parse(
        b"From: List <list@example.org>\nReply-To: <b@example.org>\nMessage-ID: <1@example.org>\n"
        b"List-Id: News <news.example.org>\nList-Unsubscribe: <https://example.org/x>\n"
        b"Precedence: Bulk\nAuto-Submitted: auto-generated\nReturn-Path: <r@example.org>\n"
        b"X-Mailer: Sender 2\nTo: a@example.org, b@example.org\nIn-Reply-To: <0@example.org>\n\n"
    )
    assert letter.reply_to == "b@example.org"
    assert letter.to == ("a@example.org", "b@example.org")
    assert (letter.message_id, letter.in_reply_to) == ("1@example.org", "0@example.org")
    assert (letter.list_id, letter.list_unsubscribe) == ("news.example.org", True)
    assert (letter.precedence, letter.auto_submitted) == ("bulk", "auto-generated")
    assert (letter.return_path, letter.mailer) == ("r@example.org", "Sender 2")
    assert letter.is_reply


@pytest.mark.parametrize("raw", [b"", b"\n", b"\r\n\r\n", b"\0" * 9, b":", b"\xff\xfe", b"From"])
def test_bytes_that_are_no_letter_are_an_empty_one(raw: bytes) -> None:
    assert parse(raw).subject == ""


def test_a_text_without_headers_is_a_body() -> None:
    assert parse(b"Hello, Anna\nSee: you\n") == Letter(
        own_text="Hello, Anna\nSee: you", whole_text="Hello, Anna\nSee: you"
    )


def test_a_line_that_is_no_header_does_not_hide_those_behind_it() -> None:
    assert parse(b"From: a@example.org\nbroken line\nSubject: x\n\nHello").subject == "x"
    assert parse(b"Subject: x\nNo blank line before.\nHello").own_text.startswith("No blank")


def test_too_many_headers_are_said_so_and_the_body_is_read() -> None:
    letter = parse(b"Subject: x\n" + b"X-A: b\n" * 600 + b"\nHello")
    assert (letter.subject, letter.own_text) == ("x", "Hello")
    assert letter.error == "it has too many headers: the first were read"
