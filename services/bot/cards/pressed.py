"""The message of a card on which something was pressed: what it says, and its buttons."""

from typing import Any

from aiogram.methods import EditMessageReplyMarkup, TelegramMethod
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from services.bot.cards.composing import keyboard
from services.bot.cards.repository import Card
from services.bot.history import repository as history
from services.bot.history.repository import Seen
from services.bot.notices.telling import read
from shared.db import Connection
from shared.texts import Texts


async def find_told(connection: Connection, callback: CallbackQuery, card: Card) -> Seen | None:
    """What the pressed message says; where that is not known, how the card's matter stands."""
    said = (
        await history.list_by_message(
            connection, card.person_id, callback.message.chat.id, callback.message.message_id, 1
        )
        if callback.message is not None
        else []
    )
    return said[0] if said else await history.find_by_card(connection, card.card_id)


def own_buttons(
    callback: CallbackQuery, card: Card, seen: Seen | None, texts: Texts, *, has_deeds: bool = True
) -> list[TelegramMethod[Any]]:
    """The buttons that belong to what the message says."""
    known = read(seen.rule, seen.facts) if seen else None
    if known is None:
        return []
    return set_buttons(callback, keyboard(*known, texts, card.card_id, has_deeds=has_deeds))


def set_buttons(
    callback: CallbackQuery, buttons: InlineKeyboardMarkup
) -> list[TelegramMethod[Any]]:
    """Nothing where the message is gone: then there is nothing to press either."""
    if not isinstance(callback.message, Message):
        return []
    return [
        EditMessageReplyMarkup(
            chat_id=callback.message.chat.id,
            message_id=callback.message.message_id,
            reply_markup=buttons,
        )
    ]
