"""Telegram's side of the bot: chats, updates, limits, and who waits for which answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sandbox.school import Person, find_person_in_chat, find_room
from sandbox.settings import SandboxSettings
from sandbox.telegram.errors import BotApiError, bad_request, too_many_requests
from sandbox.telegram.files import Files, shown_file
from sandbox.telegram.limits import Limits
from sandbox.telegram.state import CALLS_KEPT, Call, Chat, Message, TelegramState
from sandbox.telegram.updates import Updates

QUERY_LIVES_S = 150
MOST_QUERIES = 1000


@dataclass(frozen=True)
class CallbackAnswer:
    text: str
    alert: bool
    url: str | None


@dataclass(frozen=True)
class CallbackQuery:
    """A pressed button, until the bot answers it or it is too old to be answered."""

    pressed_at: float
    answer: asyncio.Future[CallbackAnswer]


class Messenger:
    """Everything the Bot API and the people's doors share."""

    def __init__(
        self,
        settings: SandboxSettings,
        state: TelegramState,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        changed: Callable[[], None],
    ) -> None:
        self.settings = settings
        self.state = state
        self.now = now
        self.monotonic = monotonic
        self.changed = changed
        self.updates = Updates(state, changed)
        self.files = Files(state)
        self.queries: dict[str, CallbackQuery] = {}
        self._limits = Limits(monotonic())

    def get_chat(self, chat_id: int) -> Chat:
        """A chat with somebody of the school, or one of its rooms."""
        chat = self.state.chats.get(chat_id)
        if chat is None:
            if find_person_in_chat(chat_id) is None and find_room(chat_id) is None:
                raise bad_request("chat not found")
            chat = self.state.chats[chat_id] = Chat(chat_id)
        return chat

    def get_open_chat(self, chat_id: int) -> Chat:
        """A chat that the bot may write to, charged for one message."""
        chat = self.get_chat(chat_id)
        if seconds := self._limits.charge(chat_id, self.monotonic()):
            raise too_many_requests(seconds)
        if chat.blocked:
            raise BotApiError(403, "Forbidden: bot was blocked by the user")
        return chat

    def new_message_id(self) -> int:
        message_id = self.state.next_message_id
        self.state.next_message_id += 1
        return message_id

    def write_down(
        self, method: str, chat_id: int | None, status: int | None, retry_after: int | None
    ) -> None:
        """Keep the call for `GET /telegram/calls`; no status means that no answer was given."""
        n = self.state.next_call
        self.state.next_call += 1
        self.state.calls.append(Call(n, self.now(), method, chat_id, status, retry_after))
        del self.state.calls[:-CALLS_KEPT]
        self.changed()

    def open_query(self, query_id: str) -> asyncio.Future[CallbackAnswer]:
        answer: asyncio.Future[CallbackAnswer] = asyncio.get_running_loop().create_future()
        self.queries[query_id] = CallbackQuery(self.monotonic(), answer)
        while len(self.queries) > MOST_QUERIES:
            del self.queries[next(iter(self.queries))]
        return answer

    def answer_query(self, query_id: str, answer: CallbackAnswer) -> None:
        query = self.queries.pop(query_id, None)
        if query is None or self.monotonic() - query.pressed_at > QUERY_LIVES_S:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        if not query.answer.done():
            query.answer.set_result(answer)

    # What the Bot API shows of all this.

    def bot_user(self) -> dict[str, Any]:
        return {
            "id": self.settings.bot_id,
            "is_bot": True,
            "first_name": "Parta",
            "username": self.settings.telegram_bot_username,
        }

    def chat_object(self, chat_id: int) -> dict[str, Any]:
        if room := find_room(chat_id):
            return {"id": chat_id, "type": "supergroup", "title": room.title}
        person = find_person_in_chat(chat_id)
        name = person.name if person else ""
        return {"id": chat_id, "type": "private", "first_name": name}

    def message_object(self, chat: Chat, message: Message) -> dict[str, Any]:
        """As Telegram sends it: absent fields are left out, times are Unix seconds."""
        shown: dict[str, Any] = {
            "message_id": message.message_id,
            "from": self._sender(chat, message),
            "chat": self.chat_object(chat.chat_id),
            "date": int(message.at.timestamp()),
            **_content(message),
        }
        answered = chat.find_message(message.reply.message_id) if message.reply else None
        if answered is not None:
            shown["reply_to_message"] = self.message_object(chat, replace(answered, reply=None))
        if message.protected:
            shown["has_protected_content"] = True
        if message.edited_at is not None:
            shown["edit_date"] = int(message.edited_at.timestamp())
        if message.inline_keyboard:
            shown["reply_markup"] = {"inline_keyboard": message.inline_keyboard}
        return shown

    def _sender(self, chat: Chat, message: Message) -> dict[str, Any]:
        if message.sender == "bot":
            return self.bot_user()
        person = find_person_in_chat(int(message.person or chat.chat_id))
        return user_object(person) if person else {"id": 1, "is_bot": False, "first_name": ""}


def _content(message: Message) -> dict[str, Any]:
    """The words, which are a caption where there is a file."""
    if message.file is None:
        shown, words, entities = {}, "text", "entities"
    else:
        shown, words, entities = shown_file(message.file), "caption", "caption_entities"
    if message.text:
        shown[words] = message.text
    if message.entities:
        shown[entities] = message.entities
    return shown


def user_object(person: Person) -> dict[str, Any]:
    return {
        "id": person.chat_id,
        "is_bot": False,
        "first_name": person.name,
        "language_code": person.locale,
    }
