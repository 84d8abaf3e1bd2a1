"""Letting messages wait in a queue, before anything is measured.

With pika and without confirms: nothing is quicker, and nobody measures it.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pika  # type: ignore[import-untyped]

from bench.events import LISTENER, PUBLISHER, SIZE, keyed_messages
from shared.rabbitmq import EXCHANGE

PATIENCE = 180.0
MADE_ONE_BY_ONE = 10_000
COUNT_UNSENT = "SELECT count(*) FROM sync.outbox WHERE sent_at IS NULL"
COPY_UNSENT = """
INSERT INTO sync.outbox (message_id, type, key, body, correlation_id)
SELECT gen_random_uuid(), type, key, body, correlation_id
FROM sync.outbox
WHERE sent_at IS NULL
ORDER BY id
LIMIT $1
"""

_FILLING = "x" * 300
"""What a peer's one message is sent with; made longer or shorter until its body has the size."""


def fill_with_events(amqp: str, count: int) -> None:
    """So many events of ours, as our relay publishes them."""
    with _channel(amqp) as channel:
        for message, _ in keyed_messages(count):
            channel.basic_publish(
                EXCHANGE,
                message.type,
                message.body,
                pika.BasicProperties(
                    message_id=message.message_id,
                    type=message.type,
                    correlation_id=message.correlation_id,
                    user_id="guest",
                    content_type="application/json",
                    delivery_mode=pika.DeliveryMode.Persistent.value,
                    timestamp=int(datetime.now(UTC).timestamp()),
                ),
            )
        _wait_for(channel, LISTENER, count)


def fill_with_copies(amqp: str, queue: str, count: int, send: Callable[[str], None]) -> None:
    """So many of what a peer's own `send` puts there when it is given a text, each with its id."""
    send(_FILLING)
    with _channel(amqp) as channel:
        _wait_for(channel, queue, 1)
        _, properties, body = channel.basic_get(queue, auto_ack=True)
        length = len(_FILLING) + SIZE - len(body)
        body = body.replace(_FILLING.encode(), b"x" * length)
        known = _id_of(properties, body)
        for _ in range(count):
            own = str(uuid4())
            channel.basic_publish(
                "",
                queue,
                body.replace(known.encode(), own.encode()),
                pika.BasicProperties(
                    content_type=properties.content_type,
                    content_encoding=properties.content_encoding,
                    correlation_id=own,
                    delivery_mode=pika.DeliveryMode.Persistent.value,
                    headers={
                        name: own if value == known else value
                        for name, value in (properties.headers or {}).items()
                    },
                ),
            )
        _wait_for(channel, queue, count)


async def fill_outbox(connection: "asyncpg.Connection[asyncpg.Record]", count: int) -> None:
    """So many events that a service has recorded and nobody has sent."""
    await connection.copy_records_to_table(
        "outbox",
        schema_name=PUBLISHER,
        columns=("message_id", "type", "key", "body", "correlation_id"),
        records=(
            (UUID(one.message_id), one.type, key, one.body.decode(), one.correlation_id)
            for one, key in keyed_messages(count)
        ),
    )
    await connection.execute(f"ANALYZE {PUBLISHER}.outbox")


async def top_up_outbox(connection: "asyncpg.Connection[asyncpg.Record]", waiting: int) -> None:
    """As many more as are missing: some thousands made one by one, the rest their copies."""
    unsent = await connection.fetchval(COUNT_UNSENT)
    if not unsent:
        await fill_outbox(connection, min(waiting, MADE_ONE_BY_ONE))
        unsent = min(waiting, MADE_ONE_BY_ONE)
    while unsent < waiting:
        missing = min(waiting - unsent, unsent)
        await connection.execute(COPY_UNSENT, missing)
        unsent += missing
    await connection.execute(f"ANALYZE {PUBLISHER}.outbox")
    await connection.execute("CHECKPOINT")


def _id_of(properties: Any, body: bytes) -> str:
    """Celery's is a header, dramatiq's is in the body."""
    if properties.correlation_id:
        return str(properties.correlation_id)
    return str(json.loads(body)["message_id"])


@contextmanager
def _channel(amqp: str) -> Iterator[Any]:
    connection = pika.BlockingConnection(pika.URLParameters(amqp))
    yield connection.channel()
    # Not after an error: closing what is half written raises another in its place.
    connection.close()


def _wait_for(channel: Any, queue: str, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while channel.queue_declare(queue, passive=True).method.message_count < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{queue} has not got its {count} messages")
        time.sleep(0.05)
