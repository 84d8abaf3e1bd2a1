"""Sealing everything anew under the first key of the ring, beside a running system.

A hundred rows at a time, locked, each portion a transaction: what was broken off goes on where it
stopped. What no key opens is left as it is, and counted.
"""

from collections import Counter
from dataclasses import dataclass

from services.auth.sealed import repository
from services.auth.sealed.repository import COLUMNS, SealedColumn
from shared.db import Connection, Database
from shared.secret import CannotOpen, KeyRing

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Resealed:
    """What came of it. `sealed_by`: rows by key id; `cannot_open`: rows by column."""

    resealed: int
    sealed_by: dict[str, int]
    cannot_open: dict[str, int]


async def reseal_all(database: Database, ring: KeyRing) -> Resealed:
    """Seal all that another key seals under the first one."""
    resealed, cannot_open = 0, {}
    for column in COLUMNS:
        done, failed = await _reseal_column(database, ring, column)
        resealed += done
        if failed:
            cannot_open[column.name] = failed
    async with database.acquire() as connection:
        return Resealed(resealed, await count_by_key(connection), cannot_open)


async def _reseal_column(
    database: Database, ring: KeyRing, column: SealedColumn
) -> tuple[int, int]:
    done, failed, after = 0, 0, None
    while True:
        async with database.transaction() as connection:
            rows = await repository.lock_page(
                connection, column, not_under=ring.first, after=after, limit=AT_ONCE
            )
            opened = []
            for row in rows:
                try:
                    opened.append((row.row_id, ring.reseal(row.sealed, bound_to=row.place)))
                except CannotOpen:
                    failed += 1
            await repository.write(connection, column, opened)
        if not rows:
            return done, failed
        done, after = done + len(opened), rows[-1].row_id


async def count_by_key(connection: Connection) -> dict[str, int]:
    """How many values each key id seals, over all tables."""
    found: Counter[str] = Counter()
    for column in COLUMNS:
        found.update(await repository.count_by_key(connection, column))
    return dict(sorted(found.items()))
