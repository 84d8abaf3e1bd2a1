"""The inbox: each message has its effect once, however often it comes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from shared.db import Connection
from shared.message import Message

RETENTION = timedelta(days=8)
"""A day longer than the outbox can send again."""

CLAIM = """
INSERT INTO inbox (message_id, correlation_id, type, digest)
SELECT *
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[])
ON CONFLICT (message_id) DO NOTHING
RETURNING message_id
"""

DIGESTS = "SELECT message_id, digest FROM inbox WHERE message_id = ANY($1::uuid[])"

GIVE_BACK = "DELETE FROM inbox WHERE message_id = ANY($1::uuid[])"

MARK_HANDLED = """
UPDATE inbox
SET ms = done.ms
FROM unnest($1::uuid[], $2::real[]) AS done (message_id, ms)
WHERE inbox.message_id = done.message_id
"""

LAST_HANDLED = "SELECT max(handled_at) FROM inbox"

PRUNE = """
DELETE FROM inbox
WHERE message_id IN (
    SELECT message_id
    FROM inbox
    WHERE handled_at < now() - $1::interval
    ORDER BY handled_at
    LIMIT $2
)
"""


async def claim(
    connection: Connection, messages: Sequence[tuple[UUID, Message]]
) -> tuple[set[UUID], set[int]]:
    """Take the messages that were not taken before.

    Gives the ids that are new, and the places in `messages` of those whose id is known with
    *another* body. A replica that holds an id uncommitted is waited for.
    """
    digests = [message.digest() for _, message in messages]
    first: dict[UUID, int] = {}
    for place, (message_id, _) in enumerate(messages):
        first.setdefault(message_id, place)
    places = list(first.values())
    rows = await connection.fetch(
        CLAIM,
        [messages[place][0] for place in places],
        [messages[place][1].correlation_id for place in places],
        [messages[place][1].type for place in places],
        [digests[place] for place in places],
    )
    new = {row["message_id"] for row in rows}
    repeated = [
        place
        for place, (message_id, _) in enumerate(messages)
        if message_id not in new or first[message_id] != place
    ]
    if not repeated:
        return new, set()
    known = {
        row["message_id"]: row["digest"]
        for row in await connection.fetch(DIGESTS, [messages[place][0] for place in repeated])
    }
    return new, {place for place in repeated if known.get(messages[place][0]) != digests[place]}


async def give_back(connection: Connection, message_ids: Sequence[UUID]) -> None:
    """Undo claims of this transaction: another will take these."""
    await connection.execute(GIVE_BACK, list(message_ids))


async def mark_handled(connection: Connection, took: dict[UUID, float]) -> None:
    """Write down how many milliseconds each message's handler took."""
    if took:
        await connection.execute(MARK_HANDLED, list(took.keys()), list(took.values()))


async def last_handled(connection: Connection) -> datetime | None:
    """When any replica last took a message; None when none ever did."""
    moment: datetime | None = await connection.fetchval(LAST_HANDLED)
    return moment


async def prune(connection: Connection, limit: int) -> int:
    """Forget up to `limit` messages older than the retention; gives how many."""
    return int((await connection.execute(PRUNE, RETENTION, limit)).split()[-1])
