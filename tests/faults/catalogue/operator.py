"""What an operator can see and do, at the broker and on the command line."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractChannel

from shared.events import SERVICES
from tests.faults.fault import Scene
from tests.faults.ledger import CONTRACTS, SyncEntry
from tests.support.waiting import eventually

LISTENERS = ("sync", "mail", "school", "bot")
SENT_SINCE = "SELECT count(*) FROM {service}.outbox WHERE sent_at > to_timestamp($1)"


async def publishing_again(scene: Scene, since: float) -> float:
    """Seconds since a moment until every teller has sent something again."""

    async def sends(service: str) -> None:
        async def has_sent() -> bool:
            return await scene.world.count(SENT_SINCE.format(service=service), since) > 0

        await eventually(has_sent, 90)

    await asyncio.gather(*(sends(service) for service in CONTRACTS))
    return time.time() - since


@asynccontextmanager
async def channel(scene: Scene) -> AsyncIterator[AbstractChannel]:
    """A channel of the operator's."""
    connection = await aio_pika.connect(scene.world.vhost_url, timeout=20)
    try:
        yield await connection.channel()
    finally:
        await connection.close()


async def send_raw(
    operator: AbstractChannel, body: bytes, *, kind: str = SyncEntry.type, name: str = ""
) -> None:
    """Put into school's queue what no relay would."""
    message = aio_pika.Message(
        body,
        message_id=name or str(uuid4()),
        type=kind,
        correlation_id="faults",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
    await operator.default_exchange.publish(message, "school")


async def resend_everything(scene: Scene) -> None:
    """The operator's remedy: offer every service again what it was told."""
    for service in SERVICES:
        status, said = await scene.world.command(
            "events", "resend", "--service", service, "--since", "1h"
        )
        scene.expect(status == 0, f"events resend ended with {status}: {said}")
