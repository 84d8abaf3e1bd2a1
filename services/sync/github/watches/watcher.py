"""Looks at one watched pull request after another, as far as GitHub's limits go."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from services.sync.github import service as facts
from services.sync.github.client import ANSWERS_WITHIN, TURN_WITHIN, GitHub
from services.sync.github.errors import (
    Away,
    Blocked,
    GitHubError,
    Limited,
    Missing,
    NotAsked,
    Refused,
)
from services.sync.github.finding import Finder, Found
from services.sync.github.turns.service import Lane
from services.sync.github.validators import repository as validators
from services.sync.github.watches import repository
from services.sync.github.watches.repository import Watch
from services.sync.github.watches.reviews import Reviews, read_reviews
from services.sync.github.watches.service import NAME, pace
from shared import outbox
from shared.clock import Clock
from shared.context import caused_by
from shared.crash import crash_point
from shared.db import Connection, Database
from shared.due import Due
from shared.events import PullLost
from shared.log import get_log

log = get_log(__name__)

Reason = Literal["gone", "blocked"]
WITHIN = TURN_WITHIN + ANSWERS_WITHIN
PULL_EVERY = timedelta(minutes=10)
"""A push without a review is found by this, where webhooks are lost."""
SURE_AFTER = timedelta(minutes=1)
"""Between the two 404s that make a loss: GitHub's replicas disagree for moments."""
SOON = timedelta(seconds=5)
SHORT = 1.0
"""Seconds that a look waits for its turn rather than come again."""
LOST_EVERY = timedelta(minutes=30)
AGAIN_AFTER = {Away: timedelta(minutes=1), Refused: timedelta(minutes=15)}


class Watcher:
    """One look at a time in each process; over all of them GitHub gets one request at a time."""

    def __init__(self, database: Database, github: GitHub) -> None:
        self._database = database
        self._github = github
        self._finder = Finder(database, github)

    @property
    def due(self) -> Due:
        """The due row that looks."""
        return Due(name=NAME, run=self.look_at_next)

    async def look_at_next(self, database: Database, clock: Clock) -> int:
        """Look at the one whose moment came first; 0: there is none, or a wait runs."""
        turns = self._github.turns
        if await turns.find_wait(Lane.SOON):
            return 0
        polls = await turns.find_wait(Lane.BEHIND) <= SHORT
        now = clock.now()
        async with database.transaction() as connection:
            watch = await repository.claim(connection, now, only_asked_for=not polls)
        if watch is None:
            return 0
        with caused_by():
            return int(await self._look(watch, now))

    async def _look(self, watch: Watch, now: datetime) -> bool:
        lane = Lane.SOON if watch.is_asked_for else Lane.BEHIND
        try:
            reviews, found = await self._ask(watch, now, lane)
        except Missing:
            await self._lose(watch, "gone", now)
        except Blocked:
            await self._lose(watch, "blocked", now)
        except (NotAsked, Limited) as error:
            log.debug("look_put_off", error=str(error))
            await self._put_off(watch, now, is_answered=False)
            return False
        except GitHubError as error:
            log.warning("look_failed", name=watch.name, number=watch.number, error=repr(error))
            kind = Refused if isinstance(error, Refused) else Away
            await self._put_off(watch, now + AGAIN_AFTER[kind], is_answered=True)
        else:
            crash_point("watcher.before_commit")
            await self._learn(watch, reviews, found, now)
        return True

    async def _ask(
        self, watch: Watch, now: datetime, lane: Lane
    ) -> tuple[Reviews | None, Found | None]:
        """The reviews first, then, if they changed, the pull request: its head is then not older
        than what was reviewed. Without change it is asked for now and then."""
        try:
            reviews = await read_reviews(
                self._database, self._github, watch.place, page_size=watch.page_size, lane=lane
            )
        except (Missing, Refused):
            reviews = None  # by the name it is known by; the pull request says what is the matter
        has_changed = reviews is not None and reviews.has_changed
        is_stale = watch.pull_looked_at is None or now - watch.pull_looked_at >= PULL_EVERY
        if reviews and not (has_changed or reviews.has_moved or is_stale or watch.is_asked_for):
            return reviews, None
        # What a look has begun it ends: the pace is from one look to the next.
        found = await self._finder.find(
            watch.place, lane=Lane.SOON, within=WITHIN, exactly=has_changed
        )
        return reviews, found

    async def _learn(
        self, watch: Watch, reviews: Reviews | None, found: Found | None, now: datetime
    ) -> None:
        seen = watch
        async with self._database.transaction() as connection:
            if found is not None:
                seen = await self._learn_pull(connection, watch, found, now)
            is_elsewhere = reviews is None or (found is not None and found.name_led_astray)
            if reviews is not None and found is not None and not is_elsewhere:
                await self._learn_reviews(connection, reviews, found)
                seen = replace(seen, page_size=reviews.page_size)
            works = await repository.list_works(connection, watch, now)
            every = pace(works, now)
            if every is None:
                await repository.forget(connection, seen)
            # Elsewhere: its reviews are yet to be read, by the name that it has now.
            wait = SOON if is_elsewhere or every is None else every
            await repository.finish(connection, seen, now + wait)

    async def _learn_pull(
        self, connection: Connection, watch: Watch, found: Found, now: datetime
    ) -> Watch:
        row = found.row
        if not found.is_unchanged or watch.lost is not None:
            await facts.learn_row(connection, row, is_answer=True, is_found=watch.lost is not None)
        await validators.keep(
            connection, self._github.turns.holder, found.address, found.validators
        )
        return replace(
            watch,
            name=row.repository,
            repository_id=row.repository_id,
            pull_looked_at=now,
            missing_since=None,
            lost=None,
        )

    async def _learn_reviews(self, connection: Connection, reviews: Reviews, found: Found) -> None:
        for review in reviews.found:
            await facts.learn_review_of(connection, found.row, review)
        for address, kept in reviews.kept:
            await validators.keep(connection, self._github.turns.holder, address, kept)

    async def _lose(self, watch: Watch, reason: Reason, now: datetime) -> None:
        """Nothing is there. It is told once, and a 404 only when it is the second."""
        since = watch.missing_since or now
        is_sure = reason == "blocked" or now - since >= SURE_AFTER
        lost = replace(watch, missing_since=since)
        async with self._database.transaction() as connection:
            if not await repository.list_works(connection, watch, now):
                await repository.forget(connection, lost)
            elif is_sure and watch.lost != reason:
                lost = replace(lost, lost=reason)
                await outbox.record(connection, _loss(watch, reason, now))
            await repository.finish(connection, lost, now + (LOST_EVERY if is_sure else SURE_AFTER))

    async def _put_off(self, watch: Watch, until: datetime, *, is_answered: bool) -> None:
        async with self._database.transaction() as connection:
            await repository.put_off(connection, watch, until, is_answered=is_answered)


def _loss(watch: Watch, reason: Reason, now: datetime) -> PullLost:
    return PullLost(
        repository_id=watch.repository_id or 0,
        repository=watch.name,
        number=watch.number,
        reason=reason,
        lost_at=now,
    )
