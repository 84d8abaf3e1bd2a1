"""Messages that come again, out of order, or from another time."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID, uuid4

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from shared import inbox
from shared.db import Database
from shared.events import PersonChanged
from shared.rabbitmq import EXCHANGE
from tests.faults import ledger
from tests.faults.catalogue.operator import (
    LISTENERS,
    channel,
    resend_everything,
    send_raw,
)
from tests.faults.fault import Fault, Scene, Times
from tests.support.processes import Process
from tests.support.waiting import eventually

COPY = "x-copy"
NEWEST = 5


def _copy(message: AbstractIncomingMessage) -> aio_pika.Message:
    return aio_pika.Message(
        message.body,
        headers={COPY: 1},
        message_id=message.message_id,
        type=message.type,
        correlation_id=message.correlation_id,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )


@asynccontextmanager
async def repeating(scene: Scene) -> AsyncIterator[list[int]]:
    """Within the block every message comes two to five times, the copies in any order."""
    copies = [0]
    waiting: set[asyncio.Task[None]] = set()
    async with channel(scene) as operator:
        exchange = await operator.get_exchange(EXCHANGE)
        mine = await operator.declare_queue(exclusive=True)
        await mine.bind(exchange, "#")

        async def publish(copy: aio_pika.Message, key: str) -> None:
            await scene.pause(0, 2)
            await exchange.publish(copy, key)
            copies[0] += 1

        async def repeat(message: AbstractIncomingMessage) -> None:
            if COPY in message.headers:
                return
            for _ in range(scene.random.randint(1, 4)):
                task = asyncio.create_task(publish(_copy(message), message.routing_key or ""))
                waiting.add(task)
                task.add_done_callback(waiting.discard)

        consuming = await mine.consume(repeat, no_ack=True)
        try:
            yield copies
        finally:
            await mine.cancel(consuming)
            await asyncio.gather(*waiting)


async def repeat(scene: Scene) -> None:
    """Each several times, then the whole stream again, then old facts after new ones."""
    async with repeating(scene) as copies:
        for _ in range(scene.times):
            await scene.entries.burst(200)
            await scene.pause(1, 2)
    scene.notes.append(f"copies: {copies[0]}")
    for _ in range(2):
        await resend_everything(scene)
    await _old_after_new(scene)
    scene.inflicted = copies[0]


async def _old_after_new(scene: Scene) -> None:
    """Facts of people in any order: everybody ends with the newest."""
    people = [uuid4() for _ in range(20)]
    facts = [
        PersonChanged(person_id=one, version=version, name=f"Name {version}")
        for one in people
        for version in range(1, NEWEST + 1)
    ]
    scene.random.shuffle(facts)
    async with channel(scene) as operator:
        exchange = await operator.get_exchange(EXCHANGE)
        for fact in facts:
            await exchange.publish(
                aio_pika.Message(
                    fact.model_dump_json().encode(),
                    message_id=str(uuid4()),
                    type=fact.type,
                    correlation_id="faults",
                ),
                fact.type,
            )

    async def are_newest() -> bool:
        newest = [
            await scene.world.count(
                f"SELECT count(*) FROM {listener}.people"
                " WHERE person_id = ANY($1::uuid[]) AND version = $2 AND name = $3",
                people,
                NEWEST,
                f"Name {NEWEST}",
            )
            for listener in LISTENERS
        ]
        return newest == [len(people)] * len(LISTENERS)

    await eventually(are_newest, 30)


async def read_another_age(scene: Scene) -> None:
    """An old consumer and a new teller, and the other way round."""
    world = scene.world
    for _ in range(scene.times):
        await _hear_unknown_fields(scene)
        # What an old listener does not know it ignores, and what an old teller does not know it
        # leaves unsent.
        with world.hold("sync"):
            await world.kill("sync")
            waiting = await _tell_ahead(scene)
            old = Process("sync", world.processes["sync"].environment, world.processes["sync"].log)
            old.start()
            await old.answers()
            await asyncio.sleep(2)
            sent = await world.count(
                "SELECT count(*) FROM sync.outbox WHERE message_id = $1 AND sent_at IS NOT NULL",
                waiting,
            )
            scene.expect(not sent, "sync sent an event that it has no contract of")
            await asyncio.to_thread(old.stop)
            world.processes["sync"].start()
        await world.answer("sync")
        await eventually(partial(_is_sent, scene, waiting), 20)
        scene.inflicted += 2
    # What it ignored then is offered again by the operator, and taken now.
    await resend_everything(scene)


async def _hear_unknown_fields(scene: Scene) -> None:
    """What a newer teller added is ignored, and the rest has its effect."""
    entry_id = uuid4()
    body = json.loads(
        ledger.SyncEntry(entry_id=entry_id, ledger_key="newer", place=1).model_dump_json()
    )
    async with channel(scene) as operator:
        await send_raw(operator, json.dumps({**body, "comet": {"tail": [1, 2]}}).encode())
    await eventually(
        lambda: scene.world.count(
            "SELECT count(*) FROM school.ledger_effects WHERE entry_id = $1", entry_id
        ),
        20,
    )


async def _tell_ahead(scene: Scene) -> UUID:
    """A row that a newer version left in the outbox."""
    message_id = uuid4()
    body = ledger.SyncEntry(entry_id=uuid4(), ledger_key="ahead", place=1).model_dump_json()
    await scene.world.fetch(
        "INSERT INTO sync.outbox (message_id, type, key, body, correlation_id)"
        " VALUES ($1, $2, 'ledger:ahead', $3, 'faults')",
        message_id,
        ledger.SyncEntry.type,
        body,
    )
    return message_id


async def _is_sent(scene: Scene, message_id: UUID) -> bool:
    return bool(
        await scene.world.count(
            "SELECT count(*) FROM sync.outbox WHERE message_id = $1 AND sent_at IS NOT NULL",
            message_id,
        )
    )


async def prune_meanwhile(scene: Scene) -> None:
    """Inboxes forget what is old while what is younger comes again, many times."""
    databases = [
        Database(scene.world.server.url(scene.world.wiring.database), name) for name in LISTENERS
    ]
    for database in databases:
        await database.open()
    try:
        async with repeating(scene) as copies:
            for _ in range(scene.times):
                await scene.entries.burst(100)
                await asyncio.gather(*(_prune(scene, database) for database in databases))
                scene.inflicted += 1
        scene.notes.append(f"copies: {copies[0]}")
    finally:
        for database in databases:
            await database.close()


async def _prune(scene: Scene, database: Database) -> None:
    """Age what nobody will send again, then forget in portions as the service does."""
    async with database.transaction() as connection:
        await connection.execute(
            "INSERT INTO inbox (message_id, correlation_id, type, digest, handled_at)"
            " SELECT gen_random_uuid(), 'faults', 'old', '', now() - interval '9 days'"
            " FROM generate_series(1, 2000)"
        )
    pruned = 1
    while pruned:
        async with database.transaction() as connection:
            pruned = await inbox.prune(connection, 100)
        await scene.pause(0, 0.05)
    scene.expect(
        not await scene.world.count(
            f"SELECT count(*) FROM {database.service}.inbox WHERE type = 'old'"
        ),
        f"{database.service} did not forget what is old",
    )


FAULTS = (
    Fault("F16", "everything comes again and out of order", repeat, Times(0, 5, 25), minutes=0.5),
    Fault(
        "F36",
        "events of another age",
        read_another_age,
        Times(0, 5, 5),
        keeps_order=False,
        minutes=0.7,
    ),
    Fault(
        "F39", "inboxes forget while copies arrive", prune_meanwhile, Times(0, 5, 25), minutes=0.4
    ),
)
