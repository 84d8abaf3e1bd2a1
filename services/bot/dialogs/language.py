"""/language: a question with a button for each language, and the same message in the chosen one."""

from functools import partial
from typing import Literal

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from services.bot import texts as bot_words
from services.bot.auth import AuthClient, AuthRefused
from services.bot.dialogs.press import BACK_TO_SETTINGS, is_theirs, replace
from services.bot.dialogs.reply import Replies, Write
from services.bot.dialogs.request_key import RequestKey
from services.bot.language import repository
from services.bot.language import texts as words
from shared.clock import Clock
from shared.db import Connection
from shared.people import Person
from shared.texts import LANGUAGES, LOCALES, Texts


class LanguagePress(CallbackData, prefix="lang"):
    """`open` puts the question in the place of the message; `pick` is its answer.

    `within`: the question stands in the place of /settings, and leads back there.
    """

    do: Literal["open", "pick"]
    locale: str = ""
    within: bool = False


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="language")
    router.message.register(ask, Command("language"))
    router.callback_query.register(answer, LanguagePress.filter())
    return router


async def ask(message: Message, texts: Texts) -> SendMessage:
    """The question, the present language marked."""
    return message.answer(words.question(texts), reply_markup=_keyboard(texts))


async def answer(
    callback: CallbackQuery,
    callback_data: LanguagePress,
    person: Person | None,
    texts: Texts,
    auth: AuthClient,
    request_key: RequestKey,
) -> Replies:
    """Change it: in the account, or for the chat that has none. The message says so at once."""
    is_open = callback_data.do == "open"
    if not is_theirs(callback) or not (is_open or callback_data.locale in LOCALES):
        unknown = bot_words.button_unknown(texts, is_known=person is not None)
        return [callback.answer(unknown, show_alert=True)]
    if is_open:
        question = replace(callback, words.question(texts), _keyboard(texts, is_within=True))
        return [callback.answer(), question]
    chosen = bot_words.catalogue().of(callback_data.locale)
    kept = await _keep(callback.from_user.id, chosen.locale, person, auth, request_key)
    keyboard = _keyboard(chosen, is_within=callback_data.within)
    told = replace(callback, words.chosen(chosen), keyboard)
    return [callback.answer(words.done(chosen)), *kept, told]


async def _keep(
    chat_id: int, locale: str, person: Person | None, auth: AuthClient, request_key: RequestKey
) -> Replies:
    """In the account of whom auth knows; its event brings it back, and the menu with it."""
    if person is not None:
        try:
            await auth.change_settings(chat_id, locale=locale, key=request_key())
        except AuthRefused:
            pass  # the chat was unlinked just now
        else:
            return []
    return [Write(partial(_choose, chat_id=chat_id, locale=locale))]


async def _choose(connection: Connection, clock: Clock, *, chat_id: int, locale: str) -> None:
    await repository.choose(connection, chat_id, locale)


def _keyboard(texts: Texts, *, is_within: bool = False) -> InlineKeyboardMarkup:
    languages = [
        InlineKeyboardButton(
            text=bot_words.chosen(name) if locale == texts.locale else name,
            callback_data=LanguagePress(do="pick", locale=locale, within=is_within).pack(),
        )
        for locale, name in LANGUAGES.items()
    ]
    back = InlineKeyboardButton(text=bot_words.back(texts), callback_data=BACK_TO_SETTINGS)
    return InlineKeyboardMarkup(inline_keyboard=[languages, [back]] if is_within else [languages])
