"""(j) The pages of works, in a school of 10 000 works, 200 curators and 2 000 students."""

import asyncio
import os

from bench.place import Place
from bench.report import Measure, Section, Target, percentile
from bench.running import module, run
from bench.task import Task
from tests.support.database import drop_database, new_database

SMALL = bool(os.environ.get("SMALL"))
SIZE = {
    "curators": 20 if SMALL else 200,
    "students": 200 if SMALL else 2_000,
    "works": 1_000 if SMALL else 10_000,
}
ASKED = 10 if SMALL else 100
LIMIT_MS = 150


def measure(place: Place) -> Section:
    """Each page one question after another, each of somebody at random who may see it."""
    name = asyncio.run(new_database(place.server))
    task = Task("", ASKED, postgres=place.server.url(name), settings={"size": SIZE})
    try:
        told: dict[str, list[float]] = run(module("pages"), task)["took"]
    finally:
        asyncio.run(drop_database(place.server, name))
    return Section(
        f"(j) Pages of a school with {SIZE['works']} works and {SIZE['curators']} curators",
        targets=[
            Target(
                Measure(f"{page}, p95", [percentile(times, 0.95) * 1000], "ms", _middle(times)),
                LIMIT_MS,
            )
            for page, times in told.items()
        ],
        notes=[
            f"{ASKED} times each, over the service's app: routing, database, template; the "
            "signature of who asks is not checked",
            "a sixth week of twelve with five assignments each, ten streams of which two are over",
        ],
    )


def _middle(times: list[float]) -> str:
    return f"p50 {percentile(times, 0.5) * 1000:.1f} ms"
