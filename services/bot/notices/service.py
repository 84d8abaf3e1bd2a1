"""Notices: an event becomes news for the right person, once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.bot.cards import repository as cards
from services.bot.notices import repository
from services.bot.notices.deciding import Drop, Hold, Show, decide
from services.bot.notices.matters import matter_of
from services.bot.notices.rule import E, Rule, Urgency
from services.bot.notices.table import RULES
from services.bot.notices.telling import show
from services.bot.outgoing import repository as outgoing
from shared import people
from shared.clock import Clock
from shared.db import Connection, Database

AT_ONCE = 500
TOLD_KEPT = timedelta(days=90)
"""Longer than anything can come again: outboxes keep what they sent for a week."""


async def notify(connection: Connection, event: E, clock: Clock) -> None:
    """Tell whom it concerns. A version that is not newer than the last one told of tells nothing.

    The sender's bell is rung by the consumer after its commit.
    """
    matter = matter_of(event)
    if not await repository.claim_version(connection, matter, event.version, now=clock.now()):
        return
    for rule in RULES:
        if rule.event is type(event) and rule.when(event):
            for person_id in await _list_readers(connection, rule.who(event)):
                await _tell(connection, rule, event, matter, person_id, clock)


async def _list_readers(connection: Connection, who: UUID | str) -> Sequence[UUID]:
    if isinstance(who, UUID):
        return [who]
    return [person.person_id for person in await people.list_by_role(connection, who)]


async def _tell(
    connection: Connection, rule: Rule[Any], event: E, matter: str, person_id: UUID, clock: Clock
) -> None:
    now = clock.now()
    reach = await repository.find_reach(connection, person_id)
    if reach.person.deleted:
        return
    if rule.urgency is Urgency.KEEP and not await cards.has(connection, person_id, matter):
        return
    card = await cards.touch(connection, person_id, matter, now=now)
    fate: dict[str, Any] = {}
    match decide(rule, card, reach, now):
        case Show(is_edit=is_edit, is_silent=is_silent):
            fate["outgoing_id"] = await show(
                connection,
                rule,
                event,
                reach,
                card_id=card.card_id,
                now=now,
                is_edit=is_edit,
                is_silent=is_silent,
            )
        case Hold(waits_for=waits_for, due_at=due_at):
            fate.update(waits_for=waits_for, due_at=due_at)
        case Drop(why=why):
            fate["dropped"] = why
    await repository.record(
        connection,
        person_id=person_id,
        rule=rule.name,
        subject=matter,
        version=event.version,
        facts=event.model_dump(mode="json"),
        now=now,
        good_until=now + rule.good_for,
        card_id=card.card_id,
        **fate,
    )


async def prune(database: Database, clock: Clock) -> int:
    """Forget messages and notices of more than 30 days ago, and cards that rest for long."""
    now = clock.now()
    pruned = 0
    async with database.transaction() as connection:
        pruned += await outgoing.prune(connection, before=now - outgoing.KEPT, limit=AT_ONCE)
    async with database.transaction() as connection:
        pruned += await repository.prune(connection, before=now - repository.KEPT, limit=AT_ONCE)
    async with database.transaction() as connection:
        pruned += await cards.prune(connection, before=now - cards.KEPT, limit=AT_ONCE)
    async with database.transaction() as connection:
        return pruned + await repository.prune_told(
            connection, before=now - TOLD_KEPT, limit=AT_ONCE
        )
