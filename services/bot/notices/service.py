"""Notices: an event becomes a message for the right person, once."""

from datetime import timedelta
from uuid import UUID

from aiogram.methods import SendMessage

from services.bot import texts as words
from services.bot.chats import repository as chats
from services.bot.notices import repository
from services.bot.notices.table import BY_KIND, NOTICES, E, Notice, compose
from services.bot.outgoing import repository as outgoing
from shared import people
from shared.clock import Clock
from shared.db import Connection, Database
from shared.events import PersonChanged
from shared.people import Person

WAITS_FOR_CHAT = timedelta(hours=24)
NO_CHAT = "no chat"
AT_ONCE = 500


async def notify(connection: Connection, event: E, clock: Clock) -> None:
    """Tell whom it concerns. A version that is not newer than the last one told of tells nothing.

    The sender's bell is rung by the consumer after its commit.
    """
    if not await repository.claim_version(connection, event.key(), event.version, now=clock.now()):
        return
    for notice in NOTICES:
        if notice.event is type(event) and notice.when(event):
            await _tell(connection, notice, event, clock)


async def _tell(connection: Connection, notice: Notice[E], event: E, clock: Clock) -> None:
    now = clock.now()
    person = await people.get_person(connection, notice.who(event))
    if person.deleted:
        return
    notice_id = await repository.record(
        connection,
        person_id=person.person_id,
        kind=notice.kind,
        subject=event.key(),
        version=event.version,
        facts=event.model_dump(mode="json"),
        now=now,
    )
    if notice_id is None:
        return
    chat_id, reason = await _find_chat(connection, person)
    await outgoing.enqueue(
        connection,
        compose(notice, event, words.catalogue().of(person.locale)),
        chat_id=chat_id,
        person_id=person.person_id,
        lane=outgoing.NOTICE,
        now=now,
        notice_id=notice_id,
        error=reason,
    )


async def _find_chat(connection: Connection, person: Person) -> tuple[int | None, str | None]:
    """Where a person is told, or why nowhere. A private chat has its person's Telegram id."""
    if person.telegram_id is None or person.deleted:
        return None, NO_CHAT
    reason = await chats.find_unreachable_reason(connection, person.telegram_id)
    return (person.telegram_id, None) if reason is None else (None, reason)


async def project_person_and_chat(
    connection: Connection, event: PersonChanged, clock: Clock
) -> None:
    """Keep a person; what waits for them goes to the chat they have now, or waits for one.

    A chat that was linked to somebody known is told so, for it may not have been its owner's doing.
    """
    before = await people.get_person(connection, event.person_id)
    await people.project_person(connection, event, clock)
    await give_chat(connection, event.person_id, clock)
    is_news = 0 < before.version < event.version
    if is_news and event.telegram_id not in (None, before.telegram_id):
        await _greet_chat(connection, event, clock)


async def _greet_chat(connection: Connection, event: PersonChanged, clock: Clock) -> None:
    chat_id = event.telegram_id
    if chat_id is None or not await chats.is_open(connection, chat_id):
        return
    text = words.linked(words.catalogue().of(event.locale), event.name)
    await outgoing.enqueue(
        connection,
        SendMessage(chat_id=chat_id, text=text),
        chat_id=chat_id,
        person_id=event.person_id,
        lane=outgoing.REPLY,
        now=clock.now(),
    )


async def give_chat(connection: Connection, person_id: UUID, clock: Clock) -> None:
    """Address what waits for a person anew, in their present language.

    Also when the chat was taken away: a notice must not reach whoever has that chat now.
    """
    person = await people.get_person(connection, person_id)
    chat_id, reason = await _find_chat(connection, person)
    since = clock.now() - WAITS_FOR_CHAT
    for unsent in await repository.list_unsent(connection, person_id, since=since):
        notice = BY_KIND.get(unsent.kind)
        if unsent.chat_id == chat_id or notice is None:
            continue
        event = notice.event.model_validate(unsent.facts)
        message = compose(notice, event, words.catalogue().of(person.locale))
        await outgoing.readdress(
            connection, unsent.outgoing_id, message, chat_id=chat_id, error=reason
        )


async def expire_notices(database: Database, clock: Clock) -> int:
    """Give up, with its reason on record, what found no chat within a day."""
    now = clock.now()
    async with database.transaction() as connection:
        return await outgoing.expire(
            connection, now=now, before=now - WAITS_FOR_CHAT, limit=AT_ONCE
        )


async def prune(database: Database, clock: Clock) -> int:
    """Forget messages and notices of more than 30 days ago."""
    async with database.transaction() as connection:
        pruned = await outgoing.prune(connection, before=clock.now() - outgoing.KEPT, limit=AT_ONCE)
    async with database.transaction() as connection:
        return pruned + await repository.prune(
            connection, before=clock.now() - repository.KEPT, limit=AT_ONCE
        )
