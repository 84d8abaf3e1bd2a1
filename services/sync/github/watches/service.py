"""Which pull requests are watched, and how often."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.sync.github.place import Place, read_link
from services.sync.github.watches import repository
from services.sync.github.watches.repository import Work
from shared.clock import Clock
from shared.db import Connection, ring_on_commit
from shared.events import SubmissionChanged

NAME = "watch pull requests"
BELL = f"due:{NAME}"

WATCHED_FOR = timedelta(days=30)
"""After its last change a work in correction, or approved by a review, is watched so long: its
review may be dismissed, another may follow."""
REVIEWED_FOR = timedelta(days=365)
EVERY = {
    "review": timedelta(seconds=75),
    "correction": timedelta(minutes=10),
    "approved": timedelta(hours=1),
}
WAITS_TOO_LONG = timedelta(days=30)
EVERY_LATE = timedelta(minutes=15)
"""A work that has been on review for a month: nobody counts the minutes."""


async def learn_submission(connection: Connection, event: SubmissionChanged, clock: Clock) -> None:
    """A work changed: its pull request is watched more often, less often, or no more."""
    place = read_link(event.pull_url)
    watched_until = _watched_until(event)
    if place is None:
        watched_until = None
    kept = await repository.keep_work(
        connection,
        submission_id=event.submission_id,
        version=event.version,
        place=place,
        status=event.status,
        changed_at=event.changed_at,
        watched_until=watched_until,
    )
    if kept and place is not None and watched_until is not None and event.trouble is None:
        is_sent = event.status == "review"
        await repository.watch(connection, place, clock.now(), is_asked_for=is_sent)
        if is_sent:
            ring_on_commit(BELL)


def _watched_until(event: SubmissionChanged) -> datetime | None:
    if event.status == "review":
        return event.changed_at + REVIEWED_FOR
    if event.status == "correction" or (event.status == "approved" and event.review_url):
        return event.changed_at + WATCHED_FOR
    return None


def pace(works: Sequence[Work], now: datetime) -> timedelta | None:
    """How long until the next look; None: for nobody's sake."""
    steps = [
        EVERY_LATE
        if work.status == "review" and now - work.changed_at > WAITS_TOO_LONG
        else EVERY[work.status]
        for work in works
    ]
    return min(steps, default=None)


async def ask_for(connection: Connection, place: Place, now: datetime) -> None:
    """Somebody wants a pull request looked at now; whether it is watched or not."""
    await repository.watch(connection, place, now, is_asked_for=True)
    ring_on_commit(BELL)
