"""(l) A large course at Stepik: how long a pass takes, how much it asks, what memory it needs."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

from bench.place import Place
from bench.report import Measure, Section, Target
from bench.running import module, run
from bench.task import Task
from sandbox.settings import SandboxSettings
from tests.sandbox.serving import Clock, serve
from tests.support.database import drop_database, new_database

COURSE = 4001
LEARNERS = 5000
LESSONS = 60
A_PAGE = 20
MEGABYTE = 1024 * 1024


class RealClock(Clock):
    """The sandbox counts real seconds: five requests in each, and room for ten at once."""

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)


def measure(place: Place) -> Section:
    """Two passes over a course that nobody has read before, at the sandbox's own limits."""
    name = asyncio.run(new_database(place.server))
    try:
        told = asyncio.run(_read(place.server.url(name)))
    finally:
        asyncio.run(drop_database(place.server, name))
    first, second = told["passes"]
    # As the source system goes: the enrolments page by page, then each lesson of each learner.
    source = LEARNERS * LESSONS + LEARNERS // A_PAGE
    return Section(
        f"(l) {LEARNERS} learners of {LESSONS} lessons at Stepik",
        targets=[
            Target(Measure("the first pass", [first["seconds"]], "s"), 60),
            Target(
                Measure("the second, 50 learners passed one more", [second["seconds"]], "s"), 60
            ),
            Target(Measure("memory grew by", [told["grew"] / MEGABYTE], "MB"), 150),
            Target(
                Measure(
                    "fewer requests than one a learner and lesson",
                    [source / max(first["requests"], second["requests"])],
                    "×",
                    f"{source} of the source",
                ),
                20,
                at_least=True,
            ),
        ],
        measures=[
            Measure("requests of the first pass", [first["requests"]]),
            Measure("requests of the second pass", [second["requests"]]),
            Measure("learners met", [second["learners"]]),
            Measure("learners changed in the second pass", [second["changed"]]),
            Measure("requests that Stepik refused", [told["refused"]]),
            Measure("processor, both passes", [told["cpu"]], "s"),
        ],
        notes=[
            "the source's requests are counted, not sent: it asks for each lesson by itself",
            "the sandbox allows five requests a second",
        ],
    )


async def _read(database_url: str) -> dict[str, Any]:
    async with serve(clock=RealClock()) as hub:
        seeded = await hub.post(
            "/stepik/learners", course=COURSE, count=LEARNERS, lessons=LESSONS, steps=3
        )
        task = _task(hub.settings, database_url, seeded)
        told = await asyncio.to_thread(run, module("stepik"), task)
        state = await hub.get("/stepik/state")
        return {**told, "refused": sum(one["refused"] for one in state["holders"])}


def _task(settings: SandboxSettings, database_url: str, seeded: dict[str, Any]) -> Task:
    return Task(
        role="",
        count=LEARNERS,
        postgres=database_url,
        settings={
            "sandbox": settings.url,
            "client_id": settings.stepik_client_id,
            "secret": settings.stepik_client_secret,
            "course": COURSE,
            "lesson": seeded["lessons"][0],
            "users": seeded["users"],
        },
    )
