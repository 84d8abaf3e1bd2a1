"""A press of a button: whose it is, and what becomes of the message that it stands under."""

from dataclasses import dataclass
from typing import Any

from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

BACK_TO_SETTINGS = "set:main::"
"""The button that leads to all settings: `SettingsPress(do="main")`, which knows of our buttons."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A message and its buttons."""

    text: str
    keyboard: InlineKeyboardMarkup


def is_theirs(callback: CallbackQuery) -> bool:
    """Whether it was pressed in the presser's own chat with the bot."""
    return callback.message is not None and callback.from_user.id == callback.message.chat.id


def replace(
    callback: CallbackQuery, text: str, keyboard: InlineKeyboardMarkup | None = None
) -> TelegramMethod[Any]:
    """Other words and buttons for the message; one too old to be changed gets a message."""
    if isinstance(callback.message, Message):
        return callback.message.edit_text(text, reply_markup=keyboard)
    return SendMessage(chat_id=callback.from_user.id, text=text, reply_markup=keyboard)
