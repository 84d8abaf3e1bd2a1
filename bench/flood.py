"""What others notice of a crowd that guesses passwords: the p99 of pages, idle and meanwhile."""

import asyncio
from dataclasses import replace
from typing import Any

from bench.contest import REPEATS
from bench.place import Place
from bench.report import Measure, Section, Target, percentile, ratio
from bench.running import module, run, running
from bench.task import Task
from shared.identity import AUDIENCE_HEADER
from tests.support.database import drop_database, new_database
from tests.support.processes import free_ports

RATE, SECONDS = 50, 8
GUESSES = 100
"""A second: several times what one core can hash."""
PAGES = ("/internal/check", "/login", "/healthz")


def measure(place: Place) -> Section:
    """Idle and flooded in turn."""
    name = asyncio.run(new_database(place.server))
    (port,) = free_ports(1)
    told = Task(role="auth", count=0, postgres=place.server.url(name), settings={"port": port})
    idle, flooded, guessed = [], [], {}
    try:
        with running((module("web"), told)) as [auth]:
            cookie = auth.result()["cookie"]
            headers = {"Cookie": f"parta={cookie}", AUDIENCE_HEADER: "school"}
            url = f"http://127.0.0.1:{port}"
            settings: dict[str, Any] = {
                "url": url,
                "rate": RATE,
                "pages": PAGES,
                "headers": headers,
            }
            visit = Task(role="visit", count=RATE * SECONDS, settings=settings)
            crowd = Task(
                role="guess",
                count=GUESSES * (SECONDS + 4),
                settings={"url": url, "rate": GUESSES},
            )
            run(module("flood"), replace(visit, count=RATE))
            for _ in range(REPEATS):
                idle.append(_p99(run(module("flood"), visit)))
                with running((module("flood"), crowd)) as [guessing]:
                    flooded.append(_p99(run(module("flood"), visit)))
                    guessed = guessing.result()["statuses"]
    finally:
        asyncio.run(drop_database(place.server, name))
    before = Measure("p99 of pages, idle", idle, "ms")
    during = Measure("p99 of pages, while passwords are guessed", flooded, "ms")
    return Section(
        f"(g) {GUESSES} guesses a second at passwords, {RATE} pages a second beside them",
        measures=[before, during],
        targets=[Target(ratio("flooded / idle", during, before), 2.0)],
        notes=[
            f"pages: {', '.join(PAGES)}; what the guesses of the last turn were answered: "
            + ", ".join(f"{count} × {status}" for status, count in sorted(guessed.items())),
            "each guess from a client of its own for an address of its own; one auth process",
        ],
    )


def _p99(told: dict[str, Any]) -> float:
    assert set(told["statuses"]) <= {"200", "204", "303"}, told["statuses"]
    return percentile(told["took"], 0.99) * 1000
