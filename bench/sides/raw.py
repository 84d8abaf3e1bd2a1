"""aio-pika with nothing around it: windowed publishing, consuming with one ack for many, and one
message at a time from hand to hand."""

import asyncio
import time
from datetime import UTC, datetime

import aio_pika
import uvloop
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage

from bench.events import LISTENER, keyed_messages
from bench.task import Tally, Task, given_task
from shared.message import Message
from shared.rabbitmq import EXCHANGE, PREFETCH

WINDOW = 100


async def publish(task: Task, tally: Tally) -> None:
    """Windows of 100, each confirmed before the next; the bodies are ready in memory."""
    waiting = [message for message, _ in keyed_messages(task.count)]
    connection = await aio_pika.connect(task.amqp)
    channel = await connection.channel(publisher_confirms=True)
    exchange = await channel.get_exchange(EXCHANGE)
    tally.begin()
    for start in range(0, len(waiting), WINDOW):
        window = waiting[start : start + WINDOW]
        await asyncio.gather(*(_publish(exchange, message) for message in window))
        tally.add(len(window))


async def _publish(exchange: AbstractExchange, message: Message) -> None:
    await exchange.publish(
        aio_pika.Message(
            message.body,
            message_id=message.message_id,
            type=message.type,
            correlation_id=message.correlation_id,
            user_id="guest",
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            timestamp=datetime.now(UTC),
        ),
        routing_key=message.type,
    )


async def consume(task: Task, tally: Tally) -> None:
    """Take and acknowledge; nothing else is done with a message."""
    connection = await aio_pika.connect(task.amqp)
    channel = await connection.channel(publisher_confirms=False)
    await channel.set_qos(prefetch_count=PREFETCH)
    queue = await channel.get_queue(LISTENER)
    taken: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
    await queue.consume(taken.put)
    while True:
        batch = [await taken.get()]
        tally.begin()
        while len(batch) < WINDOW and not taken.empty():
            batch.append(taken.get_nowait())
        await batch[-1].ack(multiple=True)
        tally.add(len(batch))


async def pass_on(task: Task, tally: Tally) -> None:
    """From one connection to another at a steady rate; tells the seconds each was under way."""
    to = await (await aio_pika.connect(task.amqp)).channel(publisher_confirms=True)
    exchange = await to.get_exchange(EXCHANGE)
    of = await (await aio_pika.connect(task.amqp)).channel()
    queue = await of.get_queue(LISTENER)
    arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
    await queue.consume(arrived.put)
    took = []
    for message, _ in keyed_messages(task.count):
        began = time.perf_counter()
        confirmed = asyncio.ensure_future(_publish(exchange, message))
        taken = await arrived.get()
        took.append(time.perf_counter() - began)
        await taken.ack()
        await confirmed
        await asyncio.sleep(1 / task.settings["rate"])
    tally.finish(took=took)


ROLES = {"publish": publish, "consume": consume, "pass_on": pass_on}

if __name__ == "__main__":
    task = given_task()

    async def main() -> None:
        """Its part, and then silence until it is ended."""
        await ROLES[task.role](task, Tally(task))
        await asyncio.Event().wait()

    uvloop.run(main())
