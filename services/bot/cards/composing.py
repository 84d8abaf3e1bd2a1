"""A card's message: the newest notice's words, its button, and the way to what can be done."""

from typing import Any, Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from services.bot import texts as texts_of_the_bot
from services.bot.cards import texts as words
from services.bot.cards.repository import Card
from services.bot.links import with_link
from services.bot.notices.rule import Rule
from services.bot.outgoing.fitting import LONGEST, cut
from services.bot.texts import LONGEST_LINK
from shared.events import Event
from shared.texts import Texts

Deed = Literal["menu", "back", "why", "mute", "unmute", "hour", "hours", "tomorrow", "awake"]


class CardPress(CallbackData, prefix="card"):
    """What a press on a card asks for."""

    do: Deed
    card_id: int


def compose(
    rule: Rule[Any], event: Event, texts: Texts, card_id: int, *, is_silent: bool = False
) -> SendMessage:
    """The message, for a chat that the queue's row names."""
    text, _ = _words_and_link(rule, event, texts)
    return SendMessage(
        chat_id=0,
        text=text,
        reply_markup=keyboard(rule, event, texts, card_id),
        disable_notification=True if is_silent else None,
    )


def keyboard(
    rule: Rule[Any], event: Event, texts: Texts, card_id: int, *, has_deeds: bool = True
) -> InlineKeyboardMarkup:
    """What its reader may do about it, the notice's own link, and what opens the menu."""
    _, link = _words_and_link(rule, event, texts)
    last = list(link.inline_keyboard[0]) if link else []
    last.append(_button(words.more(), "menu", card_id))
    deeds = rule.deeds(texts, event, card_id) if has_deeds else []
    return InlineKeyboardMarkup(inline_keyboard=[deeds, last] if deeds else [last])


def menu(texts: Texts, card: Card) -> InlineKeyboardMarkup:
    """What can be done with a card."""
    card_id = card.card_id
    mute = (
        _button(words.mute(texts), "mute", card_id)
        if card.muted_at is None
        else _button(words.unmute(texts), "unmute", card_id)
    )
    remind = (
        [
            _button(words.in_an_hour(texts), "hour", card_id),
            _button(words.in_some_hours(texts), "hours", card_id),
            _button(words.tomorrow(texts), "tomorrow", card_id),
        ]
        if card.snoozed_until is None
        else [_button(words.awake(texts), "awake", card_id)]
    )
    why = _button(words.why(texts), "why", card_id)
    back = _button(texts_of_the_bot.back(texts), "back", card_id)
    return InlineKeyboardMarkup(inline_keyboard=[[why, mute], remind, [back]])


def _words_and_link(
    rule: Rule[Any], event: Event, texts: Texts
) -> tuple[str, InlineKeyboardMarkup | None]:
    """What does not fit is cut: the whole is behind the link."""
    text = cut(rule.words(texts, event), LONGEST - LONGEST_LINK)
    button = rule.button
    return with_link(text, button.link(event), button.label(texts, event), button.app(event))


def _button(label: str, do: Deed, card_id: int) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=CardPress(do=do, card_id=card_id).pack())
