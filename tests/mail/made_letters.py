"""Letters made for one test: what it is about is given, the rest is plain."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.mail.parsing.letter import Letter, Sender
from services.mail.parsing.parse import find_language
from services.mail.reading.read import read
from services.mail.reading.reading import Reading

ZONE = ZoneInfo("Europe/Moscow")
WRITTEN_AT = datetime(2026, 3, 2, 7, tzinfo=UTC)
"""A Monday, 10:00 in the reader's zone."""


def make_letter(text: str = "", **fields: Any) -> Letter:
    """A letter of that own text; `address` is its sender's."""
    address = fields.pop("address", "anna@firma.example")
    name = fields.pop("name", "Anna")
    values: dict[str, Any] = {
        "sender": Sender(name, address),
        "to": ("reader@other.example",),
        "written_at": WRITTEN_AT,
        "own_text": text,
        "whole_text": text,
        "language": find_language(text or fields.get("subject", "")),
    }
    return Letter(**(values | fields))


def read_letter(text: str = "", **fields: Any) -> Reading:
    """What is said of such a letter, without the tagger of names."""
    return read(make_letter(text, **fields), zone=ZONE, received_at=None, names=None)
