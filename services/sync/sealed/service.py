"""Sealing every recovery code anew under the first key of the ring, beside a running system.

A hundred rows at a time, locked, each portion a transaction: what was broken off goes on where it
stopped. What no key opens is left as it is, and counted.
"""

from dataclasses import dataclass

from services.sync.boomstream.recovery import reseal_recovery
from services.sync.sealed import repository
from services.sync.sealed.repository import FIRST
from shared.db import Connection, Database
from shared.secret import CannotOpen, KeyRing

AT_ONCE = 100
COLUMN = "grants.recovery"


@dataclass(frozen=True, slots=True)
class Resealed:
    """What came of it. `sealed_by`: rows by key id; `cannot_open`: rows by column."""

    resealed: int
    sealed_by: dict[str, int]
    cannot_open: dict[str, int]


async def reseal_all(database: Database, ring: KeyRing) -> Resealed:
    """Seal all that another key seals under the first one."""
    done, failed, after = 0, 0, FIRST
    while True:
        async with database.transaction() as connection:
            grants = await repository.lock_page(
                connection, not_under=ring.first, after=after, limit=AT_ONCE
            )
            opened = []
            for grant in grants:
                try:
                    opened.append((grant.grant_id, *reseal_recovery(ring, grant)))
                except CannotOpen:
                    failed += 1
            await repository.write(connection, opened)
        if not grants:
            break
        done, after = done + len(opened), grants[-1].grant_id
    async with database.acquire() as connection:
        sealed_by = await count_by_key(connection)
    return Resealed(done, sealed_by, {COLUMN: failed} if failed else {})


async def count_by_key(connection: Connection) -> dict[str, int]:
    """How many codes each key id seals."""
    return await repository.count_by_key(connection)
