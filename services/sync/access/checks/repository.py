"""Of whom something changed that a rule may ask for, and the facts that rules go by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from shared.db import Connection, from_row, ring_on_commit

NAME = "check_access"
BELL = f"due:{NAME}"
ASK_ALL = "ask_all"
ASK_ALL_BELL = f"due:{ASK_ALL}"

# In the order of ids, so that two who ask for the same people wait for each other and no more.
ASK = """
INSERT INTO access_checks (person_id)
SELECT person_id FROM unnest($1::uuid[]) AS asked (person_id)
ORDER BY person_id
ON CONFLICT (person_id) DO UPDATE SET asks = access_checks.asks + 1
"""

# Whose row is being written by another is theirs: they ask again, or are asked next.
CLAIM = """
SELECT person_id
FROM access_checks
WHERE asks <> answered
ORDER BY person_id
LIMIT $1
FOR UPDATE SKIP LOCKED
"""
ANSWER = "UPDATE access_checks SET answered = asks WHERE person_id = ANY($1::uuid[])"

LIST_PEOPLE = "SELECT person_id, zone, deleted FROM people WHERE person_id = ANY($1::uuid[])"
LIST_MEMBERSHIPS = """
SELECT person_id, group_id AS about FROM access_members WHERE person_id = ANY($1::uuid[])
"""
LIST_APPROVED = """
SELECT person_id, assignment_id AS about
FROM access_works
WHERE approved AND person_id = ANY($1::uuid[])
"""

# One that nobody has begun is as good as another; if it is begun at this moment, this waits and
# finds none.
REUSE_SWEEP = """
UPDATE access_sweeps SET asked_at = now() WHERE zones IS NULL AND after IS NULL RETURNING sweep_id
"""
INSERT_SWEEP = "INSERT INTO access_sweeps (sweep_id, zones) VALUES ($1, $2)"
CLAIM_SWEEP = """
SELECT sweep_id, zones, after
FROM access_sweeps
ORDER BY asked_at, sweep_id
LIMIT 1
FOR UPDATE SKIP LOCKED
"""
LIST_SWEPT = """
SELECT person_id
FROM people
WHERE ($1::uuid IS NULL OR person_id > $1)
    AND ($2::text[] IS NULL OR zone = ANY($2))
    AND NOT deleted
ORDER BY person_id
LIMIT $3
"""
CARRY_ON = "UPDATE access_sweeps SET after = $2 WHERE sweep_id = $1"
END_SWEEP = "DELETE FROM access_sweeps WHERE sweep_id = $1"

LIST_ZONES = "SELECT DISTINCT zone FROM people WHERE NOT deleted LIMIT $1"
MOST_ZONES = 1000

# Two processes take turns: whoever comes second finds that the other has been here.
LOCK_CALENDAR = "SELECT dates_until FROM access_calendar FOR UPDATE"
MOVE_CALENDAR = """
INSERT INTO access_calendar (dates_until)
VALUES ($1)
ON CONFLICT (one) DO UPDATE SET dates_until = greatest(access_calendar.dates_until, $1)
"""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What rules go by of a person themselves."""

    person_id: UUID
    zone: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class Sweep:
    """A way through all people, or those of some zones. after: who was the last so far."""

    sweep_id: UUID
    zones: Sequence[str] | None
    after: UUID | None


async def ask(connection: Connection, person_ids: Sequence[UUID]) -> None:
    """Have these people looked at: something changed that a rule may ask for.

    To be called in the transaction in which it changed.
    """
    if not person_ids:
        return
    await connection.execute(ASK, sorted(set(person_ids)))
    ring_on_commit(BELL)


async def claim(connection: Connection, limit: int) -> list[UUID]:
    """Lock some of those who were asked for, until the transaction ends."""
    return [row["person_id"] for row in await connection.fetch(CLAIM, limit)]


async def answer(connection: Connection, person_ids: Sequence[UUID]) -> None:
    """These were looked at."""
    await connection.execute(ANSWER, list(person_ids))


async def list_people(connection: Connection, person_ids: Sequence[UUID]) -> list[PersonRow]:
    """Those of them who are known by now."""
    rows = await connection.fetch(LIST_PEOPLE, list(person_ids))
    return [from_row(PersonRow, row) for row in rows]


async def list_memberships(
    connection: Connection, person_ids: Sequence[UUID]
) -> list[tuple[UUID, UUID]]:
    """Who of them is in which group."""
    rows = await connection.fetch(LIST_MEMBERSHIPS, list(person_ids))
    return [(row["person_id"], row["about"]) for row in rows]


async def list_approved(
    connection: Connection, person_ids: Sequence[UUID]
) -> list[tuple[UUID, UUID]]:
    """Who of them has an approved work for which assignment."""
    rows = await connection.fetch(LIST_APPROVED, list(person_ids))
    return [(row["person_id"], row["about"]) for row in rows]


async def ask_all(connection: Connection, zones: Sequence[str] | None = None) -> None:
    """Have everybody looked at, or all of some zones, bit by bit: a rule changed, or a day came."""
    ring_on_commit(ASK_ALL_BELL)
    if zones is None and await connection.fetchval(REUSE_SWEEP):
        return
    await connection.execute(INSERT_SWEEP, uuid4(), list(zones) if zones is not None else None)


async def claim_sweep(connection: Connection) -> Sweep | None:
    """A sweep to carry on with, locked until the transaction ends."""
    row = await connection.fetchrow(CLAIM_SWEEP)
    return from_row(Sweep, row) if row else None


async def list_swept(connection: Connection, sweep: Sweep, limit: int) -> list[UUID]:
    """The next people of a sweep."""
    rows = await connection.fetch(LIST_SWEPT, sweep.after, sweep.zones, limit)
    return [row["person_id"] for row in rows]


async def carry_on(connection: Connection, sweep_id: UUID, after: UUID) -> None:
    """A sweep has come so far."""
    await connection.execute(CARRY_ON, sweep_id, after)


async def end_sweep(connection: Connection, sweep_id: UUID) -> None:
    """A sweep is through."""
    await connection.execute(END_SWEEP, sweep_id)


async def list_zones(connection: Connection) -> list[str]:
    """The zones that people live in."""
    return [row["zone"] for row in await connection.fetch(LIST_ZONES, MOST_ZONES)]


async def move_calendar(connection: Connection, now: datetime) -> datetime | None:
    """Say that days were learned until now; gives until when they were before, if ever."""
    before: datetime | None = await connection.fetchval(LOCK_CALENDAR)
    await connection.execute(MOVE_CALENDAR, now)
    return before
