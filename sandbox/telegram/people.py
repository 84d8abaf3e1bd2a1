"""What a person does in Telegram: says, presses, blocks."""

from __future__ import annotations

import asyncio
import re
import secrets
from typing import Any

from sandbox.errors import Refused
from sandbox.school import Person, find_person, find_person_in_chat
from sandbox.telegram.entities import read_plain, utf16_length, with_detected
from sandbox.telegram.errors import BotApiError
from sandbox.telegram.messages import LONGEST_TEXT
from sandbox.telegram.messenger import CallbackAnswer, Messenger, user_object
from sandbox.telegram.state import Chat, Message

START = re.compile(r"/start(?:@\w+)?\s+(.*)", re.DOTALL)
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def say(messenger: Messenger, chat_id: int, text: str, by: str | None) -> Message:
    """Write to the bot; a start link's payload that Telegram would not carry is dropped."""
    chat = get_chat(messenger, chat_id)
    person = _speaker(chat, by)
    if chat.blocked:
        raise Refused(409, "this person has blocked the bot")
    start = START.fullmatch(text.strip())
    if start and not PAYLOAD.fullmatch(start.group(1)):
        text = "/start"
    formatted = with_detected(read_plain(text))
    if not formatted.text:
        raise Refused(400, "text is empty")
    if utf16_length(formatted.text) > LONGEST_TEXT:
        raise Refused(400, f"text is longer than {LONGEST_TEXT}")
    message = Message(
        message_id=messenger.new_message_id(),
        sender="person",
        person=str(person.chat_id),
        at=messenger.now(),
        text=formatted.text,
        entities=formatted.entities,
    )
    chat.add(message)
    messenger.updates.add("message", messenger.message_object(chat, message))
    messenger.changed()
    return message


async def press(
    messenger: Messenger, chat_id: int, message_id: int, data: str, by: str | None, wait_s: float
) -> CallbackAnswer | None:
    """Press a button that is there, and wait a little for the bot to answer it."""
    chat = get_chat(messenger, chat_id)
    person = _speaker(chat, by)
    message = chat.find_message(message_id)
    if message is None:
        raise Refused(404, f"no message {message_id} in chat {chat_id}")
    if not any(
        button.get("callback_data") == data
        for row in message.inline_keyboard or []
        for button in row
    ):
        raise Refused(404, f"message {message_id} has no button {data!r}")
    query_id = str(secrets.randbits(62))
    answer = messenger.open_query(query_id)
    messenger.updates.add(
        "callback_query",
        {
            "id": query_id,
            "from": user_object(person),
            "message": messenger.message_object(chat, message),
            "chat_instance": str(chat_id),
            "data": data,
        },
    )
    try:
        async with asyncio.timeout(wait_s):
            return await asyncio.shield(answer)
    except TimeoutError:
        return None


def set_blocked(messenger: Messenger, chat_id: int, blocked: bool) -> None:
    """Block the bot or let it in again; Telegram tells the bot of it."""
    chat = get_chat(messenger, chat_id)
    if (person := find_person_in_chat(chat_id)) is None:
        raise Refused(400, "only a person can block the bot")
    if chat.blocked == blocked:
        return
    chat.blocked = blocked
    member = {"user": messenger.bot_user(), "status": "member"}
    kicked = {"user": messenger.bot_user(), "status": "kicked", "until_date": 0}
    content: dict[str, Any] = {
        "chat": messenger.chat_object(chat_id),
        "from": user_object(person),
        "date": int(messenger.now().timestamp()),
        "old_chat_member": member if blocked else kicked,
        "new_chat_member": kicked if blocked else member,
    }
    messenger.updates.add("my_chat_member", content)
    messenger.changed()


def get_chat(messenger: Messenger, chat_id: int) -> Chat:
    try:
        return messenger.get_chat(chat_id)
    except BotApiError as error:
        raise Refused(404, f"no chat {chat_id}") from error


def _speaker(chat: Chat, by: str | None) -> Person:
    """In a private chat it is its person; in a room somebody must be named."""
    if person := find_person_in_chat(chat.chat_id):
        return person
    if by is None:
        raise Refused(400, "a room needs `by`, the key of who speaks")
    if (person := find_person(by)) is None:
        raise Refused(404, f"nobody here is {by!r}")
    return person
