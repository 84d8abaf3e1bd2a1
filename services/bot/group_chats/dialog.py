"""/link and /unlink in group chats, and what Telegram tells of those; all else is unanswered."""

from functools import partial
from typing import Literal
from uuid import UUID

from aiogram import Bot, Dispatcher, F, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import SendMessage
from aiogram.types import (
    CallbackQuery,
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from services.bot import texts as bot_words
from services.bot.asking import Asker
from services.bot.dialogs.press import Screen
from services.bot.dialogs.reply import Replies, Write, read_replies
from services.bot.group_chats import repository, service
from services.bot.group_chats import texts as words
from services.bot.school import Place, SchoolClient, SchoolRefused
from services.bot.updates.reading import find, read, told_language
from services.bot.updates.repository import StoredUpdate
from shared import people
from shared.clock import Clock
from shared.db import Connection, Database
from shared.people import Person
from shared.texts import Texts

A_PAGE = 8
OURS = ("/link", "/unlink")
PREFIX = "place"
LONGEST_CHAT_TITLE = 256
GONE = ("left", "kicked")


class PlacePress(CallbackData, prefix=PREFIX):
    """`page` shows others, `on` links the chat to the place, `off` ends that, `no` leaves it."""

    do: Literal["page", "on", "off", "no"]
    place_id: UUID | None = None
    page: int = 0


def create_router() -> Router:
    """For private chats: where the commands belong."""
    router = Router(name="group_chats")
    router.message.register(tell_where, Command("link", "unlink"))
    return router


async def tell_where(message: Message, person: Person | None, texts: Texts) -> SendMessage:
    """They are for groups, and for administrators."""
    if person is None or "administrator" not in person.roles:
        return message.answer(words.for_administrators(texts))
    return message.answer(words.where_to_link(texts))


class GroupDialogs:
    """Updates of group chats. Nobody has a dialogue there: each press says all that is needed."""

    def __init__(self, bot: Bot, school: SchoolClient, *, database: Database, clock: Clock) -> None:
        self._bot = bot
        self._database = database
        self._dispatcher = Dispatcher(
            disable_fsm=True, school=school, database=database, clock=clock
        )
        self._dispatcher.include_router(_create_router())

    async def answer(self, update: StoredUpdate) -> Replies:
        """What to say and to write down: as a rule nothing."""
        if changed := _read_change(update):
            return [changed]
        if not is_ours(update):
            return []
        parsed = read(update, self._bot)
        if parsed is None:
            return []
        person = await self._find_sender(update)
        texts = _texts_of(update, person)
        told = await self._dispatcher.feed_update(self._bot, parsed, person=person, texts=texts)
        return read_replies(told)

    async def _find_sender(self, update: StoredUpdate) -> Person | None:
        """Who wrote or pressed; nobody where they write as the group or as a channel."""
        if find(update, "message", "sender_chat", "id") is not None:
            return None
        for kind in ("message", "callback_query"):
            sender = find(update, kind, "from", "id")
            if type(sender) is int:
                async with self._database.acquire() as connection:
                    return await people.find_by_telegram(connection, sender)
        return None


def _create_router() -> Router:
    router = Router(name="groups")
    router.message.register(refuse_anonymous, Command("link", "unlink"), F.sender_chat)
    router.message.register(ask_place, Command("link"))
    router.message.register(ask_which_off, Command("unlink"))
    router.callback_query.register(press, PlacePress.filter())
    return router


def is_ours(update: StoredUpdate) -> bool:
    """Whether somebody in a group may be speaking to the bot."""
    text = find(update, "message", "text")
    data = find(update, "callback_query", "data")
    is_asked = isinstance(text, str) and text.startswith(OURS)
    return is_asked or (isinstance(data, str) and data.startswith(f"{PREFIX}:"))


def _texts_of(update: StoredUpdate, person: Person | None) -> Texts:
    if person is not None:
        return bot_words.catalogue().of(person.locale)
    return bot_words.texts_for(told_language(update))


def _read_change(update: StoredUpdate) -> Write | None:
    """Telegram says that the bot came or was removed, or that the group has another number."""
    status = find(update, "my_chat_member", "new_chat_member", "status")
    if isinstance(status, str):
        follow = service.leave if status in GONE else service.return_to
        return Write(partial(follow, chat_id=update.chat_id))
    new = find(update, "message", "migrate_to_chat_id")
    if type(new) is int:
        return Write(partial(service.move, chat_id=update.chat_id, new_chat_id=new))
    old = find(update, "message", "migrate_from_chat_id")
    if type(old) is int:
        return Write(partial(service.move, chat_id=old, new_chat_id=update.chat_id))
    return None


async def refuse_anonymous(message: Message, texts: Texts) -> SendMessage:
    """An administrator of the group, perhaps; of the school, nobody can tell."""
    return message.answer(words.anonymous(texts))


async def ask_place(
    message: Message, person: Person | None, texts: Texts, school: SchoolClient
) -> SendMessage:
    """The school's places as buttons."""
    if (refusal := _refuse(person, texts)) or person is None:
        return message.answer(refusal)
    try:
        places = await school.list_places(Asker(person.person_id, texts.locale))
    except SchoolRefused as refused:
        return message.answer(bot_words.shown(words.refused(texts, refused), 500))
    if not places:
        return message.answer(words.no_places(texts))
    screen = _places(places, 0, texts)
    return message.answer(screen.text, reply_markup=screen.keyboard)


async def ask_which_off(
    message: Message, person: Person | None, texts: Texts, database: Database
) -> SendMessage:
    """What the chat belongs to, as buttons."""
    if refusal := _refuse(person, texts):
        return message.answer(refusal)
    async with database.acquire() as connection:
        linked = await repository.list_of_chat(connection, message.chat.id)
    if not linked:
        return message.answer(words.nothing_linked(texts))
    rows = [
        [_button(bot_words.cut(one.name, words.LONGEST_LABEL), "off", one.place_id)]
        for one in linked
    ]
    keyboard = InlineKeyboardMarkup(inline_keyboard=[*rows, [_leave(texts)]])
    return message.answer(words.ask_which_off(texts), reply_markup=keyboard)


async def press(
    callback: CallbackQuery,
    callback_data: PlacePress,
    person: Person | None,
    texts: Texts,
    school: SchoolClient,
    database: Database,
) -> Replies:
    """An administrator's press; whoever else presses hears why nothing happens."""
    if (refusal := _refuse(person, texts)) or person is None:
        return [callback.answer(refusal, show_alert=True)]
    if not isinstance(callback.message, Message):
        return [callback.answer(words.place_gone(texts), show_alert=True)]
    message = callback.message
    match callback_data.do:
        case "no":
            return [callback.answer(), message.edit_text(words.left(texts))]
        case "off":
            return await _unlink(callback, message, callback_data.place_id, texts, database)
    try:
        places = await school.list_places(Asker(person.person_id, texts.locale))
    except SchoolRefused as refused:
        return [callback.answer(words.refused(texts, refused), show_alert=True)]
    if callback_data.do == "page":
        screen = _places(places, callback_data.page, texts)
        return [callback.answer(), message.edit_text(screen.text, reply_markup=screen.keyboard)]
    place = next((one for one in places if one.place_id == callback_data.place_id), None)
    if place is None:
        return [callback.answer(words.place_gone(texts), show_alert=True)]
    return [
        callback.answer(),
        Write(partial(_link, place=place, chat=message.chat, locale=texts.locale)),
        message.edit_text(words.linked(texts, place.name)),
    ]


async def _link(
    connection: Connection, clock: Clock, *, place: Place, chat: Chat, locale: str
) -> None:
    await service.return_to(connection, clock, chat_id=chat.id)
    await service.link(
        connection,
        clock,
        place=place,
        chat_id=chat.id,
        title=(chat.title or "")[:LONGEST_CHAT_TITLE],
        url=f"https://t.me/{chat.username}" if chat.username else None,
        locale=locale,
    )


async def _unlink(
    callback: CallbackQuery,
    message: Message,
    place_id: UUID | None,
    texts: Texts,
    database: Database,
) -> Replies:
    async with database.acquire() as connection:
        linked = await repository.list_of_chat(connection, message.chat.id)
    one = next((one for one in linked if one.place_id == place_id), None)
    if one is None:
        return [callback.answer(words.nothing_linked(texts), show_alert=True)]
    off = partial(service.unlink, place_id=one.place_id, chat_id=message.chat.id)
    return [callback.answer(), Write(off), message.edit_text(words.unlinked(texts, one.name))]


def _refuse(person: Person | None, texts: Texts) -> str:
    """Why somebody may not; empty for an administrator."""
    if person is None:
        return words.not_known(texts)
    return "" if "administrator" in person.roles else words.for_administrators(texts)


def _places(places: tuple[Place, ...], page: int, texts: Texts) -> Screen:
    last = max(0, (len(places) - 1) // A_PAGE)
    page = min(max(page, 0), last)
    shown = places[page * A_PAGE : (page + 1) * A_PAGE]
    rows = [[_button(words.label(one), "on", one.place_id)] for one in shown]
    turns = [_turn("‹", page - 1)] if page > 0 else []
    turns += [_turn("›", page + 1)] if page < last else []
    rows += [turns, [_leave(texts)]]
    keyboard = InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])
    return Screen(words.ask_place(texts), keyboard)


def _button(label: str, do: Literal["on", "off"], place_id: UUID) -> InlineKeyboardButton:
    press = PlacePress(do=do, place_id=place_id)
    return InlineKeyboardButton(text=label, callback_data=press.pack())


def _turn(label: str, page: int) -> InlineKeyboardButton:
    press = PlacePress(do="page", page=page)
    return InlineKeyboardButton(text=label, callback_data=press.pack())


def _leave(texts: Texts) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words.leave(texts), callback_data=PlacePress(do="no").pack())
