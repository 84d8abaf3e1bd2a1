"""A small system that may be broken: five services and the outside world, a broker and a database
of its own, and a wire between each service and each of the two."""

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg

from parta.postgres import EmbeddedPostgres
from shared.events import SERVICES
from tests.faults import ledger
from tests.faults.proxy import Wire, wires
from tests.faults.wiring import VHOST, Wiring
from tests.support.database import make_template, new_database, postgres_server
from tests.support.processes import Process, free_ports, parta
from tests.support.rabbitmq import RabbitNode
from tests.support.system import NO_GITHUB, System, person_id, system
from tests.support.waiting import eventually

TWIN = "-2"
LADDER = "0.2,0.5"
MAKE_CURATOR = "UPDATE {service}.people SET roles = roles || '{{curator}}' WHERE person_id = $1"
CURATORS = ("curator", "teacher", "administrator")
"""Several, because a chat takes no more than one message a second."""
UNDONE = """
SELECT
    (SELECT count(*) FROM {service}.outbox WHERE sent_at IS NULL) AS unsent,
    (SELECT count(*) FROM {service}.parked WHERE dead_at IS NULL) AS parked
"""
SOON = 0.3
"""Seconds until a process that ended is started again, as a container would be."""


@dataclass(repr=False)
class World:
    """All of it. Who died is started again, unless the fault holds it."""

    system: System
    wiring: Wiring
    processes: dict[str, Process]
    held: set[str] = field(default_factory=set)
    deaths: int = 0

    @property
    def node(self) -> RabbitNode:
        """The broker."""
        return self.wiring.node

    @property
    def server(self) -> EmbeddedPostgres:
        """The database's server."""
        return self.wiring.server

    @property
    def vhost_url(self) -> str:
        """The broker itself, past every wire."""
        return self.node.url(VHOST)

    def wire(self, name: str, to: str) -> Wire:
        """The wire between a service and what it is connected to."""
        return self.wiring.wires[name, to]

    async def fetch(self, query: str, *values: Any) -> list[asyncpg.Record]:
        """Look at the tables, past every wire; again where the server is just being restarted."""

        async def look() -> tuple[list[asyncpg.Record]]:
            return (await self._fetch(query, *values),)

        (rows,) = await eventually(look, 60)
        return rows

    async def _fetch(self, query: str, *values: Any) -> list[asyncpg.Record]:
        url = self.server.url(self.wiring.database)
        connection = await asyncpg.connect(url, timeout=10, command_timeout=60)
        try:
            rows: list[asyncpg.Record] = await connection.fetch(query, *values)
            return rows
        finally:
            await connection.close(timeout=5)

    async def count(self, query: str, *values: Any) -> int:
        """The first value of the first row."""
        return int((await self.fetch(query, *values))[0][0] or 0)

    async def supervise(self) -> None:
        """Start again who ended, as a container's `restart: unless-stopped` does."""
        not_before: dict[str, float] = {}
        while True:
            for name, process in self.processes.items():
                if name in self.held or process.is_alive():
                    not_before.pop(name, None)
                    continue
                due = not_before.setdefault(name, time.monotonic() + SOON)
                if time.monotonic() >= due:
                    self.deaths += 1
                    not_before.pop(name)
                    process.start()
            await asyncio.sleep(0.05)

    @contextmanager
    def hold(self, *names: str) -> Iterator[None]:
        """Within the block these are the fault's own: nobody else starts them."""
        taken = set(names) - self.held
        self.held |= taken
        try:
            yield
        finally:
            self.held -= taken

    async def kill(self, name: str) -> None:
        """SIGKILL; it is started again soon."""
        await asyncio.to_thread(self.processes[name].kill)

    async def restart(self, name: str, crash_point: str = "") -> None:
        """Killed, and started at once, with a place armed at which it kills itself."""
        with self.hold(name):
            await self.kill(name)
            self.processes[name].start(crash_point)
            await asyncio.sleep(0)

    @asynccontextmanager
    async def without_wires(self) -> AsyncIterator[None]:
        """Within the block services speak with broker and database themselves: for what is fast."""
        wired = {name: dict(process.environment) for name, process in self.processes.items()}
        direct = {
            "DATABASE_URL": self.server.url(self.wiring.database),
            "RABBITMQ_URL": self.vhost_url,
        }
        try:
            for name in self.processes:
                await self.tell(name, direct)
            await self.answer()
            yield
        finally:
            for name in self.processes:
                await self.tell(name, wired[name])
            await self.answer()

    async def tell(self, name: str, told: dict[str, str]) -> None:
        """Start a service again with other settings."""
        self.processes[name].environment |= told
        await self.restart(name)

    async def stop_in_order(self, name: str) -> tuple[int, float]:
        """SIGTERM; gives the exit status and how many seconds it took. The fault holds it."""
        started = time.monotonic()
        status = await asyncio.to_thread(self.processes[name].stop)
        return status, time.monotonic() - started

    async def answer(self, *names: str, timeout: float = 30) -> None:
        """Wait until these, or all, can be asked."""

        def listens(process: Process) -> bool:
            return process.is_alive() and _listens(process.port)

        for name in names or tuple(self.processes):
            process = self.processes[name]
            await eventually(partial(listens, process), timeout)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Freeze a process (SIGSTOP) or let it go on (SIGCONT)."""
        pid = self.processes[name].pid
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def memory(self, name: str) -> int:
        """Megabytes that a process holds."""
        text = Path(f"/proc/{self.processes[name].pid}/status").read_text()
        return int(text.partition("VmRSS:")[2].split()[0]) // 1024

    async def command(self, *arguments: str) -> tuple[int, str]:
        """One of the operator's commands, past every wire; gives its status and what it said."""
        environment = {
            **self.processes["auth"].environment,
            "DATABASE_URL": self.server.url(self.wiring.database),
        }
        status, said, complaints = await asyncio.to_thread(
            parta, list(arguments), environment, run=ledger.run
        )
        return status, said + complaints

    async def rest(self) -> list[str]:
        """Which services still have events to send, or messages that wait."""
        waiting = []
        for service in SERVICES:
            (row,) = await self.fetch(UNDONE.format(service=service))
            waiting += [f"{count} {what} at {service}" for what, count in row.items() if count]
        return waiting

    async def heal(self) -> None:
        """Mend every wire, let go what is frozen, start what does not run."""
        for wire in self.wiring.wires.values():
            wire.mend()
        for name in self.processes:
            self.signal(name, signal.SIGCONT)
        with contextlib.suppress(ProcessLookupError):
            self.node.resume()
        if not self.node.is_running():
            await self.start_broker()
        if not self.server.is_running():
            await asyncio.to_thread(self.server.restart)
        self.held.clear()
        await self.answer()

    async def start_broker(self) -> None:
        """Returns when it serves."""
        await asyncio.to_thread(self.node.start)

    async def add_replicas(self) -> None:
        """A second process of every service, with wires of its own."""
        for name in SERVICES:
            first = self.processes[name]
            twin = f"{name}{TWIN}"
            (port,) = free_ports(1)
            environment = {
                **first.environment,
                **self.wiring.urls(twin),
                "PARTA_PORT": str(port),
            }
            log = first.log.with_name(f"{twin}.log")
            self.processes[twin] = Process(name, environment, log, run=ledger.run)
            self.processes[twin].start()
        await self.answer()

    async def remove_replicas(self) -> None:
        """Back to one process a service."""
        for twin in [name for name in self.processes if name.endswith(TWIN)]:
            await asyncio.to_thread(self.processes.pop(twin).kill)


@asynccontextmanager
async def world(node: RabbitNode | None = None) -> AsyncIterator[World]:
    """A world whose people are known; gone at the end of the block.

    A broker that is given is broken like one's own.
    """
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(postgres_server())
        broker = node or stack.enter_context(contextlib.closing(RabbitNode()))
        starting = asyncio.create_task(asyncio.to_thread(broker.start))
        await make_template(server)
        database = await new_database(server)
        await _add_ledger(server.url(database))
        await starting
        broker.add_vhost(VHOST)
        wiring = Wiring(broker, server, database, stack.enter_context(wires()))
        async with system(
            database_url=server.url(database),
            rabbitmq_url=broker.url(VHOST),
            own={
                name: {**wiring.urls(name), "PARK_LADDER": LADDER, "GITHUB_API_URL": NO_GITHUB}
                for name in SERVICES
            },
            run=ledger.run,
        ) as started:
            whole = World(started, wiring, started.processes)
            for teller in ledger.CONTRACTS:
                wiring.hook(teller, started.processes[teller].port)
            await started.know_people()
            for curator in CURATORS[1:]:
                for service in SERVICES:
                    await whole.fetch(MAKE_CURATOR.format(service=service), person_id(curator))
            supervising = asyncio.create_task(whole.supervise())
            try:
                yield whole
            finally:
                supervising.cancel()
                await asyncio.gather(supervising, return_exceptions=True)
        if node is not None and broker.is_running():
            broker.delete_vhost(VHOST)


async def _add_ledger(url: str) -> None:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        for service in SERVICES:
            await connection.execute(ledger.TABLES.format(service=service))
    finally:
        await connection.close(timeout=5)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
    except OSError:
        return False
    return True
