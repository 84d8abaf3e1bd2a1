"""Taking messages from a service's queue in batches, on a connection of its own."""

import asyncio
import contextlib

from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError
from aiormq.abc import DeliveredMessage
from asyncpg import InterfaceError, LockNotAvailableError, PostgresError

from shared.consumer import BATCH, Consumer
from shared.context import is_correlation_id
from shared.crash import crash_point
from shared.log import get_log
from shared.loops import heed_stop, is_being_stopped, pause_after
from shared.message import Message
from shared.rabbitmq.broker import CONNECT_TIMEOUT, Broker, close
from shared.rabbitmq.topology import declare_own_queue
from shared.rabbitmq.watch import ConsumerLost, Watch

log = get_log(__name__)

PREFETCH = 300
HANDLE_PATIENCE = 30.0
"""Seconds the database may be away before the messages in hand go back, by closing the channel."""
STOP_PATIENCE = 15.0
LOST_CHANNEL = (AMQPError, ConnectionError, RuntimeError)


class Receiver:
    """One service's consumer on its queue."""

    def __init__(self, broker: Broker, watch: Watch) -> None:
        self._broker = broker
        self._watch = watch

    async def consume(self, consumer: Consumer) -> None:
        """Take messages from the service's queue in batches; ends when the connection is lost."""
        connection = await self._broker.connect("consumer")
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                channel = await connection.channel(publisher_confirms=False)
                await channel.set_qos(prefetch_count=PREFETCH)
                queue = await declare_own_queue(self._broker, channel)
                waiting: asyncio.Queue[DeliveredMessage] = asyncio.Queue()
                lost = asyncio.Event()
                underlay = await channel.get_underlay_channel()
                underlay.on_consumer_cancel_callbacks.add(lambda _: lost.set())
                channel.close_callbacks.add(lambda *_: lost.set())
                await underlay.basic_consume(queue.name, waiting.put)
            heed_stop()
            log.info("consuming", service=self._broker.service)
            await self._take(connection, waiting, lost, consumer)
        finally:
            await close(connection)

    async def _take(
        self,
        connection: AbstractConnection,
        waiting: asyncio.Queue[DeliveredMessage],
        lost: asyncio.Event,
        consumer: Consumer,
    ) -> None:
        tasks = {
            asyncio.create_task(self._handle_batches(waiting, consumer), name="taking"),
            asyncio.create_task(self._watch.run(connection), name="watch"),
            asyncio.create_task(lost.wait(), name="lost"),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            raise ConsumerLost(self._broker.service)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _handle_batches(
        self, waiting: asyncio.Queue[DeliveredMessage], consumer: Consumer
    ) -> None:
        while True:
            batch = [await waiting.get()]
            while len(batch) < BATCH and not waiting.empty():
                batch.append(waiting.get_nowait())
            in_hand = asyncio.ensure_future(self._handle(batch, consumer))
            try:
                await asyncio.shield(in_hand)
            except asyncio.CancelledError:
                # Told to stop: what is in hand is committed and acked first.
                if is_being_stopped():
                    await asyncio.wait({in_hand}, timeout=STOP_PATIENCE)
                in_hand.cancel()
                await asyncio.gather(in_hand, return_exceptions=True)
                raise

    async def _handle(self, batch: list[DeliveredMessage], consumer: Consumer) -> None:
        messages = [self._message(incoming) for incoming in batch]
        started = asyncio.get_running_loop().time()
        failures = 0
        while True:
            try:
                await consumer.handle(messages)
                break
            except Exception as error:
                failures += 1
                if isinstance(error, LockNotAvailableError):
                    await _end_frozen(consumer)
                if asyncio.get_running_loop().time() - started > HANDLE_PATIENCE:
                    raise
                log.warning("batch_postponed", service=self._broker.service, exc_info=True)
                await asyncio.sleep(pause_after(failures))
        self._watch.note(is_taken=True)
        # An ack on a channel that died is nothing: the inbox drops what comes again.
        last = batch[-1]
        assert last.delivery_tag, "tag 0 would ack all that is outstanding"  # noqa: S101
        with contextlib.suppress(*LOST_CHANNEL):
            await last.channel.basic_ack(last.delivery_tag, multiple=True, wait=False)
        crash_point("consumer.after_ack")

    def _message(self, delivered: DeliveredMessage) -> Message:
        told = delivered.header.properties
        correlation = told.correlation_id or ""
        count = (told.headers or {}).get("x-delivery-count", 0)
        return Message(
            message_id=told.message_id or "",
            type=told.message_type or "",
            body=delivered.body,
            correlation_id=correlation if is_correlation_id(correlation) else "unknown",
            sender=self._broker.sender(told.user_id),
            deliveries=count if isinstance(count, int) else 0,
        )


async def _end_frozen(consumer: Consumer) -> None:
    """A consumer that stands still may hold what this one needs: the broker has given up on it."""
    with contextlib.suppress(OSError, PostgresError, InterfaceError):
        ended = await consumer.database.end_frozen()
        log.warning("lock_not_had", frozen_sessions_ended=ended)
