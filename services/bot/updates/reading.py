"""A stored update, read: the whole by aiogram, its core where that is too new, a value as it is."""

import json
from typing import Any

from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError

from services.bot.errors import UpdateUnreadable
from services.bot.updates.repository import StoredUpdate

ANSWERED = ("message", "callback_query")
"""Kinds of updates that routers want; others are done with unread."""

CORE = {
    "message": (
        "message_id",
        "date",
        "chat",
        "from",
        "text",
        "entities",
        "caption",
        "caption_entities",
        "message_thread_id",
        "reply_to_message",
    ),
    "replied": ("message_id", "date", "chat", "from"),
    "callback_query": ("id", "from", "chat_instance", "message", "data"),
}
"""What is read when the whole cannot be: Telegram grows faster than its clients, and a person who
sends what this aiogram does not know yet still gets an answer."""


def read(update: StoredUpdate, bot: Bot) -> Update | None:
    """The update as aiogram has it; None when no router wants its kind.

    Raises:
        UpdateUnreadable: even its core is not of its shape.
    """
    raw = json.loads(update.body)
    kind = next((kind for kind in ANSWERED if isinstance(raw.get(kind), dict)), None)
    if kind is None:
        return None
    context = {"bot": bot}
    try:
        return Update.model_validate(raw, context=context)
    except ValidationError:
        core = {"update_id": update.update_id, kind: _core(kind, raw[kind])}
    try:
        return Update.model_validate(core, context=context)
    except ValidationError as error:
        raise UpdateUnreadable(f"{kind}: {error.error_count()} errors") from None


def told_language(update: StoredUpdate) -> str | None:
    """Of the person, as their Telegram speaks it."""
    for kind in ("message", "callback_query", "my_chat_member"):
        language = find(update, kind, "from", "language_code")
        if isinstance(language, str):
            return language
    return None


def find(update: StoredUpdate, *path: str) -> Any:
    """A value of the raw update; None where there is none."""
    try:
        value = json.loads(update.body)
    except ValueError:
        return None
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def is_blocked(update: StoredUpdate) -> bool | None:
    """True: the person stopped the bot. False: they are there. None: it says neither."""
    if update.chat_id <= 0:
        return None
    status = find(update, "my_chat_member", "new_chat_member", "status")
    if status is not None:
        return status in ("kicked", "left")
    return False


def _core(kind: str, event: dict[str, Any]) -> dict[str, Any]:
    core = {name: event[name] for name in CORE[kind] if name in event}
    for name, within in (("message", "message"), ("reply_to_message", "replied")):
        if isinstance(core.get(name), dict):
            core[name] = _core(within, core[name])
    return core
