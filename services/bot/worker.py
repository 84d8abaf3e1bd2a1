"""The bot's tables of contents: what it listens to, and what it does when time has come."""

from services.bot.notices.service import (
    expire_notices,
    notify,
    project_person_and_chat,
)
from services.bot.notices.service import prune as prune_notices
from services.bot.updates import repository as updates
from shared.clock import Clock
from shared.db import Database
from shared.due import PRUNED_AT_ONCE, Due
from shared.events import PersonChanged, RightEnded, SubmissionChanged
from shared.handling import Subscriptions

SUBSCRIPTIONS: Subscriptions = (
    (PersonChanged, project_person_and_chat),
    (SubmissionChanged, notify),
    (RightEnded, notify),
)


async def prune_updates(database: Database, clock: Clock) -> int:
    """Forget updates that Telegram can no longer repeat."""
    async with database.transaction() as connection:
        return await updates.prune(connection, PRUNED_AT_ONCE)


DUE = (
    Due(name="expire_notices", run=expire_notices, every=30),
    Due(name="prune_updates", run=prune_updates, every=600),
    Due(name="prune_notices", run=prune_notices, every=600),
)
