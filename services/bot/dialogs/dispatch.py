"""From an update to its replies: aiogram's routers, fed one update at a time.

By our convention a handler returns its replies (`reply.py`) and calls nobody but other services.
"""

import json
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import Update
from pydantic import ValidationError

from services.bot import texts as words
from services.bot.auth import AuthAway, AuthClient
from services.bot.dialogs import help as help_
from services.bot.dialogs import link, login, other, start
from services.bot.dialogs.reply import Replies, read_replies
from services.bot.dialogs.request_key import RequestKey
from services.bot.errors import UpdateUnreadable
from services.bot.updates.repository import StoredUpdate
from shared.clock import Clock
from shared.db import Database
from shared.people import Person
from shared.texts import Texts

TOLD_AT = 2
"""The failure at which a person hears that we try again: the first repeat comes at once."""


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
        "message_thread_id",
    ),
    "callback_query": ("id", "from", "chat_instance", "message", "data"),
}
"""What is read when the whole cannot be: Telegram grows faster than its clients, and a person who
sends what this aiogram does not know yet still gets an answer."""


class Dialogs:
    """Feeds updates to the routers. It keeps nothing between them."""

    def __init__(
        self, bot: Bot, auth: AuthClient, *, database: Database, clock: Clock, public_url: str
    ) -> None:
        self._bot = bot
        self._dispatcher = Dispatcher(
            disable_fsm=True, auth=auth, database=database, clock=clock, public_url=public_url
        )
        self._dispatcher.include_routers(
            start.create_router(),
            help_.create_router(),
            login.create_router(),
            link.create_router(),
            other.create_router(),
        )

    async def answer(self, update: StoredUpdate, person: Person | None) -> Replies:
        """What to reply: nothing outside private chats, and to what no router wants."""
        if update.chat_id <= 0:
            return []
        parsed = self._read(update)
        if parsed is None:
            return []
        told = await self._dispatcher.feed_update(
            self._bot,
            parsed,
            person=person,
            texts=_texts(update, person),
            request_key=RequestKey(update.update_id),
        )
        return read_replies(told)

    def _read(self, update: StoredUpdate) -> Update | None:
        """The update as aiogram has it; None when no router wants its kind.

        Raises:
            UpdateUnreadable: even its core is not of its shape.
        """
        raw = json.loads(update.body)
        kind = next((kind for kind in ANSWERED if isinstance(raw.get(kind), dict)), None)
        if kind is None:
            return None
        context = {"bot": self._bot}
        try:
            return Update.model_validate(raw, context=context)
        except ValidationError:
            core = {"update_id": update.update_id, kind: _core(kind, raw[kind])}
        try:
            return Update.model_validate(core, context=context)
        except ValidationError as error:
            raise UpdateUnreadable(f"{kind}: {error.error_count()} errors") from None

    def apologise(
        self, update: StoredUpdate, person: Person | None, error: Exception, *, is_last: bool
    ) -> Replies:
        """Say once that we try again, and at the end that it did not work."""
        is_told = isinstance(error, AuthAway) and update.attempts + 1 == TOLD_AT
        if update.chat_id <= 0 or not (is_last or is_told):
            return []
        texts = _texts(update, person)
        text = words.given_up(texts) if is_last else words.auth_away(texts)
        replies: Replies = [SendMessage(chat_id=update.chat_id, text=text)]
        query = _find(update, "callback_query", "id")
        if isinstance(query, str):
            replies.insert(0, AnswerCallbackQuery(callback_query_id=query))
        return replies

    def blocked(self, update: StoredUpdate) -> bool | None:
        """True: the person stopped the bot. False: they are there. None: it says neither."""
        if update.chat_id <= 0:
            return None
        status = _find(update, "my_chat_member", "new_chat_member", "status")
        if status is not None:
            return status in ("kicked", "left")
        return False


def _core(kind: str, event: dict[str, Any]) -> dict[str, Any]:
    core = {name: event[name] for name in CORE[kind] if name in event}
    if kind == "callback_query" and isinstance(core.get("message"), dict):
        core["message"] = _core("message", core["message"])
    return core


def _texts(update: StoredUpdate, person: Person | None) -> Texts:
    if person is not None:
        return words.catalogue().of(person.locale)
    for kind in ("message", "callback_query", "my_chat_member"):
        language = _find(update, kind, "from", "language_code")
        if isinstance(language, str):
            return words.texts_for(language)
    return words.texts_for(None)


def _find(update: StoredUpdate, *path: str) -> Any:
    """A value of the raw update; None where there is none."""
    try:
        value = json.loads(update.body)
    except ValueError:
        return None
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
