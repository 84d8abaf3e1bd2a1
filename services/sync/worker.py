"""sync's tables of contents: what it listens to, and what it does when time has come."""

from collections.abc import Sequence

from services.sync.access.checks.sweeping import SWEEPING
from services.sync.access.learning import learn_approval, learn_group, learn_people
from services.sync.github import repository
from services.sync.github.redelivery import repository as redelivery
from services.sync.github.suggestions import repository as suggestions
from services.sync.github.validators import repository as validators
from services.sync.github.watches import repository as watches
from services.sync.github.watches.service import learn_submission
from services.sync.stepik.matching.service import match_people
from shared.clock import Clock
from shared.db import Connection, Database
from shared.due import PRUNED_AT_ONCE, Due
from shared.events import GroupChanged, PersonChanged, SubmissionChanged
from shared.handling import Batched, Subscriptions


async def learn_work(connection: Connection, event: SubmissionChanged, clock: Clock) -> None:
    """A work changed: its pull request may be watched, its approval may open something."""
    await learn_submission(connection, event, clock)
    await learn_approval(connection, event, clock)


async def learn_persons(
    connection: Connection, events: Sequence[PersonChanged], clock: Clock
) -> None:
    """People changed: their access is looked at, and their accounts at Stepik are matched."""
    await learn_people(connection, events, clock)
    await match_people(connection, events, clock)


SUBSCRIPTIONS: Subscriptions = (
    (PersonChanged, Batched(learn_persons)),
    (SubmissionChanged, learn_work),
    (GroupChanged, learn_group),
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
DUE = (Due(name="forget old deliveries", run=forget_old, every=3600), *SWEEPING)
