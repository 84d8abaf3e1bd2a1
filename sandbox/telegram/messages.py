"""Bot API: sendMessage, editMessageText, editMessageReplyMarkup, deleteMessage, sendChatAction."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.arguments import Arguments
from sandbox.telegram.entities import (
    Entity,
    Formatted,
    read_html,
    read_plain,
    utf16_length,
    with_detected,
)
from sandbox.telegram.errors import bad_request
from sandbox.telegram.keyboards import read_keyboards
from sandbox.telegram.messenger import Messenger
from sandbox.telegram.state import Chat, Message

LONGEST_TEXT = 4096
CHAT_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


async def send_message(messenger: Messenger, arguments: Arguments) -> Any:
    chat_id = arguments.chat_id()
    formatted = _read_text(arguments)
    keyboards = read_keyboards(arguments)
    chat = messenger.get_open_chat(chat_id)
    message = Message(
        message_id=messenger.new_message_id(),
        sender="bot",
        at=messenger.now(),
        text=formatted.text,
        entities=formatted.entities,
        inline_keyboard=keyboards.inline,
        reply_keyboard=keyboards.reply,
        silent=arguments.boolean("disable_notification"),
    )
    chat.add(message)
    messenger.changed()
    return messenger.message_object(chat, message)


async def edit_message_text(messenger: Messenger, arguments: Arguments) -> Any:
    chat_id, message_id = _which(arguments, "edit")
    formatted = _read_text(arguments)
    keyboard = read_keyboards(arguments).inline
    chat = messenger.get_open_chat(chat_id)
    message = _find_own(chat, message_id, "edit")
    if (message.text, message.entities, message.inline_keyboard) == (
        formatted.text,
        formatted.entities,
        keyboard,
    ):
        raise _not_modified()
    message.text, message.entities = formatted.text, formatted.entities
    message.inline_keyboard = keyboard
    message.edited_at = messenger.now()
    messenger.changed()
    return messenger.message_object(chat, message)


async def edit_message_reply_markup(messenger: Messenger, arguments: Arguments) -> Any:
    chat_id, message_id = _which(arguments, "edit")
    keyboard = read_keyboards(arguments).inline
    chat = messenger.get_open_chat(chat_id)
    message = _find_own(chat, message_id, "edit")
    if message.inline_keyboard == keyboard:
        raise _not_modified()
    message.inline_keyboard = keyboard
    message.edited_at = messenger.now()
    messenger.changed()
    return messenger.message_object(chat, message)


async def delete_message(messenger: Messenger, arguments: Arguments) -> Any:
    """A bot may delete in a private chat whatever is there."""
    chat_id, message_id = arguments.chat_id(), arguments.find_integer("message_id")
    if message_id is None:
        raise bad_request("message identifier is not specified")
    chat = messenger.get_chat(chat_id)
    message = chat.find_message(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    chat.messages.remove(message)
    messenger.changed()
    return True


async def send_chat_action(messenger: Messenger, arguments: Arguments) -> Any:
    chat_id = arguments.chat_id()
    if arguments.text("action") not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    messenger.get_chat(chat_id)
    return True


def _read_text(arguments: Arguments) -> Formatted:
    """Limits are on what is shown, after the mark-up is gone."""
    source = arguments.text("text")
    match arguments.text("parse_mode").lower():
        case "html":
            formatted = read_html(source)
        case "":
            formatted = read_plain(source, _read_entities(arguments))
        case other:
            raise bad_request(f"unsupported parse_mode: the sandbox reads HTML, not {other}")
    if not formatted.text:
        raise bad_request("message text is empty")
    if utf16_length(formatted.text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return with_detected(formatted)


def _read_entities(arguments: Arguments) -> list[Entity]:
    entities = arguments.find_objects("entities") or []
    for entity in entities:
        numbers = (entity.get("offset"), entity.get("length"))
        if not isinstance(entity.get("type"), str) or not all(
            type(number) is int and number >= 0 for number in numbers
        ):
            raise bad_request("can't parse MessageEntity")
    return entities


def _which(arguments: Arguments, verb: str) -> tuple[int, int]:
    if arguments.text("inline_message_id"):
        raise bad_request(f"message to {verb} not found")
    chat_id, message_id = arguments.chat_id(), arguments.find_integer("message_id")
    if message_id is None:
        raise bad_request("message identifier is not specified")
    return chat_id, message_id


def _find_own(chat: Chat, message_id: int, verb: str) -> Message:
    message = chat.find_message(message_id)
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.sender != "bot":
        raise bad_request("message can't be edited")
    return message


def _not_modified() -> Exception:
    return bad_request(
        "message is not modified: specified new message content and reply markup "
        "are exactly the same as a current content and reply markup of the message"
    )
