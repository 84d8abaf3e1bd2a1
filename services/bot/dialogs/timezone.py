"""/timezone: the zone that stands, and another: by a button, or by the name of a city."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from aiogram import Router
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from pydantic import BaseModel

from services.bot import texts as bot_words
from services.bot.auth import AuthClient, AuthRefused
from services.bot.dialogs.answers import TextAnswer
from services.bot.dialogs.press import BACK_TO_SETTINGS, is_theirs, replace
from services.bot.dialogs.reply import Replies
from services.bot.dialogs.request_key import RequestKey
from services.bot.dialogs.start import invite
from services.bot.dialogs.steps import Step, read_data
from services.bot.zones import search
from services.bot.zones import texts as words
from shared.clock import Clock
from shared.people import Person
from shared.texts import Texts
from shared.zones import Zone, find_zone, list_zones, zone_names, zone_of

CITY = State("city", group_name="timezone.1")
STEPS = (Step(CITY, awaited=words.awaited, left=words.left),)

A_PAGE = 6
PAGES = [search.RUSSIAN[first : first + A_PAGE] for first in range(0, len(search.RUSSIAN), A_PAGE)]

Rows = list[list[InlineKeyboardButton]]


class ZonePress(CallbackData, prefix="tz"):
    """`open`, `page` and `back` show the question, `type` asks for a city, `pick` is the answer.

    `within`: the question stands in the place of /settings, and leads back there.
    """

    do: Literal["open", "page", "back", "type", "pick"]
    zone: str = ""
    page: int = 0
    within: bool = False


class Search(BaseModel):
    """What is known while a city is awaited: whether it was asked for from /settings."""

    within: bool = False


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="timezone")
    router.message.register(ask, Command("timezone"))
    router.message.register(look_for, StateFilter(CITY), TextAnswer())
    router.callback_query.register(answer, ZonePress.filter())
    return router


async def ask(
    message: Message,
    command: CommandObject,
    state: FSMContext,
    person: Person | None,
    texts: Texts,
    clock: Clock,
    public_url: str,
) -> SendMessage:
    """The question; or, where a city stands behind the command, what fits it."""
    if person is None:
        return invite(message, words.stranger(texts), texts, public_url)
    if command.args:
        return await _look_for(message, command.args, Search(), state, texts, clock.now())
    await _read_zones(texts, clock.now())
    text, keyboard = _question(person, texts, clock.now())
    return message.answer(text, reply_markup=keyboard)


async def look_for(
    message: Message, answer: str, state: FSMContext, texts: Texts, clock: Clock
) -> SendMessage:
    """The name of a city. It is awaited until one is chosen, so that another may be tried."""
    known = await read_data(state, Search)
    return await _look_for(message, answer, known, state, texts, clock.now())


async def answer(
    callback: CallbackQuery,
    callback_data: ZonePress,
    person: Person | None,
    texts: Texts,
    auth: AuthClient,
    request_key: RequestKey,
    clock: Clock,
    state: FSMContext,
) -> Replies:
    """Another page, the word to write, or the zone itself."""
    if person is None or not is_theirs(callback):
        unknown = bot_words.button_unknown(texts, is_known=person is not None)
        return [callback.answer(unknown, show_alert=True)]
    match callback_data.do:
        case "pick":
            return await _pick(
                callback, callback_data, texts, auth, request_key, clock.now(), state
            )
        case "type":
            await _await_city(state, Search(within=callback_data.within))
            back = _keyboard([[_back_to_question(texts, is_within=callback_data.within)]])
            return [callback.answer(), replace(callback, words.ask_city(texts), back)]
        case _:
            if callback_data.do == "back":
                await _leave_city(state)
            is_within = callback_data.within or callback_data.do == "open"
            page = callback_data.page if callback_data.do == "page" else None
            await _read_zones(texts, clock.now())
            text, keyboard = _question(person, texts, clock.now(), page=page, is_within=is_within)
            return [callback.answer(), replace(callback, text, keyboard)]


async def _pick(
    callback: CallbackQuery,
    pressed: ZonePress,
    texts: Texts,
    auth: AuthClient,
    request_key: RequestKey,
    now: datetime,
    state: FSMContext,
) -> Replies:
    """Keep it in the account; its event brings it back."""
    try:
        if pressed.zone not in zone_names():
            raise AuthRefused("wrong")
        await auth.change_settings(callback.from_user.id, zone=pressed.zone, key=request_key())
    except AuthRefused as refusal:
        unknown = bot_words.button_unknown(texts, is_known=refusal.reason == "wrong")
        return [callback.answer(unknown, show_alert=True)]
    await _leave_city(state)
    await _read_zones(texts, now)
    text = words.chosen(texts, zone=_label(pressed.zone, texts, now), now=_time(pressed.zone, now))
    back = _keyboard([[_back(texts)]]) if pressed.within else None
    return [callback.answer(), replace(callback, text, back)]


async def _await_city(state: FSMContext, search_: Search) -> None:
    await state.set_state(CITY)
    await state.set_data(search_.model_dump())


async def _leave_city(state: FSMContext) -> None:
    """No city is awaited any more; another dialogue stays."""
    if await state.get_state() == CITY.state:
        await state.clear()


async def _read_zones(texts: Texts, now: datetime) -> None:
    """In a thread, for the first asking of a day reads every zone; then they are remembered."""
    await asyncio.to_thread(list_zones, texts.locale, now.date())


async def _look_for(
    message: Message, query: str, known: Search, state: FSMContext, texts: Texts, now: datetime
) -> SendMessage:
    """What fits; where the city may be none of it, a better word for it is awaited."""
    found = await asyncio.to_thread(search.find, query, texts.locale, now.date())
    if found.has_more or not found.zones:
        await _await_city(state, known)
    rows = [[_place(zone, now, is_within=known.within)] for zone in found.zones]
    if known.within:
        rows.append([_back_to_question(texts, is_within=True)])
    text = _said_of(found, query, texts)
    return message.answer(text, reply_markup=_keyboard(rows) if rows else None)


def _said_of(found: search.Found, query: str, texts: Texts) -> str:
    count = len(found.zones)
    if found.has_more:
        return words.first_found(texts, count)
    return words.found(texts, count) if count else words.not_found(texts, query)


def _question(
    person: Person,
    texts: Texts,
    now: datetime,
    *,
    page: int | None = None,
    is_within: bool = False,
) -> tuple[str, InlineKeyboardMarkup]:
    """What stands, and a page of cities: the one of the person's own, unless another is asked."""
    text = words.standing(texts, zone=_label(person.zone, texts, now), now=_time(person.zone, now))
    own = next((number for number, zones in enumerate(PAGES) if person.zone in zones), 0)
    number = page if page is not None and 0 <= page < len(PAGES) else own
    rows = [
        [_place(zone, now, is_own=zone.has(person.zone), is_within=is_within)]
        for zone in _zones(PAGES[number], texts, now)
    ]
    rows.append(_pages(number, texts, is_within=is_within))
    another = ZonePress(do="type", within=is_within)
    rows.append([_button(words.another_city(texts), another)])
    return text, _keyboard([*rows, [_back(texts)]] if is_within else rows)


def _pages(number: int, texts: Texts, *, is_within: bool) -> list[InlineKeyboardButton]:
    def turn(label: str, page: int) -> InlineKeyboardButton:
        return _button(label, ZonePress(do="page", page=page, within=is_within))

    west = [turn(words.western(texts), number - 1)] if number > 0 else []
    east = [turn(words.eastern(texts), number + 1)] if number + 1 < len(PAGES) else []
    return west + east


def _zones(names: Iterable[str], texts: Texts, now: datetime) -> list[Zone]:
    found = (find_zone(name, texts.locale, now.date()) for name in names)
    return [zone for zone in found if zone is not None]


def _label(name: str, texts: Texts, now: datetime) -> str:
    """The city and its distance; a zone that has none is shown as it is."""
    zone = find_zone(name, texts.locale, now.date())
    return zone.label if zone else name


def _time(name: str, now: datetime) -> str:
    return f"{now.astimezone(zone_of(name)):%H:%M}"


def _place(
    zone: Zone, now: datetime, *, is_own: bool = False, is_within: bool = False
) -> InlineKeyboardButton:
    label = words.place(zone.city, _time(zone.name, now))
    press = ZonePress(do="pick", zone=zone.name, within=is_within)
    return _button(bot_words.chosen(label) if is_own else label, press)


def _button(label: str, press: ZonePress) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=press.pack())


def _back(texts: Texts) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=bot_words.back(texts), callback_data=BACK_TO_SETTINGS)


def _back_to_question(texts: Texts, *, is_within: bool) -> InlineKeyboardButton:
    return _button(bot_words.back(texts), ZonePress(do="back", within=is_within))


def _keyboard(rows: Rows) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=rows)
