"""FastStream, with the same guarantee (`consume`) and with a handler that does nothing (`idle`).

The same guarantee: a transaction a message, in which its id is claimed and the effect is written,
committed before the message is acknowledged. Messages in hand are worked on side by side, as many
as its prefetch allows, so their order is not kept.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import uvloop
from faststream import AckPolicy, FastStream
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage, RabbitQueue

from bench.effect import keep
from bench.events import LISTENER
from bench.task import Tally, Task, given_task
from shared.db import session_of
from shared.events import ReviewFound

Handler = Callable[[dict[str, Any]], Awaitable[None]]

CLAIM = """
INSERT INTO inbox (message_id, correlation_id, type, digest)
VALUES ($1, $2, $3, ''::bytea)
ON CONFLICT (message_id) DO NOTHING
RETURNING message_id
"""


async def consume(task: Task, tally: Tally) -> None:
    """Inbox and effect in one transaction, then the ack."""
    pool = await asyncpg.create_pool(
        task.postgres,
        min_size=task.settings["connections"],
        max_size=task.settings["connections"],
        server_settings=session_of(LISTENER),
    )
    broker = _broker(task)

    @_subscriber(broker, task)
    async def keep_one(body: dict[str, Any]) -> None:
        tally.begin()
        message: RabbitMessage = broker.context.get_local("message")
        event = ReviewFound.model_validate(body)
        async with pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(
                CLAIM, UUID(message.message_id), message.correlation_id, ReviewFound.type
            ):
                await keep(connection, event)
        await message.ack()
        tally.add()

    await FastStream(broker).run()


async def idle(task: Task, tally: Tally) -> None:
    """Nothing but taking and acknowledging."""
    broker = _broker(task)

    @_subscriber(broker, task)
    async def do_nothing(body: dict[str, Any]) -> None:
        tally.begin()
        message: RabbitMessage = broker.context.get_local("message")
        await message.ack()
        tally.add()

    await FastStream(broker).run()


def _broker(task: Task) -> RabbitBroker:
    # Without its injection of arguments, which takes a turn in a thread for each message.
    return RabbitBroker(task.amqp, logger=None, apply_types=False)


def _subscriber(broker: RabbitBroker, task: Task) -> Callable[[Handler], object]:
    return broker.subscriber(
        RabbitQueue(LISTENER, declare=False),
        channel=Channel(prefetch_count=task.settings["prefetch"]),
        ack_policy=AckPolicy.MANUAL,
    )


ROLES = {"consume": consume, "idle": idle}

if __name__ == "__main__":
    task = given_task()
    uvloop.run(ROLES[task.role](task, Tally(task)))
