"""sync's tables of contents: what it listens to, and what it does when time has come."""

from services.sync.github import repository
from shared.clock import Clock
from shared.db import Database
from shared.due import PRUNED_AT_ONCE, Due
from shared.events import PersonChanged
from shared.handling import Batched, Subscriptions
from shared.people import project_people

SUBSCRIPTIONS: Subscriptions = ((PersonChanged, Batched(project_people)),)


async def forget_old(database: Database, clock: Clock) -> int:
    """Receipts and facts past their time."""
    async with database.transaction() as connection:
        return await repository.prune(connection, PRUNED_AT_ONCE)


DUE = (Due(name="forget old deliveries", run=forget_old, every=3600),)
