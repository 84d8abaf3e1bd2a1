"""The first start with DATA_KEYS: what was met while no grant could be made is looked at again."""

from services.sync.access.checks.repository import ask_all
from services.sync.boomstream import repository
from shared.clock import Clock
from shared.db import Database
from shared.due import Due

NAME = "begin_granting"
EVERY = 3600.0


def begin_granting(*, has_ring: bool) -> Due:
    """The due row that has everybody looked at, once after each time without a ring."""

    async def begin(database: Database, clock: Clock) -> int:
        async with database.transaction() as connection:
            if await repository.note_ring(connection, has_ring=has_ring) and has_ring:
                await ask_all(connection)
        return 0

    return Due(name=NAME, run=begin, every=EVERY)
