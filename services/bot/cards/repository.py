"""Cards: one a person and matter, with the message in which it lives."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.db import Connection, from_row

KEPT = timedelta(days=180)
"""Longer than notices: what somebody muted stays muted."""

# What waited to be told of the matter no longer says how it stands; news ends a reminder, too.
TOUCH = """
WITH card AS (
    INSERT INTO cards (person_id, matter, changed_at)
    VALUES ($1, $2, $3)
    ON CONFLICT ON CONSTRAINT cards_matter DO UPDATE
    SET changed_at = excluded.changed_at, snoozed_until = NULL
    RETURNING card_id, person_id, chat_id, message_id, muted_at, snoozed_until
), outdated AS (
    UPDATE notices
    SET waits_for = NULL, due_at = NULL, dropped = 'outdated'
    FROM card
    WHERE notices.card_id = card.card_id AND notices.waits_for IS NOT NULL
    RETURNING notices.id
)
SELECT card.*,
    (SELECT count(*) FROM outdated) AS outdated,
    EXISTS (
        SELECT
        FROM outgoing
        WHERE outgoing.card_id = card.card_id
            AND outgoing.sent_at IS NULL
            AND outgoing.failed_at IS NULL
    ) AS is_on_its_way
FROM card
"""

HAS = "SELECT EXISTS (SELECT FROM cards WHERE person_id = $1 AND matter = $2)"

FIND = """
SELECT card_id, person_id, chat_id, message_id, muted_at, snoozed_until
FROM cards
WHERE card_id = $1
"""

SET_MUTED = """
UPDATE cards SET muted_at = $3, snoozed_until = NULL WHERE card_id = $1 AND person_id = $2
"""
SET_SNOOZED = "UPDATE cards SET snoozed_until = $3 WHERE card_id = $1 AND person_id = $2"

LIST_MUTED = """
SELECT cards.card_id, cards.muted_at, newest.rule, newest.facts
FROM cards
LEFT JOIN LATERAL (
    SELECT rule, facts FROM notices WHERE card_id = cards.card_id ORDER BY id DESC LIMIT 1
) AS newest ON true
WHERE cards.person_id = $1 AND cards.muted_at IS NOT NULL
ORDER BY cards.muted_at DESC
LIMIT $2
"""

TAKE_AWAKE = """
UPDATE cards
SET snoozed_until = NULL
WHERE card_id IN (
    SELECT card_id
    FROM cards
    WHERE snoozed_until <= $1
    ORDER BY snoozed_until
    LIMIT $2
    FOR UPDATE SKIP LOCKED
)
RETURNING card_id, person_id
"""

FORGET = "DELETE FROM cards WHERE person_id = $1"

PRUNE = """
DELETE FROM cards
WHERE card_id IN (SELECT card_id FROM cards WHERE changed_at < $1 ORDER BY changed_at LIMIT $2)
RETURNING card_id
"""


@dataclass(frozen=True, slots=True)
class Card:
    """A matter, as one person has it in their chat."""

    card_id: int
    person_id: UUID
    chat_id: int | None
    message_id: int | None
    muted_at: datetime | None
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Touched(Card):
    """A card of which there is news. `outdated`: so many notices of it waited, and no longer do."""

    outdated: int
    is_on_its_way: bool

    def is_shown_in(self, chat_id: int) -> bool:
        """Whether the chat has its message, or is about to get it."""
        return self.is_on_its_way or (self.message_id is not None and self.chat_id == chat_id)


@dataclass(frozen=True, slots=True)
class MutedCard:
    """A matter of which a person wants to hear no more; its notices may be forgotten by now."""

    card_id: int
    muted_at: datetime
    rule: str | None
    facts: dict[str, Any] | None


async def touch(connection: Connection, person_id: UUID, matter: str, *, now: datetime) -> Touched:
    """The card of a matter, made where there is none; locked. What waited of it is dropped."""
    row = await connection.fetchrow(TOUCH, person_id, matter, now)
    if row is None:
        raise LookupError(matter)
    return from_row(Touched, row)


async def has(connection: Connection, person_id: UUID, matter: str) -> bool:
    """Whether a person has a card of a matter."""
    found: bool = await connection.fetchval(HAS, person_id, matter)
    return found


async def find(connection: Connection, card_id: int) -> Card | None:
    """A card by its number."""
    row = await connection.fetchrow(FIND, card_id)
    return from_row(Card, row) if row else None


async def set_muted(
    connection: Connection, card_id: int, person_id: UUID, at: datetime | None
) -> bool:
    """Mute it, or end that; a reminder ends either way. False: no such card is theirs."""
    return await connection.execute(SET_MUTED, card_id, person_id, at) == "UPDATE 1"


async def set_snoozed(
    connection: Connection, card_id: int, person_id: UUID, until: datetime | None
) -> bool:
    """Remind later, or end that; False: it is nobody's, or somebody else's."""
    return await connection.execute(SET_SNOOZED, card_id, person_id, until) == "UPDATE 1"


async def list_muted(connection: Connection, person_id: UUID, limit: int) -> list[MutedCard]:
    """What a person has muted, the last first."""
    return [
        from_row(MutedCard, row) for row in await connection.fetch(LIST_MUTED, person_id, limit)
    ]


async def take_awake(connection: Connection, now: datetime, limit: int) -> list[tuple[int, UUID]]:
    """End the snoozing of cards whose time has come; gives their numbers and persons."""
    rows = await connection.fetch(TAKE_AWAKE, now, limit)
    return [(row["card_id"], row["person_id"]) for row in rows]


async def prune(connection: Connection, *, before: datetime, limit: int) -> int:
    """Forget up to `limit` cards of which there was no news for long; gives how many."""
    return len(await connection.fetch(PRUNE, before, limit))


async def forget(connection: Connection, person_id: UUID) -> None:
    """Their person is gone."""
    await connection.execute(FORGET, person_id)
