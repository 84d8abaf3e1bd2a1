"""Daily, whether Boomstream has those whom it confirmed, and nobody whom it was to let go.

Nothing is put right here but in the rows: what differs is granted or withdrawn as ever. Only who
is there by a code of ours in a place that is no longer theirs is taken away at once.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.sync.boomstream import repository
from services.sync.boomstream.answers import Buyer
from services.sync.boomstream.client import Boomstream
from services.sync.boomstream.comparisons import repository as comparisons
from services.sync.boomstream.comparisons.repository import Compare, Compared, Outcome
from services.sync.boomstream.errors import BoomstreamError, ListTooLong, MostAreMissing
from services.sync.boomstream.pausing import keep_quiet
from services.sync.boomstream.recovery import is_own_form, recovery_of
from services.sync.boomstream.watching import close_for
from shared.clock import Clock
from shared.context import caused_by
from shared.db import Database
from shared.due import Due
from shared.log import get_log
from shared.secret import CannotOpen, KeyRing

log = get_log(__name__)

NAME = "compare_buyers"
LOOKED_FOR_EVERY = 30.0
EVERY = timedelta(days=1)
AFTER_FAILURE = timedelta(hours=1)
WITHIN = 600.0
"""Seconds for one subscription; shorter than its lease."""
MOST_PAGES = 10_000
MOST_BUYERS = 500_000
"""Who would have more is told so: a list that is not read to its end proves nobody's absence."""
AT_ONCE = 500
FEW = 20
"""So many may be missing, however few there are."""
MOST_ARE_MISSING = "most are missing there: it is compared once more before it is believed"


@dataclass(slots=True)
class _Listed:
    """Who is there by codes of our form, and how many others."""

    ours: dict[str, Buyer] = field(default_factory=dict)
    strangers: int = 0


@dataclass(slots=True)
class _Found:
    """What a portion of grants came to: ids of grants, and codes of who is astray."""

    confirmed: int = 0
    missing: list[UUID] = field(default_factory=list)
    extra: list[UUID] = field(default_factory=list)
    moved: list[tuple[Compared, datetime | None]] = field(default_factory=list)
    astray: list[str] = field(default_factory=list, repr=False)


class Comparer:
    """Compares one subscription after another, each once a day."""

    def __init__(
        self, database: Database, client: Boomstream, ring: KeyRing, *, subscription: str = ""
    ) -> None:
        self._database = database
        self._client = client
        self._ring = ring
        self._subscription = subscription

    @property
    def due(self) -> tuple[Due, ...]:
        """The due row that compares."""
        return (Due(name=NAME, run=self.compare_next, every=LOOKED_FOR_EVERY),)

    async def compare_next(self, database: Database, clock: Clock) -> int:
        """Compare the subscription whose moment came first; 0: there is none, or a wait runs."""
        now = clock.now()
        async with self._database.transaction() as connection:
            await comparisons.note_used(connection, self._subscription, now + EVERY)
            if not await repository.may_ask(connection):
                return 0
            claimed = await comparisons.claim(connection, now)
        if claimed is None:
            return 0
        with caused_by():
            await self._compare(claimed, clock)
        return 1

    async def _compare(self, claimed: Compare, clock: Clock) -> None:
        began, subscription = clock.now(), claimed.subscription
        error: Exception
        try:
            async with asyncio.timeout(WITHIN):
                outcome = await self._go_through(claimed, began, clock)
        except (BoomstreamError, TimeoutError) as failed:
            error = failed
        else:
            async with self._database.transaction() as connection:
                await comparisons.finish(
                    connection, subscription, outcome, now=clock.now(), next_at=began + EVERY
                )
                await repository.note_answer(connection)
            log.info("buyers_compared", subscription=subscription, **outcome.as_facts())
            return
        log.warning("buyers_not_compared", subscription=subscription, error=repr(error))
        words = str(error) or "no answer in time"
        async with self._database.transaction() as connection:
            await comparisons.put_off(connection, subscription, began + AFTER_FAILURE, words)
            await keep_quiet(connection, error)

    async def _go_through(self, claimed: Compare, began: datetime, clock: Clock) -> Outcome:
        subscription = claimed.subscription
        listed = await self._list(subscription)
        outcome, after = Outcome(), comparisons.FIRST
        confirmed, missing = 0, list[UUID]()
        while True:
            async with self._database.acquire() as connection:
                grants = await comparisons.list_page(connection, after, AT_ONCE)
            if not grants:
                break
            found = await asyncio.to_thread(self._hold_against, subscription, grants, listed, began)
            for code in found.astray:
                await close_for(self._client, subscription, code)
            async with self._database.transaction() as connection:
                now = clock.now()
                outcome.extra += await comparisons.mark_extra(connection, found.extra, now)
                outcome.extra += len(found.astray)
                await comparisons.move_ends(connection, found.moved)
            confirmed += found.confirmed
            missing += found.missing
            after = grants[-1].grant_id
        if len(missing) > max(FEW, confirmed / 2) and claimed.error != MOST_ARE_MISSING:
            raise MostAreMissing(MOST_ARE_MISSING)
        for first in range(0, len(missing), AT_ONCE):
            portion = missing[first : first + AT_ONCE]
            async with self._database.transaction() as connection:
                outcome.missing += await comparisons.mark_missing(connection, portion, clock.now())
        outcome.strangers = listed.strangers + len(listed.ours)
        return outcome

    async def _list(self, subscription: str) -> _Listed:
        """All buyers. Where the list shrinks while it is read, who slips through is asked for
        again: the same code is the same buyer."""
        listed, page = _Listed(), 1
        while True:
            told = await self._client.list_buyers(subscription, page)
            for buyer in told.buyers:
                if is_own_form(buyer.hash):
                    listed.ours[buyer.hash] = buyer
                else:
                    listed.strangers += 1
            if page >= told.pages or not told.buyers:
                return listed
            if page >= MOST_PAGES or len(listed.ours) + listed.strangers > MOST_BUYERS:
                raise ListTooLong("more buyers than are read here")
            page += 1

    def _hold_against(
        self, subscription: str, grants: Sequence[Compared], listed: _Listed, began: datetime
    ) -> _Found:
        found = _Found()
        for grant in grants:
            try:
                code = recovery_of(grant, self._ring)
            except CannotOpen:
                continue  # the granter says so, where it matters
            buyer = listed.ours.pop(code, None)
            belongs = (grant.subscription or self._subscription) == subscription
            if buyer is not None and not (belongs and _is_of(buyer, grant)):
                found.astray.append(code)
                buyer = None
            if belongs:
                _note(found, grant, buyer, began)
        return found


def _is_of(buyer: Buyer, grant: Compared) -> bool:
    return grant.kind != "video" or buyer.media is None or buyer.media == grant.code


def _note(found: _Found, grant: Compared, buyer: Buyer | None, began: datetime) -> None:
    if grant.wanted and grant.granted:
        found.confirmed += 1
        # Who was let in while the list was read may not stand in it yet.
        if buyer is None and grant.granted_at is not None and grant.granted_at < began:
            found.missing.append(grant.grant_id)
        elif buyer is not None and buyer.expires_at != grant.expires_at:
            found.moved.append((grant, buyer.expires_at))
    elif buyer is not None and not grant.wanted and not grant.granted:
        found.extra.append(grant.grant_id)
