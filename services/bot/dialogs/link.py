"""Linking an account: the code shows whose it is, a press agrees, and the page links it."""

import re
from typing import Any, Literal

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from services.bot import texts as words
from services.bot.auth import AuthClient, AuthRefused
from services.bot.dialogs.press import is_theirs, replace
from services.bot.dialogs.request_key import RequestKey
from services.bot.links import with_link
from shared.people import Person
from shared.texts import Texts

CODE = re.compile(r"[A-Za-z0-9_-]{8,52}")
"""What auth gives, and what fits into a button's 64 bytes."""

LONGEST_NAME = 100


class LinkAnswer(CallbackData, prefix="link"):
    """What a press says: yes or no, and to which code."""

    do: Literal["yes", "no"]
    code: str


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="link")
    router.callback_query.register(answer, LinkAnswer.filter())
    return router


async def offer(
    message: Message,
    code: str,
    texts: Texts,
    auth: AuthClient,
    request_key: RequestKey,
    public_url: str,
) -> SendMessage:
    """Show which account the code belongs to; nothing is linked by following a link."""
    try:
        if not CODE.fullmatch(code):
            raise AuthRefused("unknown")
        account = await auth.offer_link(code, telegram_id=message.chat.id, key=request_key())
    except AuthRefused as refusal:
        text, keyboard = with_link(
            words.link_refused(texts, refusal.reason), f"{public_url}/me", words.open_page(texts)
        )
        return message.answer(text, reply_markup=keyboard)
    buttons = [
        InlineKeyboardButton(
            text=words.accept(texts), callback_data=LinkAnswer(do="yes", code=code).pack()
        ),
        InlineKeyboardButton(
            text=words.refuse(texts), callback_data=LinkAnswer(do="no", code=code).pack()
        ),
    ]
    return message.answer(
        words.offer(texts, account), reply_markup=InlineKeyboardMarkup(inline_keyboard=[buttons])
    )


async def answer(
    callback: CallbackQuery,
    callback_data: LinkAnswer,
    person: Person | None,
    texts: Texts,
    auth: AuthClient,
    request_key: RequestKey,
) -> list[TelegramMethod[Any]]:
    """Link or leave it; either way the question is replaced by what became of it."""
    if not is_theirs(callback):
        return [callback.answer(words.not_yours(texts), show_alert=True)]
    if callback_data.do == "no":
        return [callback.answer(), replace(callback, words.refused(texts))]
    try:
        await auth.accept_link(
            callback_data.code,
            telegram_id=callback.from_user.id,
            telegram_name=callback.from_user.full_name[:LONGEST_NAME],
            key=request_key(),
        )
    except AuthRefused as refusal:
        # A second press comes too late for its code, but what it asks for stands.
        is_done = refusal.reason == "used" or (person is not None and refusal.reason == "already")
        text = (
            words.already_pressed(texts) if is_done else words.link_refused(texts, refusal.reason)
        )
        return [callback.answer(), replace(callback, text)]
    return [callback.answer(), replace(callback, words.accepted(texts))]
