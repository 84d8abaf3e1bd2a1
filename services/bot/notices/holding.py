"""What waits: for its reader's morning, for the hour's or the day's summary, or for a chat.

Everything is looked at again when its time has come: what a person chose, where they live, whether
the matter was settled meanwhile. What is left comes as one message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.bot.notices import repository
from services.bot.notices.repository import Held, Reach
from services.bot.notices.rule import Rule, Urgency
from services.bot.notices.summary import compose_summary
from services.bot.notices.telling import FOR_A_CHAT, is_still_for, read, send, show, texts_for
from services.bot.outgoing import repository as outgoing
from services.bot.preferences.planning import plan, quiet_end
from services.bot.telegram import describe
from shared.clock import Clock
from shared.context import caused_by
from shared.db import Connection, Database, ring_on_commit
from shared.events import Event
from shared.log import get_log

log = get_log(__name__)

PERSONS_AT_ONCE = 50
BELL = "due:release_held"


@dataclass(frozen=True, slots=True)
class Readable:
    """A notice that waits, understood. `why_not`: its reader wants no calls by it."""

    held: Held
    rule: Rule[Any]
    event: Event
    why_not: Literal["own", "muted", "never"] | None

    @property
    def is_quiet(self) -> bool:
        """Whether nobody is to be called by it."""
        return self.why_not is not None or self.rule.urgency is not Urgency.LOOK


async def give_chat(connection: Connection, person_id: UUID, clock: Clock) -> None:
    """A person's chat came, went or is another one: what is not under way yet follows.

    A notice must not reach whoever has the old chat now.
    """
    now = clock.now()
    reach = await repository.find_reach(connection, person_id)
    await outgoing.take_back(connection, person_id, chat_id=reach.chat_id, now=now)
    if reach.chat_id is not None:
        await repository.take_up(connection, person_id, now)
    ring_on_commit(BELL)


async def replan(connection: Connection, person_id: UUID, clock: Clock) -> None:
    """A person chose otherwise, or moved: what waits for their time waits by the new rules."""
    now = clock.now()
    reach = await repository.find_reach(connection, person_id)
    last = 0
    while portion := await repository.list_held(connection, person_id, after=last):
        for one in portion:
            known = read(one.rule, one.facts)
            if known is not None and one.waits_for != FOR_A_CHAT:
                await _plan_anew(connection, one, known[0], reach, now)
        last = portion[-1].id
    ring_on_commit(BELL)


async def _plan_anew(
    connection: Connection, one: Held, rule: Rule[Any], reach: Reach, now: datetime
) -> bool:
    """Let it wait as its reader has it now; False: it waits no longer than until now."""
    when = plan(reach.preferences, reach.person.zone, rule.kind, now)
    if when.because in ("now", "never"):
        await repository.hold(connection, [one.id], one.waits_for, now)
        return False
    await repository.hold(connection, [one.id], when.because, when.due_at)
    return True


async def release_held(database: Database, clock: Clock) -> int:
    """Tell what has waited long enough; gives for how many persons.

    Where one person's cannot be told, the others' can.
    """
    async with database.acquire() as connection:
        persons = await repository.list_persons_due(connection, clock.now(), PERSONS_AT_ONCE)
    told = 0
    for person_id in persons:
        try:
            async with database.transaction() as connection:
                await _release(connection, person_id, clock.now())
            told += 1
        except Exception as error:
            log.warning("not_released", person_id=str(person_id), error=describe(error))
    return told


async def _release(connection: Connection, person_id: UUID, now: datetime) -> None:
    reach = await repository.find_reach(connection, person_id)
    due = await repository.list_held(connection, person_id, due=now)
    if reach.chat_id is None:
        await repository.hold(connection, [one.id for one in due], FOR_A_CHAT, None)
        return
    quiet_until = quiet_end(reach.preferences, reach.person.zone, now)
    worth = []
    for one in due:
        known = read(one.rule, one.facts)
        if known is None or one.good_until < now or not is_still_for(*known, reach):
            await repository.drop(connection, [one.id], "stale")
            continue
        rule, event = known
        why_not = _why_not(one, rule, reach)
        if why_not is not None and not one.is_shown:
            await repository.drop(connection, [one.id], why_not)
        elif why_not is None and quiet_until is not None and not rule.kind.is_critical:
            await repository.hold(connection, [one.id], "quiet", quiet_until)
        elif one.waits_for != FOR_A_CHAT or not await _plan_anew(connection, one, rule, reach, now):
            worth.append(Readable(one, rule, event, why_not))
    await _tell(connection, worth, reach, now)


def _why_not(one: Held, rule: Rule[Any], reach: Reach) -> Literal["own", "muted", "never"] | None:
    """Why its reader wants no calls by it. What stands in their chat is kept true all the same."""
    if rule.urgency is Urgency.KEEP:
        return "own"
    if one.is_muted:
        return "muted"
    return "never" if reach.preferences.mode_of(rule.kind) == "never" else None


async def _tell(
    connection: Connection, worth: Sequence[Readable], reach: Reach, now: datetime
) -> None:
    """One as it would have come, several as one summary.

    What is critical has a card of its own; where nobody is to be called, only the card changes.
    """
    alone: list[Readable] = []
    many: list[Readable] = []
    for one in worth:
        (alone if one.is_quiet or one.rule.kind.is_critical else many).append(one)
    if len(many) == 1:
        alone, many = [*alone, *many], []
    for one in alone:
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
            is_edit=one.is_quiet and one.held.is_shown,
            is_silent=one.is_quiet,
        )
    await repository.mark_told(connection, [one.held.id], row_id)


async def take_up_missed(database: Database, clock: Clock) -> int:
    """Whose chat came in the moment in which their notice was written down is told all the same."""
    async with database.transaction() as connection:
        ring_on_commit(BELL)
        return await repository.take_up_missed(connection, clock.now(), PERSONS_AT_ONCE)


async def drop_stale(database: Database, clock: Clock) -> int:
    """Drop, with its reason on record, what waited until it was not worth telling."""
    async with database.transaction() as connection:
        return await repository.drop_stale(connection, clock.now(), PERSONS_AT_ONCE)
