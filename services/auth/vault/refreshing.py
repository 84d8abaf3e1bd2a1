"""New access for a right: one request to the outside system at a time, over all replicas.

A lease in the right's row says who asks. It is taken and given back in transactions of its own, so
that none is open while the other side thinks, and what comes after the lease is lost is dropped. In
one process all who ask share one task, which goes on when they hang up: a refresh token that was
changed for a new one must be written, or the right is lost.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from services.auth.errors import ProviderAway, RightHasEnded, RightRests
from services.auth.providers.contract import Granted, GrantEnded
from services.auth.vault import repository
from services.auth.vault.contract import Granter
from services.auth.vault.ending import Ending
from services.auth.vault.repository import SeenRight
from services.auth.vault.sealing import Sealing
from shared.db import Database
from shared.log import get_log
from shared.secret import CannotOpen

log = get_log(__name__)

ANSWERS_WITHIN = 15.0
WAITS_AT_MOST = 18.0
LOOKS_EVERY = 0.1
LIVES_UNTOLD = 300.0
"""Seconds that access is taken to live where the other side does not say, or says nonsense."""
LIVES_AT_MOST = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Access:
    """What is handed out: good for `expires_in` seconds."""

    right_id: UUID
    access_token: str = field(repr=False)
    expires_in: float = 0


def lifetime(granted: Granted) -> float:
    """Seconds that access is taken to live."""
    told = granted.lives_for
    return told if told is not None and 0 < told <= LIVES_AT_MOST else LIVES_UNTOLD


class Refreshing:
    """Asks for new access, by the granters of rights by name."""

    def __init__(
        self,
        database: Database,
        sealing: Sealing,
        ending: Ending,
        granters: Mapping[str, Granter],
    ) -> None:
        self._database = database
        self._sealing = sealing
        self._ending = ending
        self._granters = granters
        self._under_way: dict[UUID, asyncio.Task[Access]] = {}

    async def refresh(self, right_id: UUID) -> Access:
        """Fresh access: by asking for it, or by waiting for whoever asks.

        Raises:
            RightHasEnded: the other side says so; it was told of.
            RightRests: the other side does not answer; nothing has ended.
        """
        task = self._under_way.get(right_id)
        if task is None:
            task = asyncio.create_task(self._refresh(right_id), name=f"refresh:{right_id}")
            self._under_way[right_id] = task
            task.add_done_callback(lambda done: self._forget(right_id, done))
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Let what is under way come to its end, so that no new refresh token is lost."""
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=ANSWERS_WITHIN)

    def _forget(self, right_id: UUID, done: asyncio.Task[Access]) -> None:
        del self._under_way[right_id]
        if not done.cancelled():
            done.exception()  # looked at, for all who asked may have hung up

    async def _refresh(self, right_id: UUID) -> Access:
        owner, until = uuid4(), time.monotonic() + WAITS_AT_MOST
        while True:
            async with self._database.transaction() as connection:
                leased = await repository.lease(connection, right_id, owner)
            if leased is not None:
                return await self._ask(leased, owner)
            async with self._database.acquire() as connection:
                right = await repository.find_by_id(connection, right_id)
            if right is None or right.has_ended:
                raise RightHasEnded
            if right.is_fresh:
                return self.kept(right)
            if right.rests or time.monotonic() > until:
                raise RightRests
            await asyncio.sleep(LOOKS_EVERY)

    def kept(self, right: SeenRight) -> Access:
        """The access that a right holds.

        Raises:
            RightRests: it cannot be opened here.
        """
        try:
            token = self._sealing.open(
                right.access_sealed or "",
                "access_sealed",
                right_id=right.right_id,
                person_id=right.person_id,
            )
        except CannotOpen:
            log.error("right_cannot_be_opened", right_id=str(right.right_id))
            raise RightRests from None
        return Access(right.right_id, token, right.lives_for)

    async def _ask(self, right: SeenRight, owner: UUID) -> Access:
        try:
            granted = await self._granted(right)
        except GrantEnded:
            async with self._database.transaction() as connection:
                ended = await self._ending.end(
                    connection, right.right_id, owner=owner, reason="refused"
                )
            # Said of a grant that another has taken the place of, it means nothing.
            raise RightHasEnded if ended else RightRests from None
        except (ProviderAway, CannotOpen, KeyError, TimeoutError) as error:
            log.warning(
                "right_not_refreshed", right_id=str(right.right_id), error=type(error).__name__
            )
            async with self._database.transaction() as connection:
                await repository.let_rest(connection, right.right_id, owner)
            raise RightRests from None
        return await self._write(right, owner, granted)

    async def _granted(self, right: SeenRight) -> Granted:
        token = self._sealing.open(
            right.sealed or "", "sealed", right_id=right.right_id, person_id=right.person_id
        )
        granter = self._granters[right.name]
        async with asyncio.timeout(ANSWERS_WITHIN):
            return await granter.refresh(token)

    async def _write(self, right: SeenRight, owner: UUID, granted: Granted) -> Access:
        """Written first, handed out then."""
        row = {"right_id": right.right_id, "person_id": right.person_id}
        lives_for = lifetime(granted)
        new = granted.refresh_token
        async with self._database.transaction() as connection:
            written = await repository.write_refreshed(
                connection,
                right.right_id,
                owner,
                sealed=self._sealing.seal(new, "sealed", **row) if new else None,
                access_sealed=self._sealing.seal(granted.access_token, "access_sealed", **row),
                lives_for=timedelta(seconds=lives_for),
            )
        if not written:
            # Granted anew, taken back, or late: what stands now counts, not this.
            raise RightRests
        log.info("right_refreshed", right_id=str(right.right_id), rotated=new is not None)
        return Access(right.right_id, granted.access_token, lives_for)
