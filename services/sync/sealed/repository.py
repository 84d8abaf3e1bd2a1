"""The recovery codes of grants, counted by the key that seals them and written anew."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared.db import Connection, from_row

COUNT = """
SELECT recovery_key AS key_id, count(*) AS count
FROM grants
GROUP BY 1
ORDER BY 1
"""
LOCK_PAGE = """
SELECT grant_id, person_id, resource_id, recovery
FROM grants
WHERE recovery_key <> $1
    AND grant_id > $2
ORDER BY grant_id
LIMIT $3
FOR UPDATE
"""
WRITE = "UPDATE grants SET recovery = $2, recovery_key = $3 WHERE grant_id = $1"

FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class SealedGrant:
    """What is sealed of a grant, locked."""

    grant_id: UUID
    person_id: UUID
    resource_id: UUID
    recovery: bytes = field(repr=False)


async def count_by_key(connection: Connection) -> dict[str, int]:
    """How many codes each key id seals."""
    return {row["key_id"]: row["count"] for row in await connection.fetch(COUNT)}


async def lock_page(
    connection: Connection, *, not_under: str, after: UUID, limit: int
) -> list[SealedGrant]:
    """The next grants whose code another key than this one seals, in the order of their ids."""
    rows = await connection.fetch(LOCK_PAGE, not_under, after, limit)
    return [from_row(SealedGrant, row) for row in rows]


async def write(connection: Connection, resealed: Sequence[tuple[UUID, bytes, str]]) -> None:
    """Write grants' codes, each with the id of the key that seals it."""
    await connection.executemany(WRITE, resealed)
