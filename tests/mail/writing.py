"""Letters for tests, written down shortly."""

from services.mail.parsing.letter import Letter
from services.mail.parsing.parse import parse


def write(*headers: str, body: str = "") -> bytes:
    """A letter's bytes: its headers, a blank line, its body, in UTF-8."""
    lines = ["From: Anna <anna@example.org>", *headers, "", *body.split("\n")]
    return "\r\n".join(lines).encode()


def parse_text(text: str, *, subject: str = "Hello") -> Letter:
    """A letter of plain text."""
    return parse(write(f"Subject: {subject}", "Content-Type: text/plain; charset=utf-8", body=text))


def parse_html(html: str) -> Letter:
    """A letter of HTML alone."""
    return parse(write("Content-Type: text/html; charset=utf-8", body=html))
