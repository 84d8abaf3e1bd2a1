"""What Telegram remembers of this bot; the tree is written to the state file as it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

MESSAGES_KEPT = 5_000
CALLS_KEPT = 20_000
UPDATES_KEPT = 10_000
EDITS_KEPT = 2_000
FILES_KEPT = 5_000


@dataclass
class Edit:
    """An earlier text of a message with its buttons, and when it was given."""

    at: datetime
    text: str
    inline_keyboard: list[list[dict[str, Any]]] | None = None


@dataclass
class Reply:
    """Which message is answered, and the part of it that was picked out."""

    message_id: int
    quote: str | None = None


@dataclass
class Attachment:
    """What Telegram knows of a file; its bytes are kept elsewhere, and for a while only."""

    file_id: str
    file_unique_id: str
    kind: str
    path: str
    size: int
    mime_type: str
    name: str = ""
    duration: int = 0
    title: str = ""
    performer: str = ""
    width: int = 0
    height: int = 0


@dataclass
class Message:
    message_id: int
    sender: Literal["bot", "person"]
    at: datetime
    text: str
    kind: str = "text"
    person: str | None = None
    entities: list[dict[str, Any]] = field(default_factory=list)
    inline_keyboard: list[list[dict[str, Any]]] | None = None
    reply_keyboard: list[list[str]] | None = None
    silent: bool = False
    edited_at: datetime | None = None
    rewritten_at: datetime | None = None
    edits: list[Edit] = field(default_factory=list)
    reply: Reply | None = None
    file: Attachment | None = None
    protected: bool = False

    def rewrite(self, text: str, entities: list[dict[str, Any]], at: datetime) -> None:
        """Take another text, and remember the one it had."""
        if text != self.text:
            earlier = Edit(self.rewritten_at or self.at, self.text, self.inline_keyboard)
            self.edits.append(earlier)
            del self.edits[:-EDITS_KEPT]
            self.rewritten_at = at
        self.text, self.entities = text, entities


@dataclass
class Chat:
    chat_id: int
    blocked: bool = False
    messages: list[Message] = field(default_factory=list)

    def find_message(self, message_id: int) -> Message | None:
        return next((m for m in reversed(self.messages) if m.message_id == message_id), None)

    def add(self, message: Message) -> None:
        self.messages.append(message)
        del self.messages[:-MESSAGES_KEPT]


@dataclass
class Call:
    """One request of the bot, as a script reads it."""

    n: int
    at: datetime
    method: str
    chat_id: int | None
    status: int | None
    retry_after: int | None = None


@dataclass
class Webhook:
    url: str
    max_connections: int = 40
    secret_token: str = field(default="", repr=False)
    last_error_at: datetime | None = None
    last_error: str = ""


@dataclass
class TelegramState:
    next_update_id: int
    next_message_id: int
    next_call: int = 1
    chats: dict[int, Chat] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    allowed_updates: list[str] = field(default_factory=list)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    files: dict[str, Attachment] = field(default_factory=dict)
    webhook: Webhook | None = None
    calls: list[Call] = field(default_factory=list)


def new_state(wall_clock: float) -> TelegramState:
    """Ids start from the clock, so that a lost state file never makes Telegram repeat one.

    Counted from 2026 they stay within 32 bits for years.
    """
    since_2026 = max(0, int(wall_clock) - 1_767_225_600)
    return TelegramState(next_update_id=since_2026 * 8 + 1, next_message_id=since_2026 + 1)
