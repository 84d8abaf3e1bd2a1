"""Where a measurement happens: a broker and a database of its own, on a real disk."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import aio_pika
import asyncpg

from bench.effect import TABLE
from bench.events import LISTENER
from bench.task import Task
from parta.data_folder import DataFolder
from parta.postgres import EmbeddedPostgres
from shared.events import ReviewFound
from shared.rabbitmq import EXCHANGE, QUEUE_ARGUMENTS
from tests.support.database import make_template, new_database
from tests.support.rabbitmq import RabbitNode

DISK = Path("/var/tmp")  # noqa: S108 - a folder of our own is made in it; /tmp may be memory
T = TypeVar("T")
_numbers = count(1)


@dataclass
class Place:
    """One broker and one database server for all measurements of a run."""

    node: RabbitNode
    server: EmbeddedPostgres
    folder: Path
    database: str = field(default="")

    @property
    def postgres(self) -> str:
        """The address of the database in use."""
        return self.server.url(self.database)

    def fresh(self, count: int, settings: Mapping[str, Any] = MappingProxyType({})) -> Task:
        """An empty virtual host and emptied tables: each measurement begins alike."""
        self.ask(_empty)
        return self.task(count, settings)

    def task(self, count: int, settings: Mapping[str, Any] = MappingProxyType({})) -> Task:
        """An empty virtual host, and the tables as they are."""
        vhost = f"bench-{next(_numbers)}"
        self.node.add_vhosts(vhost)
        amqp = self.node.url(vhost)
        asyncio.run(declare(amqp))
        return Task(
            role="", count=count, amqp=amqp, postgres=self.postgres, settings=dict(settings)
        )

    def forget(self, task: Task) -> None:
        """Delete the virtual host of a measurement that is over."""
        self.node.delete_vhosts(task.amqp.rsplit("/", 1)[1])

    def ask(self, work: Callable[["asyncpg.Connection[asyncpg.Record]"], Awaitable[T]]) -> T:
        """Something of the database, as its superuser."""

        async def asked() -> T:
            connection = await asyncpg.connect(self.postgres, timeout=10)
            try:
                return await work(connection)
            finally:
                await connection.close(timeout=5)

        return asyncio.run(asked())


async def declare(amqp: str) -> None:
    """The exchange, and the listener's quorum queue bound to it."""
    connection = await aio_pika.connect(amqp)
    async with connection:
        channel = await connection.channel()
        await channel.declare_exchange(EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True)
        queue = await channel.declare_queue(LISTENER, durable=True, arguments=QUEUE_ARGUMENTS)
        await queue.bind(EXCHANGE, ReviewFound.type)


@contextmanager
def place() -> Iterator[Place]:
    """A private node and a private server, both on a disk and durable; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="parta-bench-", dir=DISK))
    try:
        with DataFolder.open(folder) as data, RabbitNode() as node:
            server = EmbeddedPostgres.start(
                data.for_postgres(),
                # The moment of each commit, for the ways of notices.
                settings={"track_commit_timestamp": "on"},
            )
            try:
                made = Place(node, server, folder)
                asyncio.run(_prepare(made))
                yield made
            finally:
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _prepare(made: Place) -> None:
    await make_template(made.server)
    made.database = await new_database(made.server)
    connection = await asyncpg.connect(made.postgres, timeout=10)
    try:
        await connection.execute(TABLE)
    finally:
        await connection.close(timeout=5)


async def _empty(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.execute("TRUNCATE sync.outbox, school.inbox, school.parked, school.effects")
    # What one side wrote is not to be written down at the next one's cost.
    await connection.execute("CHECKPOINT")
