"""Publishing with confirms, on a connection of its own."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from aio_pika.abc import AbstractConnection
from aiormq import spec
from aiormq.channel import Channel as Underlay

from shared.crash import crash_point
from shared.events import BY_TYPE
from shared.log import get_log
from shared.message import Message
from shared.rabbitmq.broker import CONNECT_TIMEOUT, Broker, close
from shared.rabbitmq.topology import EXCHANGE, prepare_publishing

log = get_log(__name__)

PERSISTENT = 2
PUBLISH_TIMEOUT = 5.0


class Publisher:
    """One service's; it connects at the first publish and again after every failure."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._connection: AbstractConnection | None = None
        self._channel: Underlay | None = None

    async def publish(self, messages: Sequence[Message]) -> set[int]:
        """Publish in order with confirms; what is returned as unroutable was not taken."""
        channel = await self._ready_channel()
        tasks = {
            asyncio.create_task(self._publish_one(channel, message)): place
            for place, message in enumerate(messages)
            if BY_TYPE[message.type].listeners
        }
        failures = await _outcomes(tasks)
        if failures:
            log.warning(
                "publish_refused",
                service=self._broker.service,
                count=len(failures),
                error=repr(failures[min(failures)]),
            )
            # A queue may be gone: the next publish declares everything anew.
            await self.close()
        return set(failures)

    async def _publish_one(self, channel: Underlay, message: Message) -> None:
        await channel.basic_publish(
            message.body,
            exchange=EXCHANGE,
            routing_key=message.type,
            properties=spec.Basic.Properties(
                message_id=message.message_id,
                message_type=message.type,
                correlation_id=message.correlation_id,
                user_id=self._broker.login,
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
        await self.close()
        self._connection = await self._broker.connect("publisher")
        async with asyncio.timeout(CONNECT_TIMEOUT):
            channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
            await prepare_publishing(self._broker, self._connection, channel)
            underlay = cast(Underlay, await channel.get_underlay_channel())
        # Only now is there something to publish to: what was cut short is begun anew.
        self._channel = underlay
        return underlay

    async def close(self) -> None:
        """Give up the connection; the next publish makes a new one."""
        connection, self._connection = self._connection, None
        self._channel = None
        if connection is not None:
            await close(connection)


async def _outcomes(tasks: dict["asyncio.Task[None]", int]) -> dict[int, BaseException]:
    """Wait for confirms as long as one may take; gives what failed, or was not heard of in time.

    What was confirmed by then counts, however slow the rest: else a slow line would be sent the
    same again for ever.
    """
    try:
        if tasks:
            await asyncio.wait(tasks, timeout=PUBLISH_TIMEOUT)
    finally:
        late = [task for task in tasks if not task.done()]
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    failures: dict[int, BaseException] = {}
    for task, place in tasks.items():
        failure = TimeoutError("no confirm") if task.cancelled() else task.exception()
        if failure is not None:
            failures[place] = failure
    return failures
