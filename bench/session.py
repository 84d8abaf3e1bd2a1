"""The question that the gateway asks before each page, beside an endpoint that does nothing."""

import asyncio
from dataclasses import replace

from bench.contest import REPEATS
from bench.place import Place
from bench.report import Measure, Section, Target, ratio
from bench.running import module, running
from bench.task import Task
from bench.wrk import requests_per_second
from shared.identity import AUDIENCE_HEADER
from tests.support.database import drop_database, new_database
from tests.support.processes import free_ports

SECONDS = 5
CONNECTIONS = 32


def measure(place: Place) -> Section:
    """One process each, one beside the other idle, in turn."""
    name = asyncio.run(new_database(place.server))
    auth_port, empty_port = free_ports(2)
    told = Task(role="", count=0, postgres=place.server.url(name))
    auth = replace(told, role="auth", settings={"port": auth_port})
    empty = replace(told, role="empty", settings={"port": empty_port})
    checks, nothings = [], []
    try:
        with running((module("web"), auth), (module("web"), empty)) as [first, second]:
            cookie = first.result()["cookie"]
            second.result()
            asked = {"Cookie": f"parta={cookie}", AUDIENCE_HEADER: "school"}
            check = f"http://127.0.0.1:{auth_port}/internal/check"
            nothing = f"http://127.0.0.1:{empty_port}/"
            _ask(check, asked, 1)
            _ask(nothing, {}, 1)
            for _ in range(REPEATS):
                checks.append(_ask(check, asked, SECONDS))
                nothings.append(_ask(nothing, {}, SECONDS))
    finally:
        asyncio.run(drop_database(place.server, name))
    checked = Measure("session check: row looked up, token signed or reused", checks, "/s")
    bare = Measure("FastAPI, an endpoint that gives {}", nothings, "/s")
    return Section(
        "(f) The session check",
        measures=[checked, bare],
        targets=[Target(ratio("check / nothing", checked, bare), 0.6, at_least=True)],
        notes=[
            f"wrk, {CONNECTIONS} connections, {SECONDS} s each; one process, uvicorn as a service "
            "runs it",
        ],
    )


def _ask(url: str, headers: dict[str, str], seconds: int) -> float:
    return requests_per_second(url, headers=headers, seconds=seconds, connections=CONNECTIONS)
