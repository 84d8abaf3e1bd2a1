"""The Transport over RabbitMQ."""

from collections.abc import Sequence

from shared.consumer import Consumer
from shared.db import Database
from shared.message import Message
from shared.rabbitmq.broker import Broker
from shared.rabbitmq.publisher import Publisher
from shared.rabbitmq.receiver import Receiver
from shared.rabbitmq.watch import Watch


class RabbitTransport:
    """One service's two connections to RabbitMQ."""

    def __init__(self, url: str, database: Database) -> None:
        broker = Broker(url, database.service)
        self._publisher = Publisher(broker)
        self._receiver = Receiver(broker, Watch(database))

    async def publish(self, messages: Sequence[Message]) -> set[int]:
        """Publish in order with confirms; gives the places of those that were not taken."""
        return await self._publisher.publish(messages)

    async def consume(self, consumer: Consumer) -> None:
        """Take messages from the service's queue in batches; ends when the connection is lost."""
        await self._receiver.consume(consumer)

    async def close_publisher(self) -> None:
        """Give up the publisher's connection; the next publish makes a new one."""
        await self._publisher.close()

    async def close(self) -> None:
        """Give up the publisher; a consumer ends with its `consume`."""
        await self._publisher.close()
