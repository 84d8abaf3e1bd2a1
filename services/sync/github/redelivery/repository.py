"""How far deliveries were gone through, and which did not arrive, in Postgres."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.db import Connection, from_row

ADD_PLACE = """
INSERT INTO hook_places (place, next_at) VALUES ($1, $2) ON CONFLICT (place) DO NOTHING
"""
CLAIM_PLACE = """
UPDATE hook_places
SET lease_until = now() + $3::interval
WHERE place = (
    SELECT place
    FROM hook_places
    WHERE place = ANY($1) AND next_at <= $2 AND lease_until <= now()
    ORDER BY next_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING place
"""
LIST_HOOKS = "SELECT hook_id, seen_until FROM hooks WHERE place = $1 ORDER BY hook_id LIMIT 100"
DROP_HOOKS = "DELETE FROM hooks WHERE place = $1 AND hook_id <> ALL($2::bigint[])"
ADD_HOOKS = """
INSERT INTO hooks (place, hook_id)
SELECT $1, hook_id
FROM unnest($2::bigint[]) AS hook_id
ON CONFLICT (place, hook_id) DO NOTHING
"""
SEE = """
UPDATE hooks SET seen_until = greatest(seen_until, $3) WHERE place = $1 AND hook_id = $2
"""
FINISH_PLACE = """
UPDATE hook_places
SET next_at = $2, checked_at = coalesce($3, checked_at), lease_until = now()
WHERE place = $1
"""
KEEP_MISSED = """
INSERT INTO missed (guid, place, hook_id, delivery_id, event, delivered_at, next_try_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (guid) DO NOTHING
"""
SETTLE_ARRIVED = """
UPDATE missed
SET settled = 'arrived'
WHERE settled IS NULL
    AND (
        guid = ANY($1::text[])
        OR EXISTS (SELECT FROM receipts WHERE receipts.delivery_id = missed.guid)
    )
"""
# Counted before it is asked for: a crash in between costs a try, not a delivery more.
CLAIM_MISSED = """
UPDATE missed
SET attempts = attempts + 1,
    next_try_at = $1 + ($2::interval[])[attempts + 1]
WHERE guid = (
    SELECT guid
    FROM missed
    WHERE settled IS NULL AND next_try_at <= $1 AND attempts < cardinality($2::interval[])
    ORDER BY next_try_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING guid, place, hook_id, delivery_id, event, attempts
"""
PUT_BACK = """
UPDATE missed SET attempts = attempts - 1, next_try_at = $2 WHERE guid = $1 AND attempts > 0
"""
GIVE_UP = """
UPDATE missed
SET settled = 'given_up'
WHERE settled IS NULL
    AND (guid = $1 OR (attempts >= $2 AND next_try_at <= $3))
RETURNING guid, event
"""
PRUNE = """
DELETE FROM missed WHERE guid IN (SELECT guid FROM missed WHERE delivered_at < $1 LIMIT $2)
"""
LAST_CHECKED = "SELECT min(checked_at) FROM hook_places"

LEASED_FOR = timedelta(minutes=5)
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class HookRow:
    """A webhook of ours, and until when its deliveries were gone through."""

    hook_id: int
    seen_until: datetime | None


@dataclass(frozen=True, slots=True)
class Missed:
    """A delivery that did not arrive; `attempts` with the one that is made now."""

    guid: str
    place: str
    hook_id: int
    delivery_id: int
    event: str
    attempts: int


async def claim_place(connection: Connection, places: Sequence[str], now: datetime) -> str | None:
    """A place whose moment has come, of those that are named now."""
    for place in places:
        await connection.execute(ADD_PLACE, place, now)
    claimed: str | None = await connection.fetchval(CLAIM_PLACE, list(places), now, LEASED_FOR)
    return claimed


async def list_hooks(connection: Connection, place: str) -> list[HookRow]:
    """The webhooks of ours in a place."""
    return [from_row(HookRow, row) for row in await connection.fetch(LIST_HOOKS, place)]


async def keep_hooks(connection: Connection, place: str, hook_ids: Sequence[int]) -> None:
    """Keep which webhooks are ours."""
    await connection.execute(DROP_HOOKS, place, list(hook_ids))
    await connection.execute(ADD_HOOKS, place, list(hook_ids))


async def see(connection: Connection, place: str, hook_id: int, until: datetime) -> None:
    """Its deliveries were gone through until then."""
    await connection.execute(SEE, place, hook_id, until)


async def finish_place(
    connection: Connection, place: str, *, next_at: datetime, checked_at: datetime | None
) -> None:
    """Go through it again then."""
    await connection.execute(FINISH_PLACE, place, next_at, checked_at)


async def keep_missed(
    connection: Connection,
    *,
    guid: str,
    place: str,
    hook_id: int,
    delivery_id: int,
    event: str,
    delivered_at: datetime,
    next_try_at: datetime,
) -> None:
    """A delivery failed."""
    await connection.execute(
        KEEP_MISSED, guid, place, hook_id, delivery_id, event, delivered_at, next_try_at
    )


async def settle_arrived(connection: Connection, guids: Sequence[str]) -> None:
    """These arrived, and all that have a receipt here, whatever GitHub thinks."""
    await connection.execute(SETTLE_ARRIVED, list(guids))


async def claim_missed(
    connection: Connection, now: datetime, ladder: Sequence[timedelta]
) -> Missed | None:
    """One that is to be asked for now; the next time as the ladder says."""
    row = await connection.fetchrow(CLAIM_MISSED, now, list(ladder))
    return from_row(Missed, row) if row else None


async def put_back(connection: Connection, missed: Missed, until: datetime) -> None:
    """It was not asked for: that was no try."""
    await connection.execute(PUT_BACK, missed.guid, until)


async def give_up(
    connection: Connection, *, guid: str, most: int, now: datetime
) -> list[tuple[str, str]]:
    """Ask no more for one delivery, and for all that were asked for often enough."""
    rows = await connection.fetch(GIVE_UP, guid, most, now)
    return [(row["guid"], row["event"]) for row in rows]


async def prune(connection: Connection, now: datetime, limit: int) -> int:
    """Forget what was missed long ago."""
    return int((await connection.execute(PRUNE, now - KEPT, limit)).split()[-1])


async def last_checked(connection: Connection) -> datetime | None:
    """Since when no place was left out."""
    moment: datetime | None = await connection.fetchval(LAST_CHECKED)
    return moment
