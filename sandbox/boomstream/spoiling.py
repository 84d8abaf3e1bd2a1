"""Answers that are none: what a client must bear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

How = Literal[
    "not_json",
    "not_xml",
    "entities",
    "outside_entity",
    "too_large",
    "too_deep",
    "no_status",
    "another_shape",
    "wrong_date",
    "empty",
]

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10))
_ANSWERS: dict[How, bytes] = {
    "not_json": b'{"Status": "Success", "Hash": ',
    "not_xml": b"<Response><Status>Success</Response>",
    "entities": (
        f"<?xml version='1.0'?><!DOCTYPE r [{_LAUGHS}]><Response><Status>&l9;</Status></Response>"
    ).encode(),
    "outside_entity": (
        b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
        b"<Response><Status>Success</Status><Hash>&x;</Hash></Response>"
    ),
    "too_large": b'{"Status": "Success", "Hash": "' + b"h" * (2 * 1024 * 1024) + b'"}',
    "too_deep": b"<Response>" * 100_000,
    "no_status": b'{"Hash": "abc"}',
    "another_shape": b'["Success"]',
    "wrong_date": (
        b'{"Status": "Success", "Hash": "abc", "Recovery": 1,'
        b' "AccessExpirationDate": "2026-02-31 10:00:00"}'
    ),
    "empty": b"",
}


@dataclass
class Spoil:
    """Meets the next `times` calls of a method, or of any."""

    how: How
    method: str | None
    times: int


class Spoils:
    """In the order in which they were set."""

    def __init__(self) -> None:
        self._spoils: list[Spoil] = []

    def add(self, spoil: Spoil) -> None:
        self._spoils.append(spoil)

    def take(self, method: str) -> bytes | None:
        """The body that this call gets, counted down."""
        spoil = next((one for one in self._spoils if one.method in (None, method)), None)
        if spoil is None:
            return None
        spoil.times -= 1
        if spoil.times <= 0:
            self._spoils.remove(spoil)
        return _ANSWERS[spoil.how]
