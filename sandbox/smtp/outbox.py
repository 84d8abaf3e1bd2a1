"""The last letters that Parta sent, in memory."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

KEPT = 200
LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
ONCE = ("From", "To", "Subject", "Date", "Message-ID")


class BadLetter(Exception):
    """What a mail server refuses for good; the text says why."""


@dataclass(frozen=True)
class Sent:
    """One letter as its reader would see it."""

    n: int
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    message_id: str
    subject: str
    text: str

    def as_json(self) -> dict[str, Any]:
        return {
            "n": self.n,
            "at": self.at.isoformat(),
            "from": self.sender,
            "to": list(self.recipients),
            "message_id": self.message_id,
            "subject": self.subject,
            "text": self.text,
            "links": LINK.findall(self.text),
        }


class Outbox:
    """Numbered from one since the start; not kept over a restart."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._count = 0
        self._letters: deque[Sent] = deque(maxlen=KEPT)

    def take(self, sender: str, recipients: list[str], content: bytes) -> Sent:
        """Put a letter down, if a strict server would carry it."""
        message = message_from_bytes(content, policy=policy.default)
        for name in ONCE:
            if len(message.get_all(name, [])) != 1:
                raise BadLetter(f"{name} must be there once")
        body = message.get_body(("plain",))
        if body is None:
            raise BadLetter("there is no plain text in it")
        self._count += 1
        letter = Sent(
            n=self._count,
            at=self._now(),
            sender=sender,
            recipients=tuple(recipients),
            message_id=str(message["Message-ID"]),
            subject=str(message["Subject"]),
            text=body.get_content().replace("\r\n", "\n"),
        )
        self._letters.append(letter)
        return letter

    def list_letters(self, *, to: str | None = None, since: int = 0) -> list[Sent]:
        """The newest last; `to` is one address in whatever case, `since` the last number known."""
        return [
            letter
            for letter in self._letters
            if letter.n > since
            and (to is None or to.lower() in [one.lower() for one in letter.recipients])
        ]
