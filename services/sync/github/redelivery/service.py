"""GitHub does not repeat what failed: its list of deliveries is gone through, the failed asked for.

The same GUID then comes to our hook, which takes it for a repetition if it had arrived after all.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.sync.github.answers import Hook, HookDelivery
from services.sync.github.calls import OF_ORGANISATION, OF_REPOSITORY, Ask, Call
from services.sync.github.client import Answer, GitHub
from services.sync.github.errors import GitHubError, Limited, Missing, NotAsked, Refused
from services.sync.github.redelivery import repository
from services.sync.github.redelivery.repository import HookRow, Missed
from services.sync.github.turns.service import Lane
from services.sync.github.validators.service import ask_again, keep_answer
from shared.clock import Clock
from shared.db import Connection, Database
from shared.due import Due
from shared.log import get_log

log = get_log(__name__)

EVERY = timedelta(minutes=5)
AGAIN_AFTER = timedelta(minutes=15)
PAGE = 100
MOST_PAGES = 10
KEPT_AT_GITHUB = timedelta(days=3)
OVERLAP = timedelta(minutes=10)
"""Deliveries are listed when they have ended: a slow one stands before quicker ones."""
LADDER = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
LONGEST_GUID = 100
"""What the hook takes."""


class Reconciler:
    """Goes through the deliveries of the webhooks that lead here."""

    def __init__(
        self, github: GitHub, *, places: Sequence[str], hook_url: str, events: Sequence[str]
    ) -> None:
        self.github = github
        self._places = places
        self._hook_url = hook_url
        self._events = frozenset(events)

    @property
    def due(self) -> tuple[Due, ...]:
        """The due rows: one goes through the lists, one asks for what was missed."""
        return (
            Due(name="go through deliveries", run=self.go_through_next, every=10),
            Due(name="ask for deliveries", run=self.ask_for_next, every=5),
        )

    async def go_through_next(self, database: Database, clock: Clock) -> int:
        """One place whose moment has come; 0: there is none, or a wait runs."""
        if await self.github.turns.find_wait(Lane.BEHIND) > 1:
            return 0
        now = clock.now()
        async with database.transaction() as connection:
            place = await repository.claim_place(connection, self._places, now)
        if place is None:
            return 0
        checked_at, wait = None, EVERY
        try:
            await self._go_through(database, place, now)
            checked_at = now
        except (NotAsked, Limited):
            wait = timedelta(minutes=1)
        except GitHubError as error:
            log.warning("deliveries_not_listed", place=place, error=repr(error))
            wait = AGAIN_AFTER if isinstance(error, Missing | Refused) else EVERY
        async with database.transaction() as connection:
            await repository.finish_place(
                connection, place, next_at=now + wait, checked_at=checked_at
            )
        return 1

    async def _go_through(self, database: Database, place: str, now: datetime) -> None:
        for hook in await self._list_hooks(database, place):
            since = hook.seen_until - OVERLAP if hook.seen_until else now - KEPT_AT_GITHUB
            deliveries, answer, ask = await self._list_deliveries(database, place, hook, since)
            async with database.transaction() as connection:
                await self._learn(connection, place, hook, deliveries, now)
                await keep_answer(connection, self.github, ask, answer)

    async def _list_hooks(self, database: Database, place: str) -> list[HookRow]:
        async with database.acquire() as connection:
            known = await repository.list_hooks(connection, place)
        ask = _ask(place, "hooks", per_page=PAGE)
        answer = await ask_again(database, self.github, ask, lane=Lane.BEHIND, is_kept=bool(known))
        if answer.is_unchanged:
            return known
        hooks: list[Hook] = answer.value
        ours = [hook.id for hook in hooks if (hook.config.url or "").rstrip("/") == self._hook_url]
        if not ours:
            log.warning("no_webhook_of_ours", place=place, wanted=self._hook_url)
        async with database.transaction() as connection:
            await repository.keep_hooks(connection, place, ours)
            await keep_answer(connection, self.github, ask, answer)
            return await repository.list_hooks(connection, place)

    async def _list_deliveries(
        self, database: Database, place: str, hook: HookRow, since: datetime
    ) -> tuple[list[HookDelivery], Answer, Ask]:
        """Deliveries since a moment, the newest first, and what the first page came with."""
        first = _ask(place, "deliveries", hook_id=hook.hook_id, per_page=PAGE)
        is_kept = hook.seen_until is not None
        answer = await ask_again(database, self.github, first, lane=Lane.BEHIND, is_kept=is_kept)
        begun, deliveries = answer, list[HookDelivery](answer.value or ())
        for _ in range(MOST_PAGES - 1):
            if answer.is_unchanged or answer.cursor is None or not answer.value:
                break
            if answer.value[-1].delivered_at < since:
                break
            following = _ask(
                place, "deliveries", hook_id=hook.hook_id, per_page=PAGE, cursor=answer.cursor
            )
            answer = await self.github.ask(following, lane=Lane.BEHIND)
            deliveries += answer.value
        return deliveries, begun, first

    async def _learn(
        self,
        connection: Connection,
        place: str,
        hook: HookRow,
        deliveries: Sequence[HookDelivery],
        now: datetime,
    ) -> None:
        if not deliveries:
            return
        arrived = {one.guid for one in deliveries if 200 <= one.status_code < 400}
        failed = {
            one.guid: one
            for one in sorted(deliveries, key=lambda one: one.id)
            if one.guid not in arrived
            and one.event in self._events
            and 0 < len(one.guid) <= LONGEST_GUID
        }
        for guid, one in failed.items():
            await repository.keep_missed(
                connection,
                guid=guid,
                place=place,
                hook_id=hook.hook_id,
                delivery_id=one.id,
                event=one.event,
                delivered_at=one.delivered_at,
                next_try_at=now,
            )
        await repository.settle_arrived(connection, list(arrived))
        newest = max(one.delivered_at for one in deliveries)
        await repository.see(connection, place, hook.hook_id, newest)

    async def ask_for_next(self, database: Database, clock: Clock) -> int:
        """Ask for one missed delivery; 0: there is none, or a wait runs."""
        if await self.github.turns.find_wait(Lane.BEHIND) > 1:
            return 0
        now = clock.now()
        async with database.transaction() as connection:
            await repository.settle_arrived(connection, [])
            given_up = await repository.give_up(connection, guid="", most=len(LADDER), now=now)
            missed = await repository.claim_missed(connection, now, LADDER)
        for guid, event in given_up:
            log.error("delivery_given_up", delivery_id=guid, github_event=event)
        if missed is None:
            return 0
        return await self._ask_for(database, missed, now)

    async def _ask_for(self, database: Database, missed: Missed, now: datetime) -> int:
        ask = _ask(missed.place, "attempt", hook_id=missed.hook_id, delivery_id=missed.delivery_id)
        try:
            await self.github.ask(ask, lane=Lane.BEHIND)
        except Missing:
            async with database.transaction() as connection:
                await repository.give_up(connection, guid=missed.guid, most=len(LADDER), now=now)
            log.error("delivery_gone", delivery_id=missed.guid, github_event=missed.event)
        except (NotAsked, Limited):
            async with database.transaction() as connection:
                await repository.put_back(connection, missed, now + timedelta(minutes=1))
            return 0
        except GitHubError as error:
            log.warning("delivery_not_asked_for", delivery_id=missed.guid, error=repr(error))
        else:
            log.info("delivery_asked_for", delivery_id=missed.guid, attempt=missed.attempts)
        return 1


def _ask(place: str, what: str, **values: int | str) -> Ask:
    owner, _, repo = place.partition("/")
    if repo:
        call: Call = getattr(OF_REPOSITORY, what)
        return call.of(owner=owner, repo=repo, **values)
    call = getattr(OF_ORGANISATION, what)
    return call.of(org=owner, **values)
