"""Parta's own consumer and relay, as a service has them."""

from collections.abc import Sequence

import uvloop

from bench.effect import keep, keep_many
from bench.events import LISTENER, PUBLISHER
from bench.task import Tally, Task, given_task
from shared.clock import Clock
from shared.consumer import Consumer
from shared.db import Connection, Database
from shared.events import ReviewFound
from shared.handling import Batched, Handler
from shared.log import configure_logging
from shared.message import Message
from shared.metrics import Metrics
from shared.rabbitmq import RabbitTransport
from shared.relay import Relay
from shared.settings import Settings


class Counting(Metrics):
    """What a service counts once it is committed, told to the tally too."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self._tally = tally

    def handled(self, event_type: str, seconds: float) -> None:
        """An event's effect is committed."""
        super().handled(event_type, seconds)
        self._tally.add()

    def sent(self, count: int) -> None:
        """Events are confirmed and marked."""
        super().sent(count)
        self._tally.add(count)


class Publishing(RabbitTransport):
    """Tells when the first batch is taken up; what connecting costs is on our side."""

    tally: Tally

    async def publish(self, messages: Sequence[Message]) -> set[int]:
        """As ever."""
        self.tally.begin()
        return await super().publish(messages)


async def consume(task: Task, tally: Tally) -> None:
    """Drain the queue, one handler call and one statement an event."""

    async def keep_one(connection: Connection, event: ReviewFound, clock: Clock) -> None:
        tally.begin()
        await keep(connection, event)

    await _consume(task, tally, keep_one)


async def consume_batches(task: Task, tally: Tally) -> None:
    """Drain the queue, one handler call and one statement for a batch."""

    async def keep_all(connection: Connection, events: Sequence[ReviewFound], clock: Clock) -> None:
        tally.begin()
        await keep_many(connection, events)

    await _consume(task, tally, Batched(keep_all))


async def _consume(task: Task, tally: Tally, handler: Handler | Batched) -> None:
    database = Database(task.postgres, LISTENER)
    await database.open()
    consumer = Consumer(
        database=database,
        clock=Clock(),
        subscriptions=((ReviewFound, handler),),
        ladder=Settings.model_fields["park_ladder"].default,
        metrics=Counting(tally),
    )
    await RabbitTransport(task.amqp, database).consume(consumer)


async def relay(task: Task, tally: Tally) -> None:
    """Send what waits in the outbox."""
    database = Database(task.postgres, PUBLISHER)
    await database.open()
    transport = Publishing(task.amqp, database)
    transport.tally = tally
    await Relay(database, transport, Counting(tally)).run()


ROLES = {"consume": consume, "consume_batches": consume_batches, "relay": relay}

if __name__ == "__main__":
    configure_logging("warning")
    task = given_task()
    uvloop.run(ROLES[task.role](task, Tally(task)))
