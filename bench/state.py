"""(i) Where a dialogue stands: read and written for one update, with 200 000 of them kept."""

import asyncio
import os

from bench.place import Place
from bench.report import Measure, Section, Target
from bench.running import module, run
from bench.task import Task
from tests.support.database import drop_database, new_database

SMALL = bool(os.environ.get("SMALL"))
DIALOGS = 2_000 if SMALL else 200_000
UPDATES = 200 if SMALL else 5_000
REPEATS = 1 if SMALL else 3


def measure(place: Place) -> Section:
    """One after another, each of a person at random."""
    name = asyncio.run(new_database(place.server))
    settings = {"dialogs": DIALOGS, "repeats": REPEATS}
    task = Task("", UPDATES, postgres=place.server.url(name), settings=settings)
    try:
        told = run(module("state"), task)
    finally:
        asyncio.run(drop_database(place.server, name))
    return Section(
        f"(i) A dialogue's state, {DIALOGS // 1000} thousand of them kept",
        measures=[
            Measure("read, p50", told["read_p50"], "ms"),
            Measure("read, p99", told["read_p99"], "ms"),
            Measure("written and committed, p50", told["write_p50"], "ms"),
            Measure("written and committed, p99", told["write_p99"], "ms"),
            Measure("read and written, p50", told["both_p50"], "ms"),
        ],
        targets=[Target(Measure("read and written, p99", told["both_p99"], "ms"), 2)],
        notes=[
            "state and data read once, both changed and committed, as one update does by "
            "the storage that handlers are given",
        ],
    )
