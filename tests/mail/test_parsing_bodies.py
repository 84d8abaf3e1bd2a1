"""Parts, encodings, charsets and HTML to one text."""

import base64

import pytest

from services.mail.parsing.parse import parse
from tests.mail.writing import parse_html, write

RUSSIAN = "Сдайте работу до пятницы, пожалуйста."


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r", "iso-8859-5", "utf-16"])
@pytest.mark.parametrize("encoding", ["8bit", "base64"])
def test_a_declared_charset_is_read(charset: str, encoding: str) -> None:
    data = RUSSIAN.encode(charset)
    body = base64.encodebytes(data) if encoding == "base64" else data
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    assert parse(head.encode() + body).own_text == RUSSIAN


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r", "cp866"])
@pytest.mark.parametrize("declared", ["", "us-ascii", "x-bogus", "utf-8", "rot13"])
def test_a_wrong_charset_is_seen_through(charset: str, declared: str) -> None:
    head = f"Content-Type: text/plain; charset={declared}\n\n".encode()
    assert parse(head + RUSSIAN.encode(charset)).own_text == RUSSIAN


def test_western_letters_stay_western() -> None:
    head = b"Content-Type: text/plain; charset=iso-8859-1\n\n"
    assert parse(head + "café “à”".encode("cp1252")).own_text == "café “à”"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param("quoted-printable", b"Hello=2C=\nworld", id="quoted-printable"),
        pytest.param("BASE64 ", b"SGVsbG8sd29ybG", id="base64 cut short"),
        pytest.param("base64", b"SGV*sbG8s\n d29y-bGQ=", id="base64 with dirt"),
        pytest.param("x-uuencode", b"begin 644 a\n+2&5L;&\\L=V]R;&0\n`\nend", id="uuencode"),
        pytest.param("unheard-of", b"Hello,world", id="unknown"),
    ],
)
def test_a_transfer_encoding_is_undone(encoding: str, body: bytes) -> None:
    raw = f"Subject: x\nContent-Transfer-Encoding: {encoding}\n\n".encode() + body
    assert parse(raw).own_text.startswith("Hello,worl")


def parts(kind: str, *some: str) -> bytes:
    body = "".join(f"--b\n{part}\n" for part in some) + "--b--\n"
    return write(f"Content-Type: multipart/{kind}; boundary=b", body=body)


PLAIN = "Content-Type: text/plain\n\n" + "The plain words of this letter. " * 8
HTML = "Content-Type: text/html\n\n<p>" + "The marked words of this letter. " * 8


def test_of_alternatives_the_plain_one_is_read() -> None:
    letter = parse(parts("alternative", PLAIN, HTML))
    assert "plain" in letter.own_text
    assert "marked" not in letter.own_text
    assert letter.has_html


def test_a_plain_text_that_says_nothing_gives_way_to_html() -> None:
    stub = "Content-Type: text/plain\n\nYour program shows no HTML."
    assert parse(parts("alternative", stub, HTML)).own_text.startswith("The marked words")


def test_parts_that_follow_one_another_are_one_text() -> None:
    letter = parse(parts("mixed", PLAIN, "Content-Type: text/plain\n\nAnd more."))
    assert letter.own_text.endswith("And more.")


def test_attached_files_are_named_and_not_read() -> None:
    file = 'Content-Type: text/plain\nContent-Disposition: attachment; filename="../a.txt"\n\nNo.'
    letter = parse(parts("mixed", PLAIN, file))
    assert letter.attachments == ("a.txt",)
    assert "No." not in letter.whole_text


def test_a_boundary_that_is_not_said_is_guessed() -> None:
    raw = parts("mixed", PLAIN).replace(b"; boundary=b", b"")
    assert parse(raw).own_text.startswith("The plain words")


def test_a_last_boundary_may_be_missing() -> None:
    assert parse(parts("mixed", PLAIN).replace(b"--b--", b"")).own_text.startswith("The plain")


def test_what_is_too_deep_is_said_so() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(40)
    )
    letter = parse(b"Subject: x\n" + nested + b"\nHello")
    assert letter.error == "its parts lie too deep: the outer ones were read"
    assert letter.subject == "x"


def test_sealed_letters_say_so() -> None:
    letter = parse(write("Content-Type: application/pkcs7-mime", body="AAAA"))
    assert letter.error == "its text is encrypted or sealed in a signature"


def test_flowed_lines_are_joined() -> None:
    raw = write("Content-Type: text/plain; format=flowed", body="one \ntwo\nthree")
    assert parse(raw).own_text == "one two\nthree"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param("<p>a&nbsp;<b>b</b>c</p><p>d", "a bc\n\nd", id="paragraphs"),
        pytest.param("a<br>b<br/>c", "a\nb\nc", id="breaks"),
        pytest.param("<ul><li>a<li>b</ul>", "• a\n• b", id="list"),
        pytest.param("<table><tr><td>a</td><td>b</td></tr><tr><td>c", "a  b\nc", id="table"),
        pytest.param("a<script>x<b></script>b<style>y</style>c", "abc", id="script and style"),
        pytest.param('<div style="display: none">x</div>a', "a", id="hidden"),
        pytest.param('<div style="display:none">a letter', "a letter", id="hidden without end"),
        pytest.param("a <!-- x > y --> b", "a b", id="comment"),
        pytest.param('<img src="https://example.org/?a>b">a', "a", id="a bracket in quotes"),
        pytest.param("1 < 2 &amp; 3 &gt; 2", "1 < 2 & 3 > 2", id="a bracket that is none"),
        pytest.param("<pre>a\n  b</pre>", "a\nb", id="lines as they stand"),
        pytest.param("a<a href='javascript:x()'>b</a>", "ab", id="link"),
        pytest.param("<head><title>x</title></head><body>a", "a", id="head"),
    ],
)
def test_html_becomes_lines(html: str, text: str) -> None:
    assert parse_html(html).whole_text == text


def test_a_quotation_in_html_is_not_own_text() -> None:
    letter = parse_html("<p>Yes.</p><blockquote><p>Can you come on Friday?</p></blockquote>")
    assert letter.own_text == "Yes."
    assert letter.whole_text == "Yes.\n\n> Can you come on Friday?"
