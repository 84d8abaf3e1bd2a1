"""What a person may do with a card: mute it, and have it come again later."""

from datetime import datetime, time, timedelta
from uuid import UUID

from services.bot.cards import repository
from services.bot.cards.repository import MutedCard
from services.bot.history import repository as history
from services.bot.notices import repository as notices
from services.bot.notices.rule import Urgency
from services.bot.notices.telling import FOR_A_CHAT, is_still_for, read, show
from services.bot.preferences.planning import Preferences, next_time, quiet_end
from shared.clock import Clock
from shared.context import caused_by
from shared.db import Connection, Database
from shared.zones import zone_of

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
AT_ONCE = 50
MOST_MUTED = 50


async def set_muted(
    connection: Connection, card_id: int, person_id: UUID, muted: bool, clock: Clock
) -> bool:
    """Mute a matter, or end that; False: there is no such card of this person."""
    at = clock.now() if muted else None
    return await repository.set_muted(connection, card_id, person_id, at)


async def list_muted(connection: Connection, person_id: UUID) -> list[tuple[MutedCard, str]]:
    """What a person has muted, each with what it is about, the last first."""
    found = []
    for card in await repository.list_muted(connection, person_id, MOST_MUTED):
        known = read(card.rule, card.facts) if card.rule and card.facts else None
        found.append((card, known[0].about(known[1]) if known else "…"))
    return found


def tomorrow(now: datetime, zone: str, preferences: Preferences) -> datetime:
    """The morning after this night: when the daily summary comes, and never in quiet hours."""
    local = now.astimezone(zone_of(zone))
    midnight = datetime.combine(local.date() + DAY, time(0), local.tzinfo)
    at = next_time(preferences.digest_at, midnight - INSTANT, zone)
    return quiet_end(preferences, zone, at) or at


async def wake_snoozed(database: Database, clock: Clock) -> int:
    """Show again what was put off until now; gives how many. A settled matter stays quiet."""
    async with database.transaction() as connection:
        awake = await repository.take_awake(connection, clock.now(), AT_ONCE)
        for card_id, person_id in awake:
            await _show_again(connection, card_id, person_id, clock.now())
    return len(awake)


async def _show_again(connection: Connection, card_id: int, person_id: UUID, now: datetime) -> None:
    newest = await history.find_by_card(connection, card_id)
    known = read(newest.rule, newest.facts) if newest else None
    if newest is None or known is None or newest.waits_for is not None:
        return
    rule, event = known
    reach = await notices.find_reach(connection, person_id)
    if rule.urgency is not Urgency.LOOK or not is_still_for(rule, event, reach):
        return
    if reach.chat_id is None:
        await notices.hold(connection, [newest.id], FOR_A_CHAT, None)
        return
    with caused_by(newest.correlation_id):
        row_id = await show(connection, rule, event, reach, card_id=card_id, now=now)
    await notices.mark_told(connection, [newest.id], row_id)
