"""auth's tables of contents: it listens to nobody, and forgets what is over."""

from services.auth.forgetting.repository import PASSING, prune
from shared.clock import Clock
from shared.db import Database
from shared.due import PRUNED_AT_ONCE, Due
from shared.handling import Subscriptions

SUBSCRIPTIONS: Subscriptions = ()


async def forget_what_is_over(database: Database, clock: Clock) -> int:
    """All that `PASSING` names, in small portions."""
    forgotten = 0
    for passing in PASSING:
        async with database.transaction() as connection:
            forgotten += await prune(connection, passing, PRUNED_AT_ONCE)
    return forgotten


DUE = (Due(name="forget what is over", run=forget_what_is_over, every=300),)
