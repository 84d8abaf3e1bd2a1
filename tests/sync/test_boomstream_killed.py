"""Killed at any moment: in the end Boomstream has those whom the grants want, nobody twice."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from sandbox.boomstream.film_list import SUBSCRIPTION, VIDEOS
from services.sync.boomstream.recovery import recovery_of
from shared.crash import VARIABLE
from shared.db import Connection, Database
from tests.sync.opening import KEY, KEYS, RING, Opening, opening

KILLS = 100
LONGEST_LIFE = 40


class Death(BaseException):
    """Not an error that anybody may catch: nothing runs after it."""


@dataclass
class Life:
    """So many moments long. What is dead does nothing more."""

    left: int

    @property
    def is_over(self) -> bool:
        return self.left <= 0

    def moment(self) -> None:
        self.left -= 1
        if self.is_over:
            raise Death


@dataclass
class MortalWire(httpx.AsyncBaseTransport):
    """Who speaks over it may die before the request, and before the answer is read."""

    life: Life
    inner: httpx.AsyncBaseTransport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.life.moment()
        response = await self.inner.handle_async_request(request)
        try:
            self.life.moment()
        except Death:
            await response.aclose()
            raise
        return response

    async def aclose(self) -> None:
        await self.inner.aclose()


class MortalDatabase(Database):
    """Who writes may die before the transaction, at its end, and when it has committed."""

    def __init__(self, url: str, life: Life) -> None:
        super().__init__(url, "sync", pool_size=4)
        self.life = life

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        self.life.moment()
        async with super().transaction() as connection:
            yield connection
            self.life.moment()
        self.life.moment()


@dataclass
class Replica:
    """A process that grants and compares until it dies, or until there is nothing to do."""

    house: Opening
    database: MortalDatabase

    @property
    def life(self) -> Life:
        return self.database.life

    async def live(self, life: Life) -> bool:
        """Whether it died."""
        self.database.life = life
        self.house.wrap = lambda inner: MortalWire(life, inner)
        granter = self.house.granter(database=self.database)
        comparer = self.house.comparer(database=self.database)
        try:
            busy = True
            while busy:
                done = await granter.grant_some(self.database, self.house.clock)
                busy = bool(done or await comparer.compare_next(self.database, self.house.clock))
        except (Death, BaseExceptionGroup):
            if not life.is_over:
                raise
        return life.is_over


async def change(house: Opening, dice: random.Random, people: list[UUID]) -> None:
    """Operators decide, learners earn, Boomstream has its day, and somebody there tidies up."""
    for person_id in dice.sample(people, k=min(len(people), dice.randint(0, 4))):
        await house.want(person_id, dice.random() < 0.6)
    (resource,) = await house.rows("SELECT resource_id FROM resources ORDER BY random() LIMIT 1")
    for _ in range(dice.randint(0, 2)):
        people.append(await house.grant(resource["resource_id"]))
    trouble: dict[str, Any] | None = dice.choice(
        [
            None,
            {"drop": True, "after": True, "times": 2},
            {"drop": True, "times": 2},
            {"status": 503, "times": 2},
            {"retry_after": 5},
        ]
    )
    if trouble is not None:
        await house.hub.post("/faults", system="boomstream", **trouble)
    buyers = await house.buyers()
    if buyers and dice.random() < 0.2:
        await house.hub.post("/boomstream/buyers", hash=dice.choice(buyers)["hash"], gone=True)


async def let_time_pass(house: Opening, seconds: float) -> None:
    house.hub.clock.advance(seconds)
    await house.let_leases_pass()


async def agree(house: Opening) -> None:
    """Everything that was ever wanted has settled: both sides are the same."""
    grants = await house.rows("SELECT * FROM grants")
    buyers = [one["hash"] for one in await house.buyers()]
    assert len(buyers) == len(set(buyers))
    assert set(buyers) == {recovery_of(_sealed(one), RING) for one in grants if one["wanted"]}
    assert all(one["wanted"] == one["granted"] for one in grants)
    assert (await house.hub.get("/boomstream/buyers"))["doubles"] == 0


@pytest.mark.parametrize("seed", [7])
async def test_a_hundred_kills_lose_nothing_and_double_nothing(
    database_url: str, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - a test's own
    async with opening(database_url) as house:
        for code, _ in VIDEOS[:3]:
            await house.resource(code)
        people: list[UUID] = []
        kills = 0
        databases = [MortalDatabase(database_url, Life(LONGEST_LIFE)) for _ in range(2)]
        for database in databases:
            await database.open()
        try:
            while kills < KILLS:
                await change(house, dice, people)
                if dice.random() < 0.1:
                    house.hub.clock.advance(24 * 3600)
                replicas = [Replica(house, database) for database in databases]
                lives = [Life(dice.randint(1, LONGEST_LIFE)) for _ in replicas]
                kills += sum(
                    await asyncio.gather(
                        *(one.live(life) for one, life in zip(replicas, lives, strict=True))
                    )
                )
                await let_time_pass(house, dice.choice([1, 60, 7200]))
        finally:
            for database in databases:
                await database.close()
        house.wrap = lambda inner: inner
        await house.hub.http.request("DELETE", "/faults")
        await let_time_pass(house, 6 * 3600)
        await house.work()
        for _ in range(2):
            # What somebody took away at Boomstream by hand the daily comparison brings back.
            await house.compare()
            await house.work()
        await agree(house)
        assert len(people) > 50
        assert len([one for one in await house.rows("SELECT wanted FROM grants") if one[0]]) > 10


@pytest.mark.parametrize("point", ["granting.before_call", "granting.after_call"])
async def test_a_process_that_is_killed_beside_its_call_leaves_it_to_the_next(
    database_url: str, point: str
) -> None:
    async with opening(database_url) as house:
        await house.grant(await house.resource())
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.sync.granting_once"),
            *(database_url, f"{house.hub.settings.url}/boomstream"),
            env={
                **os.environ,
                VARIABLE: point,
                "DATA_KEYS": KEYS,
                "BOOMSTREAM_API_KEY": KEY,
                "BOOMSTREAM_SUBSCRIPTION": SUBSCRIPTION,
            },
        )
        with suppress(TimeoutError):
            async with asyncio.timeout(40):
                await process.wait()
        assert process.returncode == -signal.SIGKILL
        assert len(await house.buyers()) == (point == "granting.after_call")
        await house.let_leases_pass()
        await house.work()
        await agree(house)


@dataclass(frozen=True)
class _Sealed:
    person_id: UUID
    resource_id: UUID
    recovery: bytes


def _sealed(row: Any) -> _Sealed:
    return _Sealed(row["person_id"], row["resource_id"], row["recovery"])
