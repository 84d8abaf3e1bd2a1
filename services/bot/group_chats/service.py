"""Group chats of the school: linked by an administrator, told of weeks, followed when they move."""

from uuid import UUID

from aiogram.methods import SendMessage

from services.bot import texts as texts_of_the_bot
from services.bot.chats import repository as chats
from services.bot.group_chats import repository
from services.bot.group_chats import texts as words
from services.bot.group_chats.repository import GroupChat
from services.bot.links import with_link
from services.bot.notices import repository as notices
from services.bot.outgoing import repository as outgoing
from services.bot.school import Place
from shared import outbox
from shared.clock import Clock
from shared.db import Connection
from shared.events import ChatLinked, WeekOpened


async def link(
    connection: Connection,
    clock: Clock,
    *,
    place: Place,
    chat_id: int,
    title: str,
    url: str | None,
    locale: str,
) -> None:
    """Let the chat stand for a place. A place has one: the chat that it had is told of it."""
    before = await repository.lock(connection, place.place_id)
    if before is not None and before.chat_id == chat_id:
        return
    linked = await repository.keep(
        connection,
        place=place.place,
        place_id=place.place_id,
        name=place.name,
        stream_id=place.stream_id,
        chat_id=chat_id,
        title=title,
        url=url,
        locale=locale,
        now=clock.now(),
    )
    await _tell_school(connection, linked, chat_id)
    if before is not None and before.chat_id is not None:
        texts = texts_of_the_bot.catalogue().of(before.locale)
        text = words.moved_away(texts, before.name)
        await _post(connection, SendMessage(chat_id=0, text=text), before.chat_id, clock)


async def unlink(
    connection: Connection, clock: Clock, *, place_id: UUID | None, chat_id: int
) -> None:
    """The chat stands for that place no more; without one, for none of those that it had."""
    for one in await repository.lock_of_chat(connection, chat_id):
        if place_id is None or one.place_id == place_id:
            free = await repository.set_chat(connection, one.place_id, None, now=clock.now())
            await _tell_school(connection, free, chat_id)


async def leave(connection: Connection, clock: Clock, *, chat_id: int) -> None:
    """The bot was removed: nothing more is sent there, and the chat stands for nothing."""
    await outgoing.give_up_chat(
        connection, chat_id, reason="the bot is not in the group", now=clock.now()
    )
    await unlink(connection, clock, place_id=None, chat_id=chat_id)


async def return_to(connection: Connection, clock: Clock, *, chat_id: int) -> None:
    """The bot is there, and may write."""
    await chats.mark_reachable(connection, chat_id)


async def move(connection: Connection, clock: Clock, *, chat_id: int, new_chat_id: int) -> None:
    """A group became a supergroup, which has another number: all of it goes there."""
    for one in await repository.lock_of_chat(connection, chat_id):
        moved = await repository.set_chat(connection, one.place_id, new_chat_id, now=clock.now())
        await _tell_school(connection, moved, new_chat_id)


async def post_week(connection: Connection, event: WeekOpened, clock: Clock) -> None:
    """Tell the chats of a stream, its course and its teams that a week is open; each once."""
    if not await notices.claim_version(connection, event.key(), event.version, now=clock.now()):
        return
    found = await repository.list_for_stream(connection, event.stream_id, event.course_id)
    for chat_id, locale in found:
        texts = texts_of_the_bot.catalogue().of(locale)
        text, keyboard = with_link(words.week(texts, event), event.page_url, words.open_week(texts))
        message = SendMessage(chat_id=0, text=text, reply_markup=keyboard)
        await _post(connection, message, chat_id, clock)


async def _post(connection: Connection, message: SendMessage, chat_id: int, clock: Clock) -> None:
    await outgoing.enqueue(
        connection,
        message,
        chat_id=chat_id,
        person_id=None,
        lane=outgoing.NOTICE,
        now=clock.now(),
    )


async def _tell_school(connection: Connection, one: GroupChat, chat_id: int) -> None:
    """`chat_id`: the chat that it is linked to, or was."""
    event = ChatLinked(
        place=one.place,
        place_id=one.place_id,
        version=one.version,
        chat_id=chat_id,
        title=one.title,
        url=one.url,
        linked=one.chat_id is not None,
        linked_at=one.changed_at,
    )
    await outbox.record(connection, event)
