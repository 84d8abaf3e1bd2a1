"""(b) What an event costs the hook: its own write with the event, and without it."""

import asyncio
from statistics import median

from bench import school
from bench.contest import REPEATS
from bench.place import Place
from bench.report import Measure, Section, Target, ratio
from bench.running import module, run
from bench.task import Task
from tests.support.database import drop_database, new_database

COUNT = 1_000


def measure(place: Place) -> Section:
    """One with, one without, and so on, over the same pull requests."""
    name = asyncio.run(new_database(place.server))
    url = place.server.url(name)
    try:
        asyncio.run(school.settle(url))
        told = [
            run(
                module("hook"),
                Task(role="", count=COUNT, postgres=url, settings={"first": turn * 2 * COUNT}),
            )
            for turn in range(REPEATS)
        ]
    finally:
        asyncio.run(drop_database(place.server, name))
    with_event = Measure("with its event", [one["told"] * 1000 for one in told], "ms")
    # Making the event's words is part of telling, so it is taken off the side that tells nobody.
    without = Measure(
        "without it", [(one["untold"] - one["building"]) * 1000 for one in told], "ms"
    )
    building = median(one["building"] for one in told) * 1e6
    return Section(
        f"(b) The hook's own transaction: p50 of {COUNT:,} reviews".replace(",", " "),
        measures=[with_event, without],
        targets=[Target(ratio("with / without", with_event, without), 1.25)],
        notes=[
            "receipt, pull request, facts and review in one transaction, as the hook writes them",
            "without: the same code on a connection that leaves out the statement of "
            f"outbox.record; making the event's words ({building:.0f} µs) is taken off too",
        ],
    )
