"""(k) Works on review where no webhook comes: what watching them costs, and how long it takes."""

import asyncio
import time
from dataclasses import dataclass

from bench.place import Place
from bench.report import Measure, Section, Target, percentile
from tests.sandbox.serving import Served, serve
from tests.support.database import drop_database, new_database
from tests.sync.asking import Sync, asking

WORKS = 500
PACE_S = 75
"""From one look at a work on review to the next."""
STEPS = 5
"""In so many steps time moves that far: GitHub counts by minutes, looks are spread over them."""
HOUR_S = 3600
WARM_UP = 4
"""Rounds before anything is counted: the first looks are new, and more than a minute allows."""
FOUND_WITHIN_S = 120


@dataclass(slots=True)
class Watching:
    """What watching an hour came to."""

    counted: int
    looks: int
    rounds: list[float]
    """Seconds of the real clock that once through all works took."""


def measure(place: Place) -> Section:
    """An hour in which nothing happens, told by the sandbox's own count."""
    name = asyncio.run(new_database(place.server))
    try:
        watched = asyncio.run(_watch(place.server.url(name)))
    finally:
        asyncio.run(drop_database(place.server, name))
    slowest = percentile(watched.rounds, 1.0)
    return Section(
        f"(k) {WORKS} works on review, no webhook, an idle hour",
        targets=[
            Target(Measure("requests that counted against the limit", [watched.counted]), 100),
            Target(
                Measure(
                    "a review is found within",
                    [PACE_S + slowest],
                    "s",
                    f"{PACE_S} s from look to look, and {slowest:.1f} s once through all",
                ),
                FOUND_WITHIN_S,
            ),
        ],
        measures=[Measure("looks in the hour", [watched.looks])],
        notes=[
            "time is moved; each look is a real request to the sandbox, one after the other",
        ],
    )


async def _watch(database_url: str) -> Watching:
    async with (
        serve() as hub,
        asking(
            database_url,
            github_api_url=f"{hub.settings.url}/github/api",
            public_url=hub.settings.public_url,
        ) as sync,
    ):
        seeded = await hub.post("/github/seed", owner="student", repositories=WORKS)
        for url in seeded["pulls"]:
            await sync.work(pull_url=url)
        for _ in range(WARM_UP):
            await _once_through(hub, sync)
        before, watched = await _counted(hub), Watching(0, 0, [])
        for _ in range(HOUR_S // PACE_S):
            began = time.perf_counter()
            watched.looks += await _once_through(hub, sync)
            watched.rounds.append(time.perf_counter() - began)
        watched.counted = await _counted(hub) - before
        return watched


async def _once_through(hub: Served, sync: Sync) -> int:
    looks = 0
    for _ in range(STEPS):
        hub.clock.advance(PACE_S / STEPS)
        await sync.let_waits_pass(seconds=PACE_S / STEPS)
        looks += await sync.look_after(seconds=PACE_S / STEPS)
    return looks


async def _counted(hub: Served) -> int:
    methods = (await hub.get("/counts"))["github"]
    return sum(count["quota"] for count in methods.values())
