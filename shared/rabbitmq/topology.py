"""What is in the broker: one exchange, a queue a service, and what is bound to what.

Where each service has its own login, exchange, queues and bindings are made by the broker's
definitions (`shared/definitions.py`), and a service makes nothing but its own queue. Where one
login serves all, whoever comes first makes what it needs.
"""

import asyncio

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractQueue
from aio_pika.exceptions import ChannelNotFoundEntity
from aiormq.abc import FieldTable

from shared.events import EVENTS, told_by
from shared.rabbitmq.broker import Broker

EXCHANGE = "events"
QUEUE_ARGUMENTS: FieldTable = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    # Never -1 (3.10 deletes at the first return), never absent (4.x then means 20 and removes
    # good messages): attempts are counted by us.
    "x-delivery-limit": 1_000_000,
}
QUEUE_SETTLES = 1.0


async def prepare_publishing(
    broker: Broker, connection: AbstractConnection, channel: AbstractChannel
) -> None:
    """See to it that what this service tells reaches the queue of every listener.

    Raises:
        ChannelNotFoundEntity: one is missing, and is not ours to make.
    """
    await _find_exchange(broker, channel)
    if broker.has_own_login():
        for listener in {name for event in told_by(broker.service) for name in event.listeners}:
            await channel.get_queue(listener)
    else:
        await _declare_listeners(broker, connection, channel)


async def declare_own_queue(broker: Broker, channel: AbstractChannel) -> AbstractQueue:
    """Our queue and its bindings: one that was deleted comes back as it was."""
    await _find_exchange(broker, channel)
    queue = await channel.declare_queue(broker.service, durable=True, arguments=QUEUE_ARGUMENTS)
    for event in EVENTS:
        if broker.service in event.listeners:
            await queue.bind(EXCHANGE, event.type)
        elif broker.service in event.retired:
            await queue.unbind(EXCHANGE, event.type)
    return queue


async def _find_exchange(broker: Broker, channel: AbstractChannel) -> None:
    """Make it; where each service has its own login, the broker's definitions did."""
    if broker.has_own_login():
        await channel.get_exchange(EXCHANGE)
    else:
        await channel.declare_exchange(EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True)


async def _declare_listeners(
    broker: Broker, connection: AbstractConnection, channel: AbstractChannel
) -> None:
    """Every listener's queue and binding: a queue exists before its service ever ran."""
    queues: dict[str, AbstractQueue] = {}
    made_one = False
    for event in told_by(broker.service):
        for listener in event.listeners + event.retired:
            if listener not in queues:
                made_one |= not await _exists(connection, listener)
                queues[listener] = await channel.declare_queue(
                    listener, durable=True, arguments=QUEUE_ARGUMENTS
                )
            if listener in event.listeners:
                await queues[listener].bind(EXCHANGE, event.type)
            else:
                await queues[listener].unbind(EXCHANGE, event.type)
    if made_one:
        # RabbitMQ writes the names of its quorum queues down twice a second. Killed before
        # that, 3.10 comes back with an empty queue of that name without a leader, and what it
        # had confirmed is lost (measured). So nothing is published to a queue this young.
        await asyncio.sleep(QUEUE_SETTLES)


async def _exists(connection: AbstractConnection, queue: str) -> bool:
    """Whether a queue is there. Asked on a channel of its own: a no closes the channel."""
    channel = await connection.channel(publisher_confirms=False)
    try:
        await channel.declare_queue(queue, passive=True)
    except ChannelNotFoundEntity:
        return False
    finally:
        await channel.close()
    return True
