"""What every method that sends has in common, whatever it sends."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.arguments import Arguments
from sandbox.telegram.entities import Formatted
from sandbox.telegram.errors import bad_request
from sandbox.telegram.keyboards import read_keyboards
from sandbox.telegram.messenger import Messenger
from sandbox.telegram.state import Attachment, Chat, Message, Reply


def post(
    messenger: Messenger,
    arguments: Arguments,
    formatted: Formatted,
    file: Attachment | None = None,
) -> dict[str, Any]:
    """Put a message of the bot into its chat, charged as one, and show it as Telegram would."""
    keyboards = read_keyboards(arguments)
    reply = _read_reply(messenger.get_chat(arguments.chat_id()), arguments)
    chat = messenger.get_open_chat(arguments.chat_id())
    message = Message(
        message_id=messenger.new_message_id(),
        sender="bot",
        at=messenger.now(),
        text=formatted.text,
        kind=file.kind if file else "text",
        entities=formatted.entities,
        inline_keyboard=keyboards.inline,
        reply_keyboard=keyboards.reply,
        silent=arguments.boolean("disable_notification"),
        reply=reply,
        file=file,
        protected=arguments.boolean("protect_content"),
    )
    chat.add(message)
    messenger.changed()
    return messenger.message_object(chat, message)


def _read_reply(chat: Chat, arguments: Arguments) -> Reply | None:
    """A message that is not there may be forgiven; one of another chat is not there."""
    parameters = arguments.find_json("reply_parameters")
    if parameters is None:
        return None
    if not isinstance(parameters, dict):
        raise bad_request("object expected as reply parameters")
    given = Arguments(parameters)
    message_id = given.find_integer("message_id")
    if message_id is None:
        raise bad_request("parameter message_id is required")
    elsewhere = given.has("chat_id") and given.chat_id() != chat.chat_id
    answered = None if elsewhere else chat.find_message(message_id)
    if answered is None:
        if given.boolean("allow_sending_without_reply") and not elsewhere:
            return None
        raise bad_request("message to be replied not found")
    quote = given.text("quote") or None
    if quote is not None and quote not in answered.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    return Reply(message_id, quote)
