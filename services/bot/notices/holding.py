"""What waits: for its reader's morning, for the hour's or the day's summary, or for a chat.

Everything is looked at again when its time has come: what a person chose, where they live, whether
the matter was settled meanwhile. What is left comes as one message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.bot.notices import repository
from services.bot.notices.repository import Held, Reach
from services.bot.notices.summary import compose_summary
from services.bot.notices.table import Rule
from services.bot.notices.telling import read, send, show, texts_for
from services.bot.outgoing import repository as outgoing
from services.bot.preferences.planning import plan, quiet_end
from shared.clock import Clock
from shared.context import caused_by
from shared.db import Connection, Database, ring_on_commit
from shared.events import Event

PERSONS_AT_ONCE = 50
FOR_A_CHAT = "chat"
BELL = "due:release_held"


@dataclass(frozen=True, slots=True)
class Readable:
    """A notice that waits, understood."""

    held: Held
    rule: Rule[Any]
    event: Event


async def give_chat(connection: Connection, person_id: UUID, clock: Clock) -> None:
    """A person's chat came, went or is another one: what is not under way yet follows.

    A notice must not reach whoever has the old chat now.
    """
    now = clock.now()
    reach = await repository.find_reach(connection, person_id)
    held = await repository.list_held(connection, person_id)
    await outgoing.take_back(connection, person_id, chat_id=reach.chat_id, now=now)
    waiting = [one.id for one in held if one.waits_for == FOR_A_CHAT]
    if reach.chat_id is not None and waiting:
        await repository.hold(connection, waiting, FOR_A_CHAT, now)
    ring_on_commit(BELL)


async def replan(connection: Connection, person_id: UUID, clock: Clock) -> None:
    """A person chose otherwise, or moved: what waits for their time waits by the new rules."""
    now = clock.now()
    reach = await repository.find_reach(connection, person_id)
    for one in await repository.list_held(connection, person_id):
        known = read(one.rule, one.facts)
        if known is None or one.waits_for == FOR_A_CHAT:
            continue
        when = plan(reach.preferences, reach.person.zone, known[0].kind, now)
        match when.because:
            case "never":
                await repository.drop(connection, [one.id], "never")
            case "now":
                await repository.hold(connection, [one.id], one.waits_for, now)
            case _:
                await repository.hold(connection, [one.id], when.because, when.due_at)
    ring_on_commit(BELL)


async def release_held(database: Database, clock: Clock) -> int:
    """Tell what has waited long enough; gives for how many persons."""
    async with database.acquire() as connection:
        persons = await repository.list_persons_due(connection, clock.now(), PERSONS_AT_ONCE)
    for person_id in persons:
        async with database.transaction() as connection:
            await _release(connection, person_id, clock.now())
    return len(persons)


async def _release(connection: Connection, person_id: UUID, now: datetime) -> None:
    reach = await repository.find_reach(connection, person_id)
    held = await repository.list_held(connection, person_id)
    due = [one for one in held if one.due_at is not None and one.due_at <= now]
    ids = [one.id for one in due]
    if reach.chat_id is None:
        await repository.hold(connection, ids, FOR_A_CHAT, None)
        return
    worth, outdated = _sort(due, now)
    if outdated:
        await repository.drop(connection, outdated, "stale")
    quiet_until = quiet_end(reach.preferences, reach.person.zone, now)
    if quiet_until is not None:
        critical = [one for one in worth if one.rule.kind.is_critical]
        later = [one.held.id for one in worth if not one.rule.kind.is_critical]
        await repository.hold(connection, later, "quiet", quiet_until)
        worth = critical
    await _tell(connection, worth, reach, now)


def _sort(due: Sequence[Held], now: datetime) -> tuple[list[Readable], list[int]]:
    """What is still worth telling, and the numbers of what is not."""
    worth, outdated = [], []
    for one in due:
        known = read(one.rule, one.facts)
        if known is None or one.good_until < now:
            outdated.append(one.id)
        else:
            worth.append(Readable(one, *known))
    return worth, outdated


async def _tell(
    connection: Connection, worth: Sequence[Readable], reach: Reach, now: datetime
) -> None:
    """One as it would have come, several as one summary.

    What is critical has a card of its own; of muted matters only the card changes.
    """
    many = [one for one in worth if not one.held.is_muted and not one.rule.kind.is_critical]
    if len(many) == 1:
        many = []
    for one in worth:
        if one not in many:
            await _show_card(connection, one, reach, now)
    if not many:
        return
    with caused_by(many[-1].held.correlation_id):
        news = [(one.rule, one.event) for one in many]
        row_id = await send(connection, compose_summary(news, texts_for(reach)), reach, now=now)
    await repository.mark_told(connection, [one.held.id for one in many], row_id)


async def _show_card(connection: Connection, one: Readable, reach: Reach, now: datetime) -> None:
    if one.held.card_id is None:  # forgotten meanwhile
        await repository.drop(connection, [one.held.id], "stale")
        return
    with caused_by(one.held.correlation_id):
        row_id = await show(
            connection,
            one.rule,
            one.event,
            reach,
            card_id=one.held.card_id,
            now=now,
            is_edit=one.held.is_muted,
        )
    await repository.mark_told(connection, [one.held.id], row_id)


async def drop_stale(database: Database, clock: Clock) -> int:
    """Drop, with its reason on record, what waited until it was not worth telling."""
    async with database.transaction() as connection:
        return await repository.drop_stale(connection, clock.now(), PERSONS_AT_ONCE)
