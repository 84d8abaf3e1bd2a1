"""Letters that cost those who read them naively: each is small to make and dear to take apart."""

import base64
from collections.abc import Iterator

HEAD = (
    b"From: Anna <anna@example.org>\r\nSubject: A hostile letter\r\n"
    b"Date: Mon, 2 Mar 2026 10:00:00 +0300\r\n"
)


def letters() -> Iterator[tuple[str, bytes]]:
    """Each by its name."""
    yield from _headers()
    yield from _parts()
    yield from _texts()
    yield from _markup()
    yield from _calendars()


def _headers() -> Iterator[tuple[str, bytes]]:
    yield "a message id that is an open bracket", HEAD + b"Message-ID: <a@[b\r\n\r\nHello"
    yield "1 000 nested comments", HEAD.replace(b"Anna <", b"(" * 1000 + b"a" + b")" * 1000 + b" <")
    yield "an unknown charset", HEAD + b"Content-Type: text/plain; charset=x-bogus\r\n\r\nHello"
    yield "rot13 for a charset", HEAD + b"Content-Type: text/plain; charset=rot13\r\n\r\nHello"
    yield "punycode for a charset", _text(b"a-" + b"9" * 900_000 + b"\xff", charset=b"punycode")
    many = b"".join(b"; p%d=x" % n for n in range(16_000))
    yield "16 000 parameters", HEAD + b"Content-Type: text/plain" + many + b"\r\n\r\nHello"
    yield (
        "parameters that never begin",
        HEAD + b"Content-Type: text/plain; " + b"a " * 4000 + b"\r\n\r\nx",
    )
    yield "blanks for parameters", HEAD + b"Content-Type: text/plain;" + b" " * 8000 + b"x\r\n\r\nx"
    people = b", ".join(b"p%d@example.org" % n for n in range(16_000))
    yield "16 000 addresses", HEAD + b"To: " + people + b"\r\n\r\nHello"
    yield (
        "8 000 encoded words",
        HEAD + b"X-A: b\r\nReply-To: " + b"=?utf-8?q?=C3=A4?= " * 8000 + b"\r\n\r\n",
    )
    words = b"Subject: " + b"\r\n ".join([b"=?utf-8?b?w6TDpA==?="] * 8000)
    yield (
        "a subject of 8 000 encoded words",
        b"From: anna@example.org\r\n" + words + b"\r\n\r\nHello",
    )
    yield "words that are never closed", HEAD + b"To: " + b"=?a?q?" * 1300 + b"\r\n\r\nHello"
    yield "200 000 header lines", HEAD + b"X-A: b\r\n" * 200_000 + b"\r\nHello"
    yield "one header of 5 MB", HEAD + b"X-A: " + b"b" * 5_000_000 + b"\r\n\r\nHello"
    yield (
        "one header folded 200 000 times",
        HEAD + b"To: a" + b"\r\n b" * 200_000 + b"\r\n\r\nHello",
    )
    yield "quotes in quotes", HEAD.replace(b"Anna", b'"' * 4000) + b"\r\nHello"
    yield "angle brackets", HEAD.replace(b"Anna", b"<" * 4000) + b"\r\nHello"
    yield "a date of many digits", HEAD.replace(b"2 Mar 2026", b"9" * 7000) + b"\r\nHello"


def _parts() -> Iterator[tuple[str, bytes]]:
    mixed = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    yield "50 000 empty parts", mixed + b"--b\r\n\r\n" * 50_000 + b"--b--\r\n"
    for depth in (900, 3_000):
        nested = b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(depth)
        )
        yield f"parts nested {depth} deep", HEAD + nested + b"\r\nHello"
    enclosed = b"Content-Type: message/rfc822\r\n\r\n" * 3_000
    yield "letters nested 3 000 deep", HEAD + enclosed + b"Subject: x\r\n\r\nHello"
    yield "5 MB that is nearly boundaries", mixed + b"--b\r\n\r\nHello\r\n" + b"--bx\n" * 1_000_000
    wide = b"x" * 20_000_000
    yield "20 MB under twenty boundaries", HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=c%d\r\n\r\n--c%d\r\n" % (n, n) for n in range(19)
    ) + b"\r\n" + wide  # fmt: skip
    yield (
        "an empty boundary",
        HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n' + b"--\r\n" * 99_999,
    )
    body = b"A" * 76 + b"\r\n"
    yield "a file of 24 MB", mixed + (
        b"--b\r\n\r\nHello\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
    ) + body * 310_000 + b"--b--\r\n"  # fmt: skip
    yield "100 MB", HEAD + b"\r\n" + b"word " * 20_000_000


def _text(text: bytes, kind: bytes = b"plain", charset: bytes = b"utf-8") -> bytes:
    return HEAD + b"Content-Type: text/%s; charset=%s\r\n\r\n" % (kind, charset) + text


def _texts() -> Iterator[tuple[str, bytes]]:
    yield "NUL bytes", HEAD + b"\r\n" + b"\0" * 1_000_000
    yield "one line of 10 MB", HEAD + b"\r\n" + b"word " * 2_000_000
    yield "a million lines", HEAD + b"\r\n" + b"\n" * 1_000_000
    yield "quotations of 100 000 marks", HEAD + b"\r\n" + b">" * 100_000
    yield "100 000 quotations", HEAD + b"\r\n" + b"> a\n" * 100_000
    yield "attributions", HEAD + b"\r\n" + b"On 1.1.2026 anna@example.org wrote:\n" * 3_000
    yield "attributions that are none", HEAD + b"\r\n" + b"On 1.1.2026 10:00 wrote wrote\n" * 4_000
    yield "headers in the text", HEAD + b"\r\n" + b"From: a\nSent: b\nTo: c\n\n" * 4_000
    yield (
        "forwards in forwards",
        HEAD + b"\r\n" + b"---------- Forwarded message ---------\n" * 3_000,
    )
    yield "signatures", HEAD + b"\r\n" + b"Best regards,\nAnna\n\nHello\n" * 4_000
    yield "footers", HEAD + b"\r\n" + b"confidential message may contain " * 3_000
    yield "footers a paragraph", HEAD + b"\r\n" + b"To unsubscribe. Hello.\n\n" * 4_000
    yield "dates without end", HEAD + b"\r\n" + b"by 1.2.2026 10:00 or " * 5_000
    yield "digits", HEAD + b"\r\n" + b"1" * 100_000
    yield "colons and digits", HEAD + b"\r\n" + b"12:30 " * 16_000
    yield "words that begin a deadline", HEAD + b"\r\n" + b"by the end of " * 7_000
    yield "not one sentence's end", HEAD + b"\r\n" + b"please answer " * 7_000
    yield "blanks", HEAD + b"\r\na" + b" " * 100_000 + b"b"
    yield "addresses in the text", HEAD + b"\r\n" + b"a@" * 50_000
    yield "broken base64", HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=A" * 500_000
    yield (
        "broken quoted-printable",
        HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 1_000_000,
    )
    yield (
        "broken uuencode",
        HEAD + b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin 644 a\r\n" + b"\xff\n" * 99_999,
    )
    yield "UTF-7 without end", _text(b"+A" * 400_000, charset=b"utf-7")
    yield "UTF-16 halves", _text(b"\xd8\x00" * 400_000, charset=b"utf-16-be")
    russian = "до конца недели в " * 5_000
    yield "Russian words that begin a deadline", _text(russian.encode())
    yield "Russian places", _text("Встреча в Москве на улице Мира. ".encode() * 3_000)


FORMATTING = b"".join(b"<b id=%d>" % n for n in range(3_000))
ATTRIBUTES = b" ".join(b"a%d" % n for n in range(100_000))


def _markup() -> Iterator[tuple[str, bytes]]:
    for name, html in (
        ("200 000 nested tags", b"<div>" * 200_000),
        ("200 000 open bold tags", b"<b>" * 200_000),
        ("45 000 nested tags", b"<div>" * 45_000 + b"Hello"),
        ("open formatting in many blocks", FORMATTING + b"<p>x" * 20_000),
        ("a tag of 100 000 attributes", b"<p " + ATTRIBUTES + b">x"),
        ("a million brackets", b"<" * 1_000_000),
        ("comments never closed", b"<!--" * 250_000),
        ("quotes never closed", b"<a b='" * 150_000),
        ("tags never closed", b"<a b=" * 200_000),
        ("hidden without end", b"<div style='display:none'>" * 38_000),
        ("entities", b"&amp;" * 200_000),
        ("entities that are none", b"&" * 1_000_000),
        ("10 MB on one line", b"<p>" + b"word " * 2_000_000),
        ("tables in tables", b"<table><tr><td>" * 60_000),
        ("quotations in quotations", b"<blockquote>" * 80_000 + b"Hello"),
    ):  # fmt: skip
        yield f"HTML: {name}", _text(html, kind=b"html")
    page = base64.b64encode(b"<p>word " * 100_000)
    encoded = HEAD + b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    yield "HTML: 100 000 paragraphs in base64", encoded + page


def _calendars() -> Iterator[tuple[str, bytes]]:
    start = b"BEGIN:VCALENDAR\r\n"
    zone = (
        b"BEGIN:VTIMEZONE\r\nTZID:Bad\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
        b"RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0400\r\nEND:STANDARD\r\n"
        b"END:VTIMEZONE\r\n"
    )
    event = b"BEGIN:VEVENT\r\nDTSTART;TZID=Bad:20260310T100000\r\nSUMMARY:x\r\nEND:VEVENT\r\n"
    for name, text in (
        ("a zone that changes each second", start + zone + event + b"END:VCALENDAR\r\n"),
        ("events in events", start + b"BEGIN:VEVENT\r\n" * 20_000),
        ("20 000 events", start + event * 20_000),
        ("60 000 parameters", start + b"SUMMARY" + b";A=b" * 60_000 + b":x\r\n"),
        ("no calendar", b"Hello\r\n" * 20_000),
    ):
        yield f"calendar: {name}", _text(text, kind=b"calendar")
