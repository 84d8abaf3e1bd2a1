"""What follows where a person changes: their chat, what waits for them, what is forgotten."""

from aiogram.methods import SendMessage

from services.bot import texts as words
from services.bot.cards import repository as cards
from services.bot.chats import repository as chats
from services.bot.feedback import repository as feedback
from services.bot.menus import service as menus
from services.bot.notices import repository as notices
from services.bot.notices.holding import give_chat, replan
from services.bot.outgoing import repository as outgoing
from services.bot.preferences import repository as preferences
from services.bot.states import repository as states
from services.bot.works import repository as drafts
from shared import people
from shared.clock import Clock
from shared.db import Connection
from shared.events import PersonChanged
from shared.people import Person


async def project_person(connection: Connection, event: PersonChanged, clock: Clock) -> None:
    """Keep a person, and all that the bot has of them in step; an older version changes nothing.

    Rows are locked as wherever else: the chats', the person's, cards, notices, the queue's.
    """
    before = await people.get_person(connection, event.person_id)
    both = (before.telegram_id, event.telegram_id)
    chat_ids = sorted({chat_id for chat_id in both if chat_id is not None})
    for chat_id in chat_ids:
        await chats.lock(connection, chat_id)
    await people.project_person(connection, event, clock)
    if event.version <= before.version:
        return
    if event.deleted:
        await _forget(connection, before)
    await give_chat(connection, event.person_id, clock)
    if event.zone != before.zone:
        await replan(connection, event.person_id, clock)
    if before.version > 0 and event.telegram_id != before.telegram_id:
        texts = words.catalogue().of(event.locale)
        await _tell_chat(connection, before.telegram_id, words.unlinked(texts), clock)
        await _tell_chat(connection, event.telegram_id, words.linked(texts, event.name), clock)
    for chat_id in chat_ids:
        await menus.refresh(connection, clock, chat_id=chat_id)


async def _forget(connection: Connection, person: Person) -> None:
    """What the bot knows of somebody who is gone."""
    for noun in (preferences, feedback, drafts, notices, cards):
        await noun.forget(connection, person.person_id)
    if person.telegram_id is not None:
        await states.forget(connection, person.telegram_id)


async def _tell_chat(connection: Connection, chat_id: int | None, text: str, clock: Clock) -> None:
    """A chat that was linked or unlinked is told: it may not have been its owner's doing.

    Only where somebody wrote to the bot.
    """
    if chat_id is None or not await chats.is_open(connection, chat_id):
        return
    await outgoing.enqueue(
        connection,
        SendMessage(chat_id=chat_id, text=text),
        chat_id=chat_id,
        person_id=None,
        lane=outgoing.REPLY,
        now=clock.now(),
    )
