"""Notices: what people were told, are to be told later, or were spared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.bot.preferences import repository as preferences
from services.bot.preferences.planning import Preferences
from shared.context import correlation_id
from shared.db import Connection, from_row
from shared.people import Person, read_person

KEPT = timedelta(days=30)
MOST_HELD = 500
"""Notices of one person that are taken up at once; the rest follow."""

CLAIM_VERSION = """
INSERT INTO told (subject, version, told_at)
VALUES ($1, $2, $3)
ON CONFLICT (subject) DO UPDATE
SET version = excluded.version, told_at = excluded.told_at
WHERE told.version < excluded.version
RETURNING version
"""

# Their row is held until the end: who has their chat cannot change while they are told.
FIND_REACH = """
SELECT
    people.*,
    chats.unreachable_reason,
    preferences.quiet_from,
    preferences.quiet_until,
    preferences.digest_at,
    preferences.modes
FROM people
LEFT JOIN chats ON chats.chat_id = people.telegram_id AND chats.unreachable_at IS NOT NULL
LEFT JOIN preferences ON preferences.person_id = people.person_id
WHERE people.person_id = $1
FOR SHARE OF people
"""

RECORD = """
INSERT INTO notices (
    person_id, rule, subject, version, facts, correlation_id, recorded_at, good_until,
    card_id, outgoing_id, waits_for, due_at, dropped
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""

LIST_PERSONS_DUE = """
SELECT person_id
FROM notices
WHERE waits_for IS NOT NULL AND due_at <= $1
GROUP BY person_id
ORDER BY min(due_at)
LIMIT $2
"""

# Cards before notices, as everywhere: whoever has news of a card waits, and nobody for each other.
LOCK_CARDS = """
SELECT card_id
FROM cards
WHERE card_id IN (
    SELECT card_id FROM notices WHERE person_id = $1 AND waits_for IS NOT NULL
)
ORDER BY card_id
FOR UPDATE
"""

TAKE_UP = """
UPDATE notices SET due_at = $2 WHERE person_id = $1 AND waits_for = 'chat'
"""

# Whose chat came while their notice was being written: nobody else would take it up.
TAKE_UP_MISSED = """
UPDATE notices
SET due_at = $1
WHERE id IN (
    SELECT notices.id
    FROM notices
    JOIN people ON people.person_id = notices.person_id
    WHERE notices.waits_for = 'chat'
        AND notices.due_at IS NULL
        AND people.telegram_id IS NOT NULL
        AND NOT people.deleted
        AND NOT EXISTS (
            SELECT
            FROM chats
            WHERE chats.chat_id = people.telegram_id AND chats.unreachable_at IS NOT NULL
        )
    ORDER BY notices.recorded_at
    LIMIT $2
    FOR UPDATE OF notices SKIP LOCKED
)
RETURNING id
"""

LIST_HELD = """
SELECT
    notices.id,
    notices.rule,
    notices.facts,
    notices.card_id,
    notices.waits_for,
    notices.due_at,
    notices.good_until,
    notices.correlation_id,
    cards.muted_at IS NOT NULL AS is_muted,
    cards.message_id IS NOT NULL AND cards.chat_id = people.telegram_id AS is_shown
FROM notices
JOIN people ON people.person_id = notices.person_id
LEFT JOIN cards ON cards.card_id = notices.card_id
WHERE notices.person_id = $1
    AND notices.waits_for IS NOT NULL
    AND (notices.due_at <= $2 OR $2 IS NULL)
    AND notices.id > $3
ORDER BY notices.id
LIMIT $4
FOR UPDATE OF notices
"""

HOLD = "UPDATE notices SET waits_for = $2, due_at = $3 WHERE id = ANY($1::bigint[])"
DROP = """
UPDATE notices SET waits_for = NULL, due_at = NULL, dropped = $2 WHERE id = ANY($1::bigint[])
"""
MARK_TOLD = """
UPDATE notices SET waits_for = NULL, due_at = NULL, outgoing_id = $2 WHERE id = ANY($1::bigint[])
"""

DROP_STALE = """
UPDATE notices
SET waits_for = NULL, due_at = NULL, dropped = 'stale'
WHERE id IN (
    SELECT id
    FROM notices
    WHERE waits_for IS NOT NULL AND good_until < $1
    LIMIT $2
    FOR UPDATE SKIP LOCKED
)
RETURNING id
"""

COUNT_WAITING = """
SELECT
    count(*) FILTER (WHERE waits_for = 'chat') AS for_a_chat,
    count(*) FILTER (WHERE waits_for <> 'chat') AS for_their_time
FROM notices
WHERE waits_for IS NOT NULL
"""

FORGET = "DELETE FROM notices WHERE person_id = $1"

PRUNE = """
DELETE FROM notices
WHERE id IN (
    SELECT id
    FROM notices
    WHERE recorded_at < $1 AND waits_for IS NULL
    ORDER BY recorded_at
    LIMIT $2
)
RETURNING id
"""

PRUNE_TOLD = """
DELETE FROM told
WHERE subject IN (SELECT subject FROM told WHERE told_at < $1 ORDER BY told_at LIMIT $2)
RETURNING subject
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where and when a person can be told. No chat: none is linked, or it does not let us."""

    person: Person
    preferences: Preferences
    chat_id: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """A notice that waits. `is_muted`, `is_shown`: its card, in the chat that the person has."""

    id: int
    rule: str
    facts: dict[str, Any]
    card_id: int | None
    waits_for: str
    due_at: datetime | None
    good_until: datetime
    correlation_id: str
    is_muted: bool
    is_shown: bool


async def claim_version(
    connection: Connection, subject: str, version: int, *, now: datetime
) -> bool:
    """Take the right to tell of this version; False: it, or a newer one, was told of."""
    return await connection.fetchval(CLAIM_VERSION, subject, version, now) is not None


async def find_reach(connection: Connection, person_id: UUID) -> Reach:
    """Where and when a person can be told. A private chat has its person's Telegram id."""
    row = await connection.fetchrow(FIND_REACH, person_id)
    if row is None:
        return Reach(Person(person_id), Preferences(), None)
    person = read_person(row)
    is_reachable = not person.deleted and row["unreachable_reason"] is None
    return Reach(
        person,
        preferences.read(row),
        person.telegram_id if is_reachable else None,
    )


async def record(
    connection: Connection,
    *,
    person_id: UUID,
    rule: str,
    subject: str,
    version: int,
    facts: dict[str, Any],
    now: datetime,
    good_until: datetime,
    card_id: int,
    outgoing_id: int | None = None,
    waits_for: str | None = None,
    due_at: datetime | None = None,
    dropped: str | None = None,
) -> None:
    """Write a notice down with what becomes of it: it is told, waits or is dropped."""
    await connection.execute(
        RECORD,
        person_id,
        rule,
        subject,
        version,
        facts,
        correlation_id(),
        now,
        good_until,
        card_id,
        outgoing_id,
        waits_for,
        due_at,
        dropped,
    )


async def list_persons_due(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """For whom something that waited is to be told now, the longest wait first."""
    rows = await connection.fetch(LIST_PERSONS_DUE, now, limit)
    return [row["person_id"] for row in rows]


async def list_held(
    connection: Connection, person_id: UUID, *, due: datetime | None = None, after: int = 0
) -> list[Held]:
    """A portion of what waits to be told to a person, oldest first; locked, with its cards.

    `due`: only what is due by then. `after`: only notices later than that one.
    """
    await connection.execute(LOCK_CARDS, person_id)
    rows = await connection.fetch(LIST_HELD, person_id, due, after, MOST_HELD)
    return [from_row(Held, row) for row in rows]


async def take_up(connection: Connection, person_id: UUID, now: datetime) -> None:
    """A chat is there: what waited for one is due."""
    await connection.execute(TAKE_UP, person_id, now)


async def take_up_missed(connection: Connection, now: datetime, limit: int) -> int:
    """What waits for a chat although there is one is due; gives how many."""
    return len(await connection.fetch(TAKE_UP_MISSED, now, limit))


async def hold(
    connection: Connection, ids: Sequence[int], waits_for: str, due_at: datetime | None
) -> None:
    """Let notices wait for something else, or longer."""
    await connection.execute(HOLD, ids, waits_for, due_at)


async def drop(connection: Connection, ids: Sequence[int], why: str) -> None:
    """They will not be told."""
    await connection.execute(DROP, ids, why)


async def mark_told(connection: Connection, ids: Sequence[int], outgoing_id: int) -> None:
    """A row of the sending queue tells them."""
    await connection.execute(MARK_TOLD, ids, outgoing_id)


async def drop_stale(connection: Connection, now: datetime, limit: int) -> int:
    """Drop what has waited for too long to be worth telling; gives how many."""
    return len(await connection.fetch(DROP_STALE, now, limit))


async def count_waiting(connection: Connection) -> tuple[int, int]:
    """How many notices wait for a chat, and how many for their reader's time."""
    row = await connection.fetchrow(COUNT_WAITING)
    return (row["for_a_chat"], row["for_their_time"]) if row else (0, 0)


async def prune(connection: Connection, *, before: datetime, limit: int) -> int:
    """Forget up to `limit` old notices that wait for nothing; gives how many."""
    return len(await connection.fetch(PRUNE, before, limit))


async def prune_told(connection: Connection, *, before: datetime, limit: int) -> int:
    """Forget up to `limit` versions of subjects that rest for long; gives how many."""
    return len(await connection.fetch(PRUNE_TOLD, before, limit))


async def forget(connection: Connection, person_id: UUID) -> None:
    """Their person is gone."""
    await connection.execute(FORGET, person_id)
