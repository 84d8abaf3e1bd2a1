"""/videos: what a person may watch, as a tree; /progress: how far they are at Stepik."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery, Message

from services.bot import texts as bot_words
from services.bot.asking import Asker
from services.bot.dialogs.press import is_theirs, replace
from services.bot.dialogs.reply import Replies
from services.bot.dialogs.start import invite
from services.bot.sync import SyncClient, SyncRefused
from services.bot.texts import shown
from services.bot.videos import screens
from services.bot.videos import texts as words
from services.bot.videos.buttons import ProgressPress, VideosPress
from services.bot.videos.screens import View
from services.bot.works import texts as works_words
from shared.clock import Clock
from shared.people import Person
from shared.texts import Texts


def create_router() -> Router:
    """A router has one parent, so each dispatcher gets its own."""
    router = Router(name="videos")
    router.message.register(show_videos, Command("videos"))
    router.message.register(show_progress, Command("progress"))
    router.callback_query.register(turn_videos, VideosPress.filter())
    router.callback_query.register(turn_progress, ProgressPress.filter())
    return router


async def show_videos(
    message: Message,
    person: Person | None,
    texts: Texts,
    sync: SyncClient,
    clock: Clock,
    public_url: str,
) -> SendMessage:
    """The modules, each with how much of it is open."""
    if person is None:
        return invite(message, words.stranger(texts), texts, public_url)
    try:
        videos = await sync.list_videos(Asker(person.person_id, texts.locale))
    except SyncRefused as refusal:
        return message.answer(_refused(texts, refusal))
    view = View(texts, person.zone, clock.now(), public_url)
    screen = screens.tree(videos, VideosPress(), view)
    return message.answer(screen.text, reply_markup=screen.keyboard)


async def turn_videos(
    callback: CallbackQuery,
    callback_data: VideosPress,
    person: Person | None,
    texts: Texts,
    sync: SyncClient,
    clock: Clock,
    public_url: str,
) -> Replies:
    """A module, another page, the way back, or the same anew: as it stands now."""
    if person is None or not is_theirs(callback):
        return [callback.answer(bot_words.button_unknown(texts, is_known=person is not None))]
    try:
        videos = await sync.list_videos(Asker(person.person_id, texts.locale))
    except SyncRefused as refusal:
        return [_alert(callback, texts, refusal)]
    view = View(texts, person.zone, clock.now(), public_url)
    screen = screens.tree(videos, callback_data, view)
    return [callback.answer(), replace(callback, screen.text, screen.keyboard)]


async def show_progress(
    message: Message,
    person: Person | None,
    texts: Texts,
    sync: SyncClient,
    clock: Clock,
    public_url: str,
) -> SendMessage:
    """By course and module."""
    if person is None:
        return invite(message, words.stranger(texts), texts, public_url)
    try:
        done = await sync.get_progress(Asker(person.person_id, texts.locale))
    except SyncRefused as refusal:
        return message.answer(_refused(texts, refusal))
    screen = screens.progress(done, View(texts, person.zone, clock.now(), public_url))
    return message.answer(screen.text, reply_markup=screen.keyboard)


async def turn_progress(
    callback: CallbackQuery,
    person: Person | None,
    texts: Texts,
    sync: SyncClient,
    clock: Clock,
    public_url: str,
) -> Replies:
    """The same anew."""
    if person is None or not is_theirs(callback):
        return [callback.answer(bot_words.button_unknown(texts, is_known=person is not None))]
    try:
        done = await sync.get_progress(Asker(person.person_id, texts.locale))
    except SyncRefused as refusal:
        return [_alert(callback, texts, refusal)]
    screen = screens.progress(done, View(texts, person.zone, clock.now(), public_url))
    return [callback.answer(), replace(callback, screen.text, screen.keyboard)]


def _refused(texts: Texts, refusal: SyncRefused) -> str:
    return shown(works_words.refused(texts, refusal), words.LONGEST_REFUSAL)


def _alert(callback: CallbackQuery, texts: Texts, refusal: SyncRefused) -> AnswerCallbackQuery:
    text = works_words.in_passing(works_words.refused(texts, refusal))
    return callback.answer(text, show_alert=True)
