"""What a person does in Telegram: says, presses, blocks."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import Refused
from sandbox.school import Person, find_person, find_person_in_chat
from sandbox.telegram.entities import Formatted, read_plain, utf16_length, with_detected
from sandbox.telegram.errors import BotApiError
from sandbox.telegram.formats import SOUNDS, find_mime_type
from sandbox.telegram.messenger import CallbackAnswer, Messenger, user_object
from sandbox.telegram.state import Attachment, Chat, Message, Reply
from sandbox.telegram.wording import LONGEST_CAPTION, LONGEST_TEXT

START = re.compile(r"/start(?:@\w+)?\s+(.*)", re.DOTALL)
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Voice:
    """What a person said aloud."""

    content: bytes = field(repr=False)
    duration_s: int


def say(
    messenger: Messenger,
    chat_id: int,
    text: str,
    by: str | None,
    *,
    reply_to: int | None = None,
    voice: Voice | None = None,
) -> Message:
    """Write to the bot, or speak; a start link's payload that Telegram would not carry is dropped.

    What is said with a voice is its caption.
    """
    chat = get_chat(messenger, chat_id)
    person = get_speaker(chat, by)
    if chat.blocked:
        raise Refused(409, "this person has blocked the bot")
    if reply_to is not None and chat.find_message(reply_to) is None:
        raise Refused(404, f"no message {reply_to} in chat {chat_id}")
    formatted = _read(text, LONGEST_CAPTION if voice else LONGEST_TEXT)
    if not formatted.text and voice is None:
        raise Refused(400, "text is empty")
    message = Message(
        message_id=messenger.new_message_id(),
        sender="person",
        person=str(person.chat_id),
        at=messenger.now(),
        text=formatted.text,
        kind="voice" if voice else "text",
        entities=formatted.entities,
        reply=None if reply_to is None else Reply(reply_to),
        file=_keep(messenger, voice) if voice else None,
    )
    chat.add(message)
    messenger.updates.add("message", messenger.message_object(chat, message))
    messenger.changed()
    return message


def _read(text: str, longest: int) -> Formatted:
    start = START.fullmatch(text.strip())
    if start and not PAYLOAD.fullmatch(start.group(1)):
        text = "/start"
    formatted = with_detected(read_plain(text))
    if utf16_length(formatted.text) > longest:
        raise Refused(400, f"text is longer than {longest}")
    return formatted


def _keep(messenger: Messenger, voice: Voice) -> Attachment:
    mime_type = find_mime_type(voice.content)
    if mime_type not in SOUNDS:
        raise Refused(400, "a voice is OGG, MP3 or M4A")
    return messenger.files.keep("voice", voice.content, mime_type, duration=voice.duration_s)


async def press(
    messenger: Messenger, chat_id: int, message_id: int, data: str, by: str | None, wait_s: float
) -> CallbackAnswer | None:
    """Press a button that is there, and wait a little for the bot to answer it."""
    chat = get_chat(messenger, chat_id)
    person = get_speaker(chat, by)
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


def get_speaker(chat: Chat, by: str | None) -> Person:
    """In a private chat it is its person; in a room somebody must be named."""
    if person := find_person_in_chat(chat.chat_id):
        return person
    if by is None:
        raise Refused(400, "a room needs `by`, the key of who speaks")
    if (person := find_person(by)) is None:
        raise Refused(404, f"nobody here is {by!r}")
    return person
