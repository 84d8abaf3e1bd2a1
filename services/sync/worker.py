"""sync's tables of contents: what it listens to, and what it does when time has come."""

from services.sync.github import repository
from services.sync.github.redelivery import repository as redelivery
from services.sync.github.suggestions import repository as suggestions
from services.sync.github.validators import repository as validators
from services.sync.github.watches import repository as watches
from services.sync.github.watches.service import learn_submission
from shared.clock import Clock
from shared.db import Database
from shared.due import PRUNED_AT_ONCE, Due
from shared.events import PersonChanged, SubmissionChanged
from shared.handling import Batched, Subscriptions
from shared.people import project_people

SUBSCRIPTIONS: Subscriptions = (
    (PersonChanged, Batched(project_people)),
    (SubmissionChanged, learn_submission),
)


async def forget_old(database: Database, clock: Clock) -> int:
    """Receipts and facts past their time, and what was kept for watches and suggestions."""
    now, forgotten = clock.now(), 0
    for forget in (repository.prune, validators.prune):
        async with database.transaction() as connection:
            forgotten += await forget(connection, PRUNED_AT_ONCE)
    for forget_by in (watches.prune_works, suggestions.prune, redelivery.prune):
        async with database.transaction() as connection:
            forgotten += await forget_by(connection, now, PRUNED_AT_ONCE)
    return forgotten


# Watching, suggesting and going through deliveries need GitHub: `SyncService` adds them.
DUE = (Due(name="forget old deliveries", run=forget_old, every=3600),)
