"""Makes what Boomstream has agree with what is wanted.

What is to be done stands in the grant before the call, and is confirmed after it. Who dies between
the two leaves a lease that runs out: the call is made again, with the same code, which is the same
buyer.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.sync.access.grants.repository import Deed, write_down
from services.sync.boomstream import repository
from services.sync.boomstream.addresses import Addresses
from services.sync.boomstream.client import Boomstream
from services.sync.boomstream.errors import (
    Away,
    BoomstreamError,
    KeyRefused,
    Refused,
    SubscriptionNotFound,
)
from services.sync.boomstream.pausing import REST_AFTER_REFUSAL, keep_quiet
from services.sync.boomstream.recovery import recovery_of
from services.sync.boomstream.repository import LEASED_FOR, Claimed
from services.sync.boomstream.watching import Wish, close_for, open_for
from services.sync.emails import AuthAway
from shared.clock import Clock
from shared.context import caused_by
from shared.crash import crash_point
from shared.db import Database
from shared.due import Due
from shared.log import get_log
from shared.secret import CannotOpen, KeyRing

log = get_log(__name__)

NAME = "grant"
AT_A_TIME = 4
"""Calls under way at once, over all replicas. One of a process that was killed counts until its
lease has run out."""
WORK_WITHIN = 60.0
"""Seconds for all calls of one grant."""
BEGUN_WITHIN = LEASED_FOR.total_seconds() - WORK_WITHIN - 10
LADDER = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600, 6 * 3600))
REFUSED_AGAIN = LADDER[-1]
AUTH_AGAIN = timedelta(seconds=30)


class Granter:
    """Grants and withdraws, a few at a time; any number of replicas may."""

    def __init__(
        self,
        database: Database,
        client: Boomstream,
        ring: KeyRing,
        addresses: Addresses,
        *,
        subscription: str = "",
    ) -> None:
        self._database = database
        self._client = client
        self._ring = ring
        self._addresses = addresses
        self._subscription = subscription

    @property
    def due(self) -> tuple[Due, ...]:
        """The due row that tells Boomstream."""
        return (Due(name=NAME, run=self.grant_some),)

    async def grant_some(self, database: Database, clock: Clock) -> int:
        """Tell Boomstream of the grants whose moment came first; gives how many were in hand."""
        began = time.monotonic()
        async with self._database.transaction() as connection:
            grants = await repository.claim(connection, clock.now(), at_a_time=AT_A_TIME)
        if not grants:
            return 0
        with caused_by():
            try:
                emails = await self._list_emails(grants)
            except AuthAway as error:
                await self._put_off(grants, clock.now() + AUTH_AGAIN, str(error))
                return len(grants)
            if time.monotonic() - began < BEGUN_WITHIN:
                async with asyncio.TaskGroup() as group:
                    for grant in grants:
                        group.create_task(self._settle(grant, emails.get(grant.person_id), clock))
        return len(grants)

    async def _list_emails(self, grants: Sequence[Claimed]) -> Mapping[UUID, str]:
        people = {grant.person_id for grant in grants if grant.wanted}
        return await self._addresses.list_addresses(people) if people else {}

    async def _settle(self, grant: Claimed, email: str | None, clock: Clock) -> None:
        try:
            crash_point("granting.before_call")
            async with asyncio.timeout(WORK_WITHIN):
                expires_at = await self._tell(grant, email or "", clock.now())
            crash_point("granting.after_call")
        except TimeoutError:
            await self._fail(grant, Away("no answer in time"), clock.now())
        except (BoomstreamError, CannotOpen) as error:
            if isinstance(error, Refused) and not grant.wanted and grant.granted_at is None:
                # It was never confirmed, and there is nothing to be taken back.
                await self._confirm(grant, None, clock.now())
            else:
                await self._fail(grant, error, clock.now())
        else:
            await self._confirm(grant, expires_at, clock.now())

    async def _tell(self, grant: Claimed, email: str, now: datetime) -> datetime | None:
        code = recovery_of(grant, self._ring)
        subscription = grant.subscription or self._subscription
        if not subscription:
            raise SubscriptionNotFound("no subscription: BOOMSTREAM_SUBSCRIPTION is not set")
        if not grant.wanted:
            await close_for(self._client, subscription, code)
            return None
        wish = Wish(
            subscription=subscription,
            media=grant.code if grant.kind == "video" else None,
            code=code,
            email=email,
            name=grant.name,
        )
        return await open_for(self._client, wish, now)

    async def _confirm(self, grant: Claimed, expires_at: datetime | None, now: datetime) -> None:
        deed: Deed = "withdrawn"
        if grant.wanted:
            deed = "restored" if grant.granted_at is not None else "granted"
        async with self._database.transaction() as connection:
            if not await repository.confirm(connection, grant, expires_at=expires_at, now=now):
                log.warning("grant_lease_lost", grant_id=grant.grant_id)
                await repository.doubt(connection, grant.grant_id, now)
                return
            await write_down(connection, grant.person_id, grant.resource_id, deed, at=now)
            await repository.note_answer(connection)

    async def _fail(
        self, grant: Claimed, error: BoomstreamError | CannotOpen, now: datetime
    ) -> None:
        words = str(error)
        attempts, again = grant.attempts + 1, REFUSED_AGAIN
        if isinstance(error, CannotOpen):
            words = "its code cannot be opened: the key is not in DATA_KEYS"
        elif isinstance(error, KeyRefused):
            attempts, again = grant.attempts, timedelta(seconds=REST_AFTER_REFUSAL)
        elif isinstance(error, Away):
            again = LADDER[min(grant.attempts, len(LADDER) - 1)]
        log.warning("grant_failed", grant_id=grant.grant_id, error=repr(error), attempts=attempts)
        async with self._database.transaction() as connection:
            await repository.put_off(
                connection, grant, attempts=attempts, until=now + again, error=words
            )
            is_refusal = not isinstance(error, Away | KeyRefused)
            if is_refusal and words != grant.error:
                await write_down(
                    connection,
                    grant.person_id,
                    grant.resource_id,
                    "refused",
                    at=now,
                    reason=words,
                )
            await keep_quiet(connection, error)

    async def _put_off(self, grants: Sequence[Claimed], until: datetime, error: str) -> None:
        """Nothing was sent: no attempt is counted."""
        async with self._database.transaction() as connection:
            for grant in grants:
                await repository.put_off(
                    connection, grant, attempts=grant.attempts, until=until, error=error
                )
