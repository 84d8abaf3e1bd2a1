"""RabbitMQ: the only module that knows it.

Quorum queues, one a service, with a single active consumer. Publishing and consuming have a
connection each: an alarm blocks a publisher's, and acks must still get through. Plain `connect`
and our own reconnecting: restored objects are weak references elsewhere.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractQueue
from aio_pika.exceptions import AMQPError, ChannelNotFoundEntity
from aiormq import spec
from aiormq.abc import DeliveredMessage, FieldTable
from aiormq.channel import Channel as Underlay
from yarl import URL

from shared import inbox
from shared.amqp_values import read_leniently
from shared.consumer import BATCH, Consumer
from shared.context import is_correlation_id
from shared.crash import crash_point
from shared.db import Database
from shared.events import BY_TYPE, EVENTS, SERVICES, told_by
from shared.log import get_log
from shared.loops import GaveUp, heed_stop, is_being_stopped, pause_after
from shared.message import Message

log = get_log(__name__)

EXCHANGE = "events"
QUEUE_ARGUMENTS: FieldTable = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    # Never -1 (3.10 deletes at the first return), never absent (4.x then means 20 and removes
    # good messages): attempts are counted by us.
    "x-delivery-limit": 1_000_000,
}
PERSISTENT = 2
HEARTBEAT = 10
CONNECT_TIMEOUT = 10.0
PUBLISH_TIMEOUT = 5.0
PREFETCH = 300
HANDLE_PATIENCE = 30.0
"""Seconds the database may be away before the messages in hand go back, by closing the channel."""
WATCH_EVERY = 10.0
STUCK_AFTER = 60.0
STUCK_TIMES = 3
STOP_PATIENCE = 15.0
QUEUE_SETTLES = 1.0
LOST_CHANNEL = (AMQPError, ConnectionError, RuntimeError)


def login_of(service: str) -> str:
    """The RabbitMQ user that a service logs in as, where each has its own."""
    return f"parta_{service}"


SERVICE_OF_LOGIN = {login_of(service): service for service in SERVICES}


class ConsumerLost(Exception):
    """The broker took our consumer away, or its queue."""


class Stuck(GaveUp):
    """Messages wait, none is taken, connecting anew did not help: let a fresh process try."""


class RabbitTransport:
    """One service's two connections to RabbitMQ."""

    def __init__(self, url: str, database: Database) -> None:
        self._url = URL(url).update_query(heartbeat=str(HEARTBEAT))
        self._service = database.service
        self._database = database
        self._login = self._url.user or "guest"
        read_leniently()
        self._publisher: AbstractConnection | None = None
        self._channel: Underlay | None = None
        self._stuck_since: float | None = None
        self._stuck_times = 0

    async def publish(self, messages: Sequence[Message]) -> set[int]:
        """Publish in order with confirms; what is returned as unroutable was not taken."""
        channel = await self._ready_channel()
        heard = [place for place, message in enumerate(messages) if BY_TYPE[message.type].listeners]
        async with asyncio.timeout(PUBLISH_TIMEOUT):
            outcomes = await asyncio.gather(
                *(self._publish_one(channel, messages[place]) for place in heard),
                return_exceptions=True,
            )
        failures = {
            place: outcome
            for place, outcome in zip(heard, outcomes, strict=True)
            if isinstance(outcome, BaseException)
        }
        refused = set(failures)
        if refused:
            first = failures[min(refused)]
            log.warning(
                "publish_refused", service=self._service, count=len(refused), error=repr(first)
            )
            # A queue may be gone: the next publish declares everything anew.
            await self.close_publisher()
        return refused

    async def _publish_one(self, channel: Underlay, message: Message) -> None:
        await channel.basic_publish(
            message.body,
            exchange=EXCHANGE,
            routing_key=message.type,
            properties=spec.Basic.Properties(
                message_id=message.message_id,
                message_type=message.type,
                correlation_id=message.correlation_id,
                user_id=self._login,
                content_type="application/json",
                delivery_mode=PERSISTENT,
                timestamp=datetime.now(UTC),
            ),
            mandatory=True,
            # The confirm is what is waited for, not the socket's buffer.
            wait=False,
        )
        crash_point("relay.mid_publish")

    async def _ready_channel(self) -> Underlay:
        if self._channel and not self._channel.is_closed:
            return self._channel
        await self.close_publisher()
        self._publisher = await self._connect("publisher")
        async with asyncio.timeout(CONNECT_TIMEOUT):
            channel = await self._publisher.channel(publisher_confirms=True, on_return_raises=True)
            await self._find_exchange(channel)
            if self._has_own_login():
                await self._find_listeners(channel)
            else:
                await self._declare_listeners(self._publisher, channel)
            underlay = cast(Underlay, await channel.get_underlay_channel())
        # Only now is there something to publish to: what was cut short is begun anew.
        self._channel = underlay
        return underlay

    def _has_own_login(self) -> bool:
        """Whether services have a user each, so that a neighbour's queue is not ours to touch."""
        return self._login in SERVICE_OF_LOGIN

    async def _find_exchange(self, channel: AbstractChannel) -> None:
        """Make it; where each service has its own login, the broker's definitions did."""
        if self._has_own_login():
            await channel.get_exchange(EXCHANGE)
        else:
            await channel.declare_exchange(EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True)

    async def _find_listeners(self, channel: AbstractChannel) -> None:
        """See that every listener's queue is there; the definitions or its own service made it.

        Raises:
            ChannelNotFoundEntity: one is missing, and an event would not reach it.
        """
        for listener in {name for event in told_by(self._service) for name in event.listeners}:
            await channel.get_queue(listener)

    async def _declare_listeners(
        self, connection: AbstractConnection, channel: AbstractChannel
    ) -> None:
        """Every listener's queue and binding: a queue exists before its service ever ran."""
        queues: dict[str, AbstractQueue] = {}
        made_one = False
        for event in told_by(self._service):
            for listener in event.listeners + event.retired:
                if listener not in queues:
                    made_one |= not await self._exists(connection, listener)
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

    async def _exists(self, connection: AbstractConnection, queue: str) -> bool:
        """Whether a queue is there. Asked on a channel of its own: a no closes the channel."""
        channel = await connection.channel(publisher_confirms=False)
        try:
            await channel.declare_queue(queue, passive=True)
        except ChannelNotFoundEntity:
            return False
        finally:
            await channel.close()
        return True

    async def _connect(self, purpose: str) -> AbstractConnection:
        return await aio_pika.connect(
            self._url,
            timeout=CONNECT_TIMEOUT,
            client_properties={"connection_name": f"{self._service} {purpose}"},
        )

    async def consume(self, consumer: Consumer) -> None:
        """Take messages from the service's queue in batches; ends when the connection is lost."""
        connection = await self._connect("consumer")
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                channel = await connection.channel(publisher_confirms=False)
                await channel.set_qos(prefetch_count=PREFETCH)
                queue = await self._declare_own_queue(channel)
                waiting: asyncio.Queue[DeliveredMessage] = asyncio.Queue()
                lost = asyncio.Event()
                underlay = await channel.get_underlay_channel()
                underlay.on_consumer_cancel_callbacks.add(lambda _: lost.set())
                channel.close_callbacks.add(lambda *_: lost.set())
                await underlay.basic_consume(queue.name, waiting.put)
            heed_stop()
            log.info("consuming", service=self._service)
            await self._take(connection, waiting, lost, consumer)
        finally:
            await _close(connection)

    async def _declare_own_queue(self, channel: AbstractChannel) -> AbstractQueue:
        """Our queue and its bindings: one that was deleted comes back as it was."""
        await self._find_exchange(channel)
        queue = await channel.declare_queue(self._service, durable=True, arguments=QUEUE_ARGUMENTS)
        for event in EVENTS:
            if self._service in event.listeners:
                await queue.bind(EXCHANGE, event.type)
            elif self._service in event.retired:
                await queue.unbind(EXCHANGE, event.type)
        return queue

    async def _take(
        self,
        connection: AbstractConnection,
        waiting: asyncio.Queue[DeliveredMessage],
        lost: asyncio.Event,
        consumer: Consumer,
    ) -> None:
        tasks = {
            asyncio.create_task(self._handle_batches(waiting, consumer), name="taking"),
            asyncio.create_task(self._watch(connection), name="watch"),
            asyncio.create_task(lost.wait(), name="lost"),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            raise ConsumerLost(self._service)
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
            except Exception:
                failures += 1
                if asyncio.get_running_loop().time() - started > HANDLE_PATIENCE:
                    raise
                log.warning("batch_postponed", service=self._service, exc_info=True)
                await asyncio.sleep(pause_after(failures))
        self._is_well()
        # An ack on a channel that died is nothing: the inbox drops what comes again.
        last = batch[-1]
        with contextlib.suppress(*LOST_CHANNEL):
            await last.channel.basic_ack(last.delivery_tag or 0, multiple=True, wait=False)
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
            sender=self._sender(told.user_id),
            deliveries=count if isinstance(count, int) else 0,
        )

    def _sender(self, user_id: str | None) -> str | None:
        """Who sent it, as far as RabbitMQ vouches: it refuses a `user_id` that is not the login.

        Where each service logs in under its own name, that name (or "nobody") is what counts;
        where one login serves all, there is nothing to compare.
        """
        if not self._has_own_login():
            return None
        return SERVICE_OF_LOGIN.get(user_id or "", "nobody")

    async def _watch(self, connection: AbstractConnection) -> None:
        """Notice what only looks alive: no consumer, or messages that wait and are not taken."""
        while True:
            await asyncio.sleep(WATCH_EVERY)
            async with asyncio.timeout(CONNECT_TIMEOUT):
                channel = await connection.channel(publisher_confirms=False)
                queue = await channel.declare_queue(self._service, passive=True)
                await channel.close()
            heed_stop()
            result = queue.declaration_result
            if not result.consumer_count:
                raise ConsumerLost(self._service)
            if await self._is_taken(result.message_count or 0):
                self._is_well()
            else:
                self._is_stuck()

    async def _is_taken(self, waiting: int) -> bool:
        """Whether nothing waits, or some replica took something lately."""
        if not waiting:
            return True
        async with self._database.acquire() as database:
            last = await inbox.last_handled(database)
        return last is not None and (datetime.now(UTC) - last).total_seconds() < STUCK_AFTER

    def _is_well(self) -> None:
        self._stuck_since, self._stuck_times = None, 0

    def _is_stuck(self) -> None:
        """After a minute of it connect anew; after the third minute give up.

        Raises:
            ConsumerLost, Stuck: the one, and at last the other.
        """
        now = time.monotonic()
        if self._stuck_since is None:
            self._stuck_since = now
        if now - self._stuck_since < STUCK_AFTER:
            return
        self._stuck_since, self._stuck_times = None, self._stuck_times + 1
        if self._stuck_times == STUCK_TIMES:
            raise Stuck(f"{self._service}: messages wait and none is taken")
        raise ConsumerLost(self._service)

    async def close_publisher(self) -> None:
        """Give up the publisher's connection; the next publish makes a new one."""
        publisher, self._publisher = self._publisher, None
        self._channel = None
        if publisher is not None:
            await _close(publisher)

    async def close(self) -> None:
        """Give up the publisher; a consumer ends with its `consume`."""
        await self.close_publisher()


async def _close(connection: AbstractConnection) -> None:
    with contextlib.suppress(Exception):
        async with asyncio.timeout(2):
            await connection.close()
