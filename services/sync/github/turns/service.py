"""Turns: one request to GitHub after another for each token, whichever replica sends it.

The turn is a lease in Postgres, taken and given back in transactions of their own; nothing is open
while GitHub thinks. In the same row stand GitHub's waits and the quota.
"""

import asyncio
import hashlib
import time
from datetime import timedelta
from enum import Enum
from uuid import UUID, uuid4

from pydantic import SecretStr

from services.sync.github.errors import NotAsked
from services.sync.github.turns import repository
from services.sync.github.turns.repository import Standing
from shared.db import Connection, Database

LOOKS_EVERY = 0.05
BETWEEN_POLLS = timedelta(seconds=0.1)
"""Ten requests a second at the most: 600 of the 900 points that GitHub gives a minute."""
BETWEEN_WRITES = timedelta(seconds=1)
NOBODY = "anonymous"


class Lane(Enum):
    """Who waits for the answer, and so which part of the quota is left to others."""

    WAITED = 0.0
    """A person, right now."""
    SOON = 0.1
    """A person, but not for this very answer."""
    BEHIND = 0.2
    """Nobody: polling."""

    @property
    def is_polling(self) -> bool:
        """Whether it is paced, and gives way to the others."""
        return self is Lane.BEHIND


class Turns:
    """The turns of one token. It is known here by a part of its hash."""

    def __init__(
        self, database: Database, token: SecretStr | None, *, gap: timedelta | None = None
    ) -> None:
        self._database = database
        self._gap = BETWEEN_POLLS if gap is None else gap
        self.holder = NOBODY
        if token is not None:
            digest = hashlib.sha256(token.get_secret_value().encode())
            self.holder = f"token:{digest.hexdigest()[:16]}"

    async def find_wait(self, lane: Lane) -> float:
        """Seconds until one may ask in this lane; 0: now, but for those who ask just now."""
        async with self._database.acquire() as connection:
            wait = await repository.find_wait(
                connection,
                self.holder,
                is_polling=lane.is_polling,
                is_waited_for=lane is Lane.WAITED,
                leaves=lane.value,
            )
        return wait or 0.0

    async def take(self, lane: Lane, *, within: float, is_write: bool = False) -> UUID:
        """Wait for the turn, `within` seconds at the most; gives its owner.

        Raises:
            NotAsked: the turn did not come; nothing may be sent.
        """
        owner, until = uuid4(), time.monotonic() + within
        while True:
            async with self._database.transaction() as connection:
                taken = await repository.take(
                    connection,
                    self.holder,
                    owner,
                    is_polling=lane.is_polling,
                    is_waited_for=lane is Lane.WAITED,
                    leaves=lane.value,
                    gap=max(self._gap, BETWEEN_WRITES) if is_write else self._gap,
                )
                if taken:
                    return owner
                wait = await self._wait(connection, lane)
            left = until - time.monotonic()
            if wait > left or left <= 0:
                raise NotAsked(wait)
            await asyncio.sleep(min(max(wait, LOOKS_EVERY), left))

    async def _wait(self, connection: Connection, lane: Lane) -> float:
        wait = await repository.find_wait(
            connection,
            self.holder,
            is_polling=lane.is_polling,
            is_waited_for=lane is Lane.WAITED,
            leaves=lane.value,
        )
        if wait is None:
            await repository.add(connection, self.holder)
            return 0.0
        if lane is Lane.WAITED:
            await repository.want(connection, self.holder)
        return wait

    async def settle(
        self,
        owner: UUID,
        *,
        quota: int | None,
        quota_left: int | None,
        resets_in: timedelta | None,
    ) -> None:
        """GitHub answered."""
        async with self._database.transaction() as connection:
            await repository.settle(
                connection,
                self.holder,
                owner,
                quota=quota,
                quota_left=quota_left,
                resets_in=resets_in,
                gap=self._gap_of_nobody(quota, quota_left, resets_in),
            )

    def _gap_of_nobody(
        self, quota: int | None, quota_left: int | None, resets_in: timedelta | None
    ) -> timedelta:
        """Without a token each request counts, also the unchanged: what polling may use of the
        quota is spread over the time until it is full again."""
        if self.holder != NOBODY or quota is None or quota_left is None or resets_in is None:
            return timedelta()
        return resets_in / max(1.0, quota_left - quota * Lane.BEHIND.value)

    async def strike(self, owner: UUID, *, wait: timedelta | None) -> None:
        """GitHub said to wait; None: and not how long."""
        async with self._database.transaction() as connection:
            await repository.strike(connection, self.holder, owner, wait=wait)

    async def stumble(self, owner: UUID) -> None:
        """GitHub did not answer, or not so that it could be read."""
        async with self._database.transaction() as connection:
            await repository.stumble(connection, self.holder, owner)

    async def give_back(self, owner: UUID) -> None:
        """Nobody waits for the answer any more."""
        async with self._database.transaction() as connection:
            await repository.give_back(connection, self.holder, owner)

    async def find_standing(self) -> Standing | None:
        """How the token stands; None: it was never used."""
        async with self._database.acquire() as connection:
            return await repository.find_standing(connection, self.holder)
