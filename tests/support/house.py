"""A house in small: services that tell and hear events over a transport, with effects to count."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import aio_pika
import asyncpg

from shared import outbox
from shared.clock import Clock
from shared.consumer import Consumer
from shared.db import Connection, Database
from shared.events import BY_TYPE, Event, PersonChanged, PullChanged, heard_by
from shared.handling import Subscriptions
from shared.loops import keep_running
from shared.message import Message
from shared.metrics import Metrics
from shared.rabbitmq import EXCHANGE, RabbitTransport
from shared.relay import Relay
from shared.transport import InProcessTransport, Transport
from tests.support.waiting import eventually

Kind = Literal["in_process", "rabbitmq"]
Matter = str | tuple[str, int]
LADDER = (5.0, 30.0, 120.0, 600.0)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

EFFECTS = """
CREATE TABLE IF NOT EXISTS {service}.effects (
    id bigint GENERATED ALWAYS AS IDENTITY, key text NOT NULL, number int NOT NULL
);
GRANT ALL ON {service}.effects TO parta_{service};
"""


class Died(BaseException):
    """What a handler raises in a test where in life the process would be gone."""


class _Nothing(str):
    """An id without a character, which the library would otherwise fill in."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


def pull(number: int, version: int = 1) -> PullChanged:
    """A fact about pull request `number`; its key is that number, its title the version."""
    return PullChanged(
        repository_id=1,
        repository="school/parta",
        number=number,
        url=f"https://github.test/school/parta/pull/{number}",
        title=str(version),
        author_id=7,
        state="open",
        head_sha="c0ffee",
        updated_at=EPOCH + timedelta(seconds=version),
    )


def person(number: int, version: int = 1) -> PersonChanged:
    """A fact that four services hear."""
    return PersonChanged(person_id=UUID(int=number), version=version, name=f"Person {number}")


def message_of(event: Event, **facts: Any) -> Message:
    """The event under way, as the outbox would hand it over."""
    return Message(
        **{
            "message_id": str(uuid4()),
            "type": event.type,
            "body": event.model_dump_json().encode(),
            "correlation_id": "test",
            **facts,
        }
    )


@dataclass
class Service:
    """One service of the house: what it tells, what it hears, and how its handler behaves.

    `behave` maps a key, or a key and a version, to what the handler does after its effect; `tries`
    counts calls by key.
    """

    name: str
    database: Database
    clock: Clock
    transport: Transport
    metrics: Metrics = field(default_factory=Metrics)
    behave: dict[Matter, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    handler_timeout: float = 10.0
    running: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.consumer = Consumer(
            database=self.database,
            clock=self.clock,
            subscriptions=self.subscriptions,
            ladder=LADDER,
            metrics=self.metrics,
            handler_timeout=self.handler_timeout,
        )

    @property
    def subscriptions(self) -> Subscriptions:
        return [(event, self._handle) for event in heard_by(self.name)]

    async def _handle(self, connection: Connection, event: Any, clock: Clock) -> None:
        number = int(event.title) if isinstance(event, PullChanged) else event.version
        self.tries[event.key()] += 1
        await connection.execute(
            "INSERT INTO effects (key, number) VALUES ($1, $2)", event.key(), number
        )
        for matter in (event.key(), (event.key(), number)):
            if behaviour := self.behave.get(matter):
                await behaviour()

    def fail(self, matter: Matter, error: BaseException | None = None) -> None:
        """Let the handler fail, until `behave` forgets it."""

        async def raise_it() -> None:
            raise error or ValueError(f"cannot handle {matter}")

        self.behave[matter] = raise_it

    def hang(self, matter: Matter) -> asyncio.Event:
        """Let it wait for ever, or until the event given back is set."""
        gate = asyncio.Event()

        async def wait() -> None:
            await gate.wait()

        self.behave[matter] = wait
        return gate

    async def tell(self, *events: Event) -> None:
        """Record events in one transaction."""
        async with self.database.transaction() as connection:
            for event in events:
                await outbox.record(connection, event)

    async def rows(self, query: str, *values: Any) -> list[asyncpg.Record]:
        async with self.database.acquire() as connection:
            return await connection.fetch(query, *values)

    async def effects(self) -> list[tuple[str, int]]:
        """What the handler did and committed, in order."""
        found = await self.rows("SELECT key, number FROM effects ORDER BY id")
        return [(row["key"], row["number"]) for row in found]

    async def parked(self) -> list[asyncpg.Record]:
        return await self.rows("SELECT * FROM parked ORDER BY id")

    async def unsent(self) -> int:
        return int((await self.rows("SELECT count(*) FROM outbox WHERE sent_at IS NULL"))[0][0])

    async def retry_until_settled(self) -> None:
        """Move the clock past every step of the ladder until nothing waits."""
        while any(row["dead_at"] is None for row in await self.parked()):
            self.clock.advance(timedelta(seconds=max(LADDER)))
            while await self.consumer.retry_parked():
                pass

    def start(self, *, relay: bool = True, consumer: bool = True) -> None:
        """Run its relay and its consumer, supervised as in life."""
        loops: dict[str, Callable[[], Awaitable[None]]] = {}
        if relay:
            loops["relay"] = Relay(self.database, self.transport, self.metrics).run
        if consumer:
            loops["consumer"] = lambda: self.transport.consume(self.consumer)
        self.running += [
            asyncio.create_task(keep_running(name, run, self.metrics), name=f"{self.name}:{name}")
            for name, run in loops.items()
        ]

    async def stop(self) -> None:
        """End what was started, in order."""
        tasks, self.running = self.running, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.transport.close()


class House:
    """Services by name, all on one transport."""

    def __init__(self, kind: Kind, database_url: str, vhost_url: str) -> None:
        self.kind = kind
        self.database_url = database_url
        self.vhost_url = vhost_url
        self.clock = Clock()
        self.services: dict[str, Service] = {}
        self._together = InProcessTransport()

    async def add(self, name: str, *, handler_timeout: float = 10.0, replica: str = "") -> Service:
        """A service of the house that does not run yet; a replica shares the first's database."""
        setup = await asyncpg.connect(self.database_url)
        try:
            await setup.execute(EFFECTS.format(service=name))
        finally:
            await setup.close()
        database = Database(self.database_url, name, pool_size=3)
        await database.open()
        service = Service(
            name, database, self.clock, self._transport(database), handler_timeout=handler_timeout
        )
        self.services[name + replica] = service
        return service

    def _transport(self, database: Database) -> Transport:
        if self.kind == "in_process":
            return self._together
        return RabbitTransport(self.vhost_url, database)

    async def begin_anew(self, service: Service) -> Service:
        """The same service in a fresh process: nothing in memory, the same tables and queue."""
        await service.stop()
        if self.kind == "in_process":
            self._together = InProcessTransport()
            for other in self.services.values():
                was_running = bool(other.running)
                await other.stop()
                other.transport = self._together
                other.__post_init__()
                if was_running:
                    other.start()
        else:
            service.transport = self._transport(service.database)
            service.__post_init__()
        return service

    async def inject(self, listener: Service, *messages: Message) -> None:
        """Hand a listener what no relay would send."""
        if self.kind == "in_process":
            await listener.consumer.handle(messages)
            return
        async with self.channel() as channel:
            for message in messages:
                foreign = aio_pika.Message(
                    message.body,
                    type=message.type or None,
                    correlation_id=message.correlation_id,
                )
                foreign.message_id = message.message_id or _Nothing()
                await self._publish(channel, foreign, listener.name)

    async def _publish(self, channel: Any, message: aio_pika.Message, queue: str) -> None:
        """A quorum queue that is being born refuses what comes before it has a leader."""

        async def is_taken() -> bool:
            await channel.default_exchange.publish(message, routing_key=queue)
            return True

        await eventually(is_taken)

    @asynccontextmanager
    async def channel(self) -> AsyncIterator[Any]:
        """A channel to the broker that nobody else uses."""
        connection = await aio_pika.connect(self.vhost_url)
        try:
            yield await connection.channel()
        finally:
            await connection.close()

    async def close(self) -> None:
        for service in self.services.values():
            await service.stop()
        for service in self.services.values():
            await service.database.close()


def count_effects(effects: Sequence[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """How often each effect happened."""
    counted: dict[tuple[str, int], int] = defaultdict(int)
    for effect in effects:
        counted[effect] += 1
    return counted


async def all_handled(service: Service, count: int, timeout: float = 10) -> list[tuple[str, int]]:
    """The effects, when there are as many as expected."""

    async def enough() -> list[tuple[str, int]]:
        effects = await service.effects()
        assert len(effects) >= count, f"{len(effects)} of {count} effects so far"
        return effects

    return await eventually(enough, timeout)


__all__ = [
    "BY_TYPE",
    "EXCHANGE",
    "LADDER",
    "Died",
    "House",
    "Kind",
    "Service",
    "all_handled",
    "count_effects",
    "message_of",
    "person",
    "pull",
]
