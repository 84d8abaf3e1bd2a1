"""A look at what a student's link leads to, as often as one student may."""

from datetime import datetime
from uuid import UUID

from services.school.errors import LooksUsedUp, PullClosed, PullIsDraft, PullMerged
from services.school.submissions.github import GitHub, Seen
from services.school.submissions.links import Place
from services.school.submissions.looks import repository
from shared.clock import Clock
from shared.db import Database
from shared.due import PRUNED_AT_ONCE, Due


async def look_at(
    database: Database, github: GitHub | None, place: Place, *, student_id: UUID, now: datetime
) -> Seen | None:
    """The pull request, ready to be reviewed; None where GitHub cannot be asked.

    An outside call: never within a transaction.

    Raises:
        LooksUsedUp: it is enough for an hour.
        PullGone, PullBlocked, PullClosed, PullMerged, PullIsDraft: it cannot be reviewed.
    """
    if github is None:
        return None
    async with database.transaction() as connection:
        if not await repository.claim(connection, student_id, now):
            raise LooksUsedUp
    seen = await github.look_at(place)
    if seen is None:
        return None
    if seen.state == "closed":
        raise PullClosed
    if seen.state == "merged":
        raise PullMerged
    if seen.draft:
        raise PullIsDraft
    return seen


async def _forget_old(database: Database, clock: Clock) -> int:
    async with database.transaction() as connection:
        return await repository.forget(connection, clock.now(), PRUNED_AT_ONCE)


FORGET_LOOKS = Due(name="forget_looks", run=_forget_old, every=600)
