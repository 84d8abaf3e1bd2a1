"""How events travel: one protocol, two ways."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from shared.consumer import SUSPECT_AFTER, Consumer
from shared.events import BY_TYPE
from shared.log import get_log
from shared.message import Message

log = get_log(__name__)


class Transport(Protocol):
    """Carries messages from one service's outbox to its listeners, and to one service."""

    async def publish(self, messages: Sequence[Message]) -> set[int]:
        """Hand over the messages in order; gives the places of those that were *not* taken.

        What is taken is safe: with RabbitMQ confirmed by each listener's queue, in one process
        committed by each listener.

        Raises:
            Exception: nobody can say what was taken; all of them are to be published again.
        """

    async def consume(self, consumer: Consumer) -> None:
        """Bring a service its messages until cancelled or until the connection is lost."""

    async def close_publisher(self) -> None:
        """Give up the publisher's connection; the next publish makes a new one."""

    async def close(self) -> None:
        """Give up everything."""


class InProcessTransport:
    """All services in one process: the relay hands outbox rows to the listeners themselves.

    A row counts as taken when every listener committed it, to its inbox or to its `parked`. A
    listener that fails does not keep the next from its turn; after a crash all are offered it
    again and their inboxes drop what is done.
    """

    def __init__(self, *, patience: float = 60.0) -> None:
        self._consumers: dict[str, Consumer] = {}
        self._patience = patience
        self._proven: set[str] = set()

    async def publish(self, messages: Sequence[Message]) -> set[int]:
        """Hand each listener its messages, in order, in transactions of its own."""
        messages = [self._suspect_at_first(message) for message in messages]
        places: dict[str, list[int]] = {}
        for place, message in enumerate(messages):
            for listener in BY_TYPE[message.type].listeners:
                places.setdefault(listener, []).append(place)
        taken = await asyncio.gather(
            *(
                self._offer(listener, [messages[place] for place in mine])
                for listener, mine in places.items()
            )
        )
        refused: set[int] = set()
        for (_, mine), is_taken in zip(places.items(), taken, strict=True):
            if not is_taken:
                refused.update(mine)
        if not refused:
            self._proven.update(message.type.split(".", 1)[0] for message in messages)
        return refused

    def _suspect_at_first(self, message: Message) -> Message:
        """The first batch after a start may hold what ended the process: each is tried alone."""
        if message.type.split(".", 1)[0] in self._proven:
            return message
        return replace(message, deliveries=SUSPECT_AFTER)

    async def _offer(self, listener: str, messages: list[Message]) -> bool:
        consumer = self._consumers.get(listener)
        if consumer is None:
            log.warning("listener_absent", listener=listener)
            return False
        try:
            async with asyncio.timeout(self._patience):
                await consumer.handle(messages)
        except Exception:
            log.warning("listener_failed", listener=listener, exc_info=True)
            return False
        return True

    async def consume(self, consumer: Consumer) -> None:
        """Be offered messages for as long as this is awaited."""
        name = consumer.database.service
        self._consumers[name] = consumer
        try:
            await asyncio.Event().wait()
        finally:
            self._consumers.pop(name, None)

    async def close_publisher(self) -> None:
        """There is no connection to give up."""

    async def close(self) -> None:
        """There is nothing to give up."""
