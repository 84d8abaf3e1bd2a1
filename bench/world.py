"""The whole of Parta as processes, and a Telegram with five hundred people in it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from bench import school
from bench.place import Place
from bench.running import module, running
from bench.task import Task
from shared.events import SERVICES
from tests.support.database import drop_database, new_database
from tests.support.processes import Process, free_ports, killed_at_the_end
from tests.support.system import NO_GITHUB, System, system
from tests.support.waiting import eventually

TOKEN = "12345678:bench-token-of-the-sandbox"  # noqa: S105 - the sandbox's, there to be known


@dataclass
class World:
    """The system under measurement and the Telegram that it speaks to."""

    parta: System
    processes: Sequence[Process]
    telegram: str

    @property
    def hooks(self) -> list[str]:
        """Where GitHub delivers."""
        return [process.url for process in self.processes if process.name == "sync"]

    async def is_ready(self) -> bool:
        """Whether Telegram listens and every service has what it needs."""
        async with httpx.AsyncClient(timeout=5) as client:
            for process in self.processes:
                (await client.get(f"{process.url}/readyz")).raise_for_status()
        return await self.calls() is not None

    async def calls(self) -> list[dict[str, Any]]:
        """The messages that Telegram took and the cards that it changed, in order."""
        async with httpx.AsyncClient(base_url=self.telegram, timeout=30) as client:
            answer = await client.get("/telegram/calls")
        answer.raise_for_status()
        return [
            call
            for call in answer.json()
            if call["method"] in ("sendMessage", "editMessageText") and call["status"] == 200
        ]


@asynccontextmanager
async def world(place: Place, replicas: int) -> AsyncIterator[World]:
    """Five services, so many processes of each, over a database of their own."""
    name = await new_database(place.server)
    url = place.server.url(name)
    await school.settle(url)
    vhost = f"bench-{name}"
    place.node.add_vhosts(vhost)
    (port,) = free_ports(1)
    telegram = f"http://127.0.0.1:{port}"
    task = Task(role="", count=0, settings={"port": port, "token": TOKEN})
    try:
        with running((module("telegram"), task)):
            async with system(
                database_url=url,
                rabbitmq_url=place.node.url(vhost),
                own={
                    "sync": {"GITHUB_API_URL": NO_GITHUB},
                    "bot": {
                        "TELEGRAM_API_URL": f"{telegram}/telegram",
                        "TELEGRAM_BOT_TOKEN": TOKEN,
                    },
                },
            ) as parta:
                others = _replicas(parta, replicas - 1)
                with killed_at_the_end(*others):
                    for process in others:
                        process.start()
                    for process in others:
                        await process.answers()
                    processes = [*parta.processes.values(), *others]
                    made = World(parta, processes, telegram)
                    await eventually(made.is_ready, 30)
                    yield made
    finally:
        await drop_database(place.server, name)
        place.node.delete_vhosts(vhost)


def _replicas(parta: System, more: int) -> list[Process]:
    """So many more of each service, each on a port of its own."""
    ports = iter(free_ports(more * len(SERVICES))) if more else iter(())
    return [
        Process(
            name,
            {**first.environment, "PARTA_PORT": str(next(ports))},
            first.log.with_name(f"{name}-{number}.log"),
        )
        for number in range(1, more + 1)
        for name, first in parta.processes.items()
    ]
