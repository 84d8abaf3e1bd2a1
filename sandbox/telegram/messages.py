"""Bot API: sendMessage, the edits of a message, deleteMessage, sendChatAction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.telegram.arguments import Arguments
from sandbox.telegram.entities import Formatted
from sandbox.telegram.errors import bad_request
from sandbox.telegram.keyboards import read_keyboards
from sandbox.telegram.messenger import Messenger
from sandbox.telegram.posting import post
from sandbox.telegram.state import Chat, Message
from sandbox.telegram.wording import read_caption, read_text

DELETABLE_FOR = timedelta(hours=48)
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
    return post(messenger, arguments, read_text(arguments))


async def edit_message_text(messenger: Messenger, arguments: Arguments) -> Any:
    chat, message = _find_own(messenger, arguments)
    if message.file is not None:
        raise bad_request("there is no text in the message to edit")
    return _edit(messenger, arguments, chat, message, read_text(arguments))


async def edit_message_caption(messenger: Messenger, arguments: Arguments) -> Any:
    chat, message = _find_own(messenger, arguments)
    if message.file is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(messenger, arguments, chat, message, read_caption(arguments))


async def edit_message_reply_markup(messenger: Messenger, arguments: Arguments) -> Any:
    chat, message = _find_own(messenger, arguments)
    same = Formatted(message.text, message.entities)
    return _edit(messenger, arguments, chat, message, same)


def _edit(
    messenger: Messenger, arguments: Arguments, chat: Chat, message: Message, formatted: Formatted
) -> dict[str, Any]:
    """Whatever is edited, a keyboard that is not given again is gone."""
    keyboard = read_keyboards(arguments).inline
    messenger.get_open_chat(chat.chat_id)
    if (message.text, message.entities, message.inline_keyboard) == (
        formatted.text,
        formatted.entities,
        keyboard,
    ):
        raise bad_request(
            "message is not modified: specified new message content and reply markup "
            "are exactly the same as a current content and reply markup of the message"
        )
    message.rewrite(formatted.text, formatted.entities, messenger.now())
    message.inline_keyboard = keyboard
    message.edited_at = messenger.now()
    messenger.changed()
    return messenger.message_object(chat, message)


def _find_own(messenger: Messenger, arguments: Arguments) -> tuple[Chat, Message]:
    """What may be edited: what the bot said, unless it came with a keyboard for the person."""
    if arguments.text("inline_message_id"):
        raise bad_request("message to edit not found")
    chat_id, message_id = arguments.chat_id(), _message_id(arguments)
    chat = messenger.get_chat(chat_id)
    message = chat.find_message(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender != "bot" or message.reply_keyboard is not None:
        raise bad_request("message can't be edited")
    return chat, message


async def delete_message(messenger: Messenger, arguments: Arguments) -> Any:
    """In a private chat a bot may delete whatever is there, for two days."""
    chat_id, message_id = arguments.chat_id(), _message_id(arguments)
    chat = messenger.get_chat(chat_id)
    message = chat.find_message(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if message.sender != "bot" and chat.chat_id < 0:
        raise bad_request("message can't be deleted")
    if messenger.now() - message.at > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    chat.messages.remove(message)
    messenger.changed()
    return True


async def send_chat_action(messenger: Messenger, arguments: Arguments) -> Any:
    chat_id = arguments.chat_id()
    if arguments.text("action") not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    messenger.get_chat(chat_id)
    return True


def _message_id(arguments: Arguments) -> int:
    message_id = arguments.find_integer("message_id")
    if message_id is None:
        raise bad_request("message identifier is not specified")
    return message_id
