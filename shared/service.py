"""A service as a whole: its database, its consumer, its loops; opened, worked, closed in order."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from shared import outbox, parked
from shared.clock import Clock
from shared.consumer import Consumer
from shared.db import Connection, Database
from shared.due import PRUNE, Due, run_due
from shared.handling import Subscriptions
from shared.http import create_client
from shared.identity import Keys, KeySource, ServiceAuth, Verifier
from shared.log import get_log
from shared.loops import keep_running
from shared.metrics import Metrics
from shared.migrations import migrate
from shared.rabbitmq import RabbitTransport
from shared.relay import Relay
from shared.settings import Settings, WrongSetting
from shared.transport import Transport
from shared.wakeups import pass_on

log = get_log(__name__)

LATE_AFTER = 60.0
"""Seconds an event may wait in the outbox before the service says that it is late."""
STOP_WITHIN = 18.0
RETRY_EVERY = 1.0


Loop = Callable[[], Awaitable[None]]
Freshness = Callable[[Connection], Awaitable[datetime | None]]
Transports = Mapping[str, httpx.AsyncBaseTransport]
"""How services in the same process are asked, by name; others are asked over the network."""


class Service:
    """What `create_app` wires: the app reads it, the worker runs it.

    `folder` is the service's own, with its `migrations/`. `loops` are what it runs besides events
    and due rows; they are ended first when it stops. `freshness` says when each outside source
    was last heard of.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        folder: Path,
        subscriptions: Subscriptions,
        due: Sequence[Due] = (),
        loops: Mapping[str, Loop] | None = None,
        clock: Clock | None = None,
        transports: Transports | None = None,
        keys: KeySource | None = None,
        freshness: Mapping[str, Freshness] | None = None,
    ) -> None:
        self.settings = settings
        self.name = settings.service
        self.folder = folder
        self.clock = clock or Clock()
        self.metrics = Metrics()
        self.database = Database(settings.database_url.get_secret_value(), self.name)
        self._transports = transports or {}
        self.auth = create_client(settings.auth_url, transport=self._transports.get("auth"))
        self._clients = [self.auth]
        self.verifier = Verifier(self.name, keys or Keys(self.database, self.auth))
        self.consumer = Consumer(
            database=self.database,
            clock=self.clock,
            subscriptions=subscriptions,
            ladder=settings.park_ladder,
            metrics=self.metrics,
        )
        self.due = (*due, PRUNE)
        self.loops: dict[str, Loop] = dict(loops or {})
        self._freshness = dict(freshness or {})
        self.stopping = False
        self._transport: Transport | None = None
        self._producing: list[asyncio.Task[None]] = []
        self._consuming: list[asyncio.Task[None]] = []

    def client_of(self, name: str) -> httpx.AsyncClient:
        """A client for another service's `/internal/*`, signed with this service's own token.

        It is closed with the service.

        Raises:
            WrongSetting: there is no SERVICE_SECRET.
        """
        secret = self.settings.service_secret
        if secret is None:
            raise WrongSetting("SERVICE_SECRET: is not set")
        url = getattr(self.settings, f"{name}_url")
        client = create_client(url, transport=self._transports.get(name))
        client.auth = ServiceAuth(
            service=self.name,
            secret=secret.get_secret_value(),
            audience=name,
            auth=self.auth,
        )
        self._clients.append(client)
        return client

    async def migrate(self) -> list[str]:
        """Bring the schema up to date; gives the names of what was applied."""
        url = self.settings.database_url.get_secret_value()
        return await migrate(url, self.name, self.folder / "migrations")

    async def open(self) -> None:
        """Open the pool: enough to answer requests."""
        await self.database.open()

    def work(self, transport: Transport | None = None) -> None:
        """Start what runs besides requests. Without a transport given: RabbitMQ."""
        if transport is None:
            url = self.settings.rabbitmq_url
            if url is None:
                raise WrongSetting("RABBITMQ_URL: is not set")
            transport = RabbitTransport(url.get_secret_value(), self.database)
        self._transport = transport
        relay = Relay(self.database, transport, self.metrics)
        producing: dict[str, Loop] = {
            "relay": relay.run,
            "wakeups": lambda: pass_on(self.database),
            **{due.name: _due_loop(due, self.database, self.clock) for due in self.due},
            **self.loops,
        }
        consuming: dict[str, Loop] = {
            "consumer": lambda: transport.consume(self.consumer),
            "parked": self._retry_parked,
        }
        self._producing = [self._start(name, loop) for name, loop in producing.items()]
        self._consuming = [self._start(name, loop) for name, loop in consuming.items()]

    def _start(self, name: str, loop: Loop) -> asyncio.Task[None]:
        return asyncio.create_task(
            keep_running(name, loop, self.metrics), name=f"{self.name}:{name}"
        )

    async def _retry_parked(self) -> None:
        while True:
            if not await self.consumer.retry_parked():
                await asyncio.sleep(RETRY_EVERY)

    async def gave_up(self) -> None:
        """Return when a loop has ended for good; while all is well, never."""
        tasks = self._producing + self._consuming
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self) -> None:
        """Stop what `work` started: producing first, then consuming with the batch in hand."""
        self.stopping = True
        loop = asyncio.get_running_loop()
        until = loop.time() + STOP_WITHIN
        for tasks in (self._producing, self._consuming):
            for task in tasks:
                task.cancel()
            if tasks:
                _, late = await asyncio.wait(tasks, timeout=max(0.1, until - loop.time()))
                for task in late:
                    log.error("loop_did_not_stop", loop=task.get_name())
        if self._transport is not None:
            await self._transport.close()

    async def close(self) -> None:
        """Stop, and close what `open` opened."""
        await self.stop()
        for client in self._clients:
            await client.aclose()
        await self.database.close()

    async def readiness(self) -> dict[str, Any]:
        """Whether this service is able, and what is late; never raises."""
        report: dict[str, Any] = {"service": self.name, "ready": not self.stopping}
        try:
            async with asyncio.timeout(3), self.database.acquire() as connection:
                age = await outbox.oldest_unsent(connection)
                waiting, dead = await parked.count(connection)
                heard = {name: await ask(connection) for name, ask in self._freshness.items()}
        except Exception as error:
            log.warning("not_ready", error=repr(error))
            return {**report, "ready": False, "database": "away"}
        stopped = [task.get_name() for task in self._producing + self._consuming if task.done()]
        return {
            **report,
            "ready": not self.stopping and not stopped,
            "degraded": age is not None and age > LATE_AFTER,
            "oldest_unsent_seconds": age,
            "parked": waiting,
            "dead": dead,
            "heard_at": {name: at.isoformat() if at else None for name, at in heard.items()},
            **({"stopped": stopped} if stopped else {}),
        }


def _due_loop(due: Due, database: Database, clock: Clock) -> Loop:
    return lambda: run_due(due, database, clock)
