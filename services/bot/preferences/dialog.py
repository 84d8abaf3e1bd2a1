"""/settings: one message that shows what stands and is changed by its own buttons."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time
from functools import partial

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from services.bot import texts as bot_words
from services.bot.dialogs.press import Screen, is_theirs
from services.bot.dialogs.press import replace as edit
from services.bot.dialogs.reply import Replies, Write
from services.bot.dialogs.start import invite
from services.bot.errors import PreferenceRefused, TimeNotOffered
from services.bot.preferences import repository, screens, service
from services.bot.preferences import texts as words
from services.bot.preferences.place import place_of
from services.bot.preferences.planning import Preferences
from services.bot.preferences.screens import SettingsPress, View
from shared.clock import Clock
from shared.db import Connection, Database
from shared.people import Person
from shared.texts import Texts

HOUR = re.compile(r"[0-9]{1,2}")
LAST_HOUR = 23


@dataclass(frozen=True, slots=True)
class Step:
    """Where a press leads: what stands afterwards, the screen that shows it, and how it is kept."""

    after: Preferences
    screen: Callable[[View], Screen]
    write: Write | None = None


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="settings")
    router.message.register(show, Command("settings"))
    router.callback_query.register(press, SettingsPress.filter())
    router.callback_query.register(press_unreadable, F.data.startswith("set:"))
    return router


async def show(
    message: Message,
    person: Person | None,
    texts: Texts,
    database: Database,
    clock: Clock,
    public_url: str,
) -> SendMessage:
    """All at a glance, in a new message."""
    if person is None:
        return invite(message, words.stranger(texts), texts, public_url)
    screen = screens.main(await _view(person, texts, database, clock, public_url))
    return message.answer(screen.text, reply_markup=screen.keyboard)


async def press(
    callback: CallbackQuery,
    callback_data: SettingsPress,
    person: Person | None,
    texts: Texts,
    database: Database,
    clock: Clock,
    public_url: str,
) -> Replies:
    """Another screen, or a change and the screen that shows it."""
    if person is None or not is_theirs(callback):
        return [callback.answer(bot_words.button_unknown(texts, is_known=False))]
    view = await _view(person, texts, database, clock, public_url)
    try:
        step = _step(callback_data, view)
    except PreferenceRefused:
        return [callback.answer(words.out_of_date(texts)), *_show(callback, screens.main(view))]
    if step.write is None or step.after == view.preferences:
        return [callback.answer(), *_show(callback, step.screen(view))]
    changed = replace(view, preferences=step.after)
    return [callback.answer(words.saved(texts)), step.write, *_show(callback, step.screen(changed))]


async def press_unreadable(
    callback: CallbackQuery,
    person: Person | None,
    texts: Texts,
    database: Database,
    clock: Clock,
    public_url: str,
) -> Replies:
    """A button of another version."""
    unknown = SettingsPress(do="?")
    return await press(callback, unknown, person, texts, database, clock, public_url)


async def _view(
    person: Person, texts: Texts, database: Database, clock: Clock, public_url: str
) -> View:
    async with database.acquire() as connection:
        preferences = await repository.find(connection, person.person_id)
    place = await place_of(person, texts.locale, clock.now())
    return View(person, place, preferences, clock.now(), texts, public_url)


def _step(asked: SettingsPress, view: View) -> Step:
    """What the press asks for.

    Raises:
        PreferenceRefused: nothing that this person can be given.
    """
    now = view.preferences
    match asked.do, asked.what, asked.value:
        case "main", "", "":
            return Step(now, screens.main)
        case "quiet", "", "":
            return Step(now, screens.quiet)
        case "begin", "", "":
            return Step(now, screens.begin)
        case "end", hour, "":
            return Step(now, partial(screens.end, begin=_hour(hour)))
        case "hours", begin, end:
            return _quiet_hours(view, _hour(begin), _hour(end))
        case "loud", "", "":
            return _quiet_hours(view, None, None)
        case "digest", "", "":
            return Step(now, screens.digest)
        case "at", hour, "":
            at = _hour(hour)
            return _change(view, screens.digest, lambda old: replace(old, digest_at=at))
        case "kinds", "", "":
            return Step(now, screens.kinds)
        case "kind", kind, "":
            known, _ = service.check_mode(view.person.roles, kind, "now")
            return Step(now, partial(screens.kind, kind=known))
        case "mode", kind, mode:
            return _mode(view, kind, mode)
        case _:
            raise PreferenceRefused("button")


def _quiet_hours(view: View, begin: time | None, end: time | None) -> Step:
    service.check_quiet_hours(begin, end)
    return _change(view, screens.quiet, lambda old: replace(old, quiet_from=begin, quiet_until=end))


def _mode(view: View, name: str, mode: str) -> Step:
    kind, chosen = service.check_mode(view.person.roles, name, mode)
    screen = partial(screens.kind, kind=kind)
    return _change(view, screen, lambda old: old.with_mode(kind, chosen))


def _change(
    view: View, screen: Callable[[View], Screen], changed: Callable[[Preferences], Preferences]
) -> Step:
    async def keep(connection: Connection, clock: Clock) -> None:
        await service.change(connection, view.person.person_id, changed, clock)

    return Step(changed(view.preferences), screen, Write(keep))


def _hour(text: str) -> time:
    if not HOUR.fullmatch(text) or int(text) > LAST_HOUR:
        raise TimeNotOffered("hour")
    return time(int(text))


def _show(callback: CallbackQuery, screen: Screen) -> Replies:
    """In place of what the message shows; nothing where it shows just that."""
    if isinstance(callback.message, Message) and _is_shown(callback.message, screen):
        return []
    return [edit(callback, screen.text, screen.keyboard)]


def _is_shown(message: Message, screen: Screen) -> bool:
    """Telegram refuses an edit that changes nothing."""
    return message.html_text == screen.text and (
        _labels(message.reply_markup) == _labels(screen.keyboard)
    )


def _labels(keyboard: InlineKeyboardMarkup | None) -> list[list[tuple[str, str | None]]]:
    rows = keyboard.inline_keyboard if keyboard else []
    return [[(button.text, button.callback_data or button.url) for button in row] for row in rows]
