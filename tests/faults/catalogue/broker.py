"""RabbitMQ goes away, stands still, or is not what it was."""

import asyncio
import time
from functools import partial

import aio_pika

from shared.events import SERVICES
from shared.rabbitmq import EXCHANGE
from tests.faults.catalogue.operator import (
    LISTENERS,
    SENT_SINCE,
    channel,
    publishing_again,
    resend_everything,
)
from tests.faults.fault import Fault, Load, Scene, Times
from tests.faults.ledger import CONTRACTS
from tests.faults.wiring import VHOST
from tests.support.waiting import eventually

UNSENT = "SELECT count(*) FROM {service}.outbox WHERE sent_at IS NULL"
FROZEN_FOR = {
    "short": (5,),
    "default": (5, 5, 5, 30, 30, 120),
    "full": (*(5,) * 10, *(30,) * 10, *(120,) * 10),
}
MANY = 200


async def kill_and_start(scene: Scene) -> None:
    """As if its machine had died, and come back after three seconds."""
    node = scene.world.node
    for _ in range(scene.times):
        await scene.pause(1, 3)
        await asyncio.to_thread(node.settle)
        await asyncio.to_thread(node.kill)
        scene.inflicted += 1
        await asyncio.sleep(3)
        await scene.world.start_broker()
        scene.recoveries.append(await publishing_again(scene, time.time()))


async def freeze(scene: Scene) -> None:
    """It stands still with every connection open, for 5, 30 and 120 seconds."""
    for seconds in FROZEN_FOR[scene.length][: scene.times]:
        await scene.pause(1, 3)
        scene.world.node.pause()
        scene.inflicted += 1
        await asyncio.sleep(seconds)
        scene.world.node.resume()
        scene.recoveries.append(await publishing_again(scene, time.time()))


async def lose_queues(scene: Scene) -> None:
    """Somebody deletes a queue, or the whole virtual host, as if the broker's disk were lost.

    What was in it is gone until the operator has it sent again; what is told afterwards arrives.
    """
    world = scene.world
    lost = "bot"
    for number in range(scene.times):
        await scene.pause(1, 3)
        if number % 2:
            await asyncio.to_thread(world.node.delete_vhost, VHOST)
            await asyncio.to_thread(world.node.add_vhost, VHOST)
        else:
            async with channel(scene) as operator:
                lost = scene.random.choice(LISTENERS)
                await operator.queue_delete(lost)
        scene.inflicted += 1
        scene.recoveries.append(await publishing_again(scene, time.time()))
        await scene.pause(4, 5)
        await scene.entries.burst(20)
        await eventually(partial(scene.entries.last_burst_arrived, lost), 20)
    await world.answer()
    await resend_everything(scene)


async def raise_alarms(scene: Scene) -> None:
    """It is out of memory, or of disk: publishers wait, all else goes on."""
    seconds = {"short": 5, "default": 10, "full": 60}[scene.length]
    for number in range(scene.times):
        memory = bool(number % 2)
        await scene.pause(1, 2)
        with scene.world.hold("school", "mail"):
            for name in ("school", "mail"):
                await scene.world.kill(name)
            await scene.entries.burst(MANY)
            before = max(scene.entries.took())
            await eventually(lambda: _all_sent(scene), 30)
            await _set_alarm(scene, memory=memory, on=True)
        scene.inflicted += 1
        # Whoever starts now finds a broker that takes nothing, and a full queue.
        started = time.monotonic()
        await scene.world.answer("school", "mail")
        await eventually(lambda: scene.entries.bursts_arrived("school", "mail"), 40)
        await asyncio.sleep(max(0, seconds - (time.monotonic() - started)))
        during = max(scene.entries.took())
        scene.expect(
            during < max(1.0, 3 * before), f"HTTP took {during:.2f} s, {before:.2f} s before"
        )
        await _set_alarm(scene, memory=memory, on=False)
        scene.recoveries.append(await publishing_again(scene, time.time()))


async def _all_sent(scene: Scene) -> bool:
    return not sum(
        [await scene.world.count(UNSENT.format(service=service)) for service in CONTRACTS]
    )


async def _set_alarm(scene: Scene, *, memory: bool, on: bool) -> None:
    if memory:
        limit = ("0.00001",) if on else ("absolute", "512MiB")
        command = ("set_vm_memory_high_watermark", *limit)
    else:
        command = ("set_disk_free_limit", "1000000GB" if on else "200MB")
    await asyncio.to_thread(scene.world.node.ctl, *command)


async def lose_patience(scene: Scene) -> None:
    """It takes a consumer's channel away because a handler is slow: `consumer_timeout`."""
    node = scene.world.node
    await asyncio.to_thread(
        node.eval,
        "application:set_env(rabbit, consumer_timeout, 5000),"
        " application:set_env(rabbit, channel_tick_interval, 1000)",
    )
    for name in SERVICES:
        await scene.world.restart(name)  # a channel reads both when it opens
    await scene.world.answer()
    for _ in range(scene.times):
        await scene.entries.burst(2, behaviour="long")
        scene.inflicted += 1
    await eventually(lambda: scene.entries.bursts_arrived("school", "bot", "mail", "sync"), 300)
    closed = (await asyncio.to_thread(node.log.read_text)).count("timed out")
    scene.notes.append(f"channels closed by the broker: {closed}")
    scene.expect(closed > 0, "the broker lost no patience")
    await asyncio.to_thread(
        node.eval,
        "application:set_env(rabbit, consumer_timeout, 1800000),"
        " application:set_env(rabbit, channel_tick_interval, 60000)",
    )
    for name in SERVICES:
        await scene.world.restart(name)


async def spoil_topology(scene: Scene) -> None:
    """Unbound, without its exchange, or with another queue in the place of ours."""
    for number in range(scene.times):
        await scene.pause(1, 2)
        await (_unbind, _delete_exchange, _replace_queue)[number % 3](scene)
        scene.inflicted += 1
        scene.recoveries.append(await publishing_again(scene, time.time()))


async def _unbind(scene: Scene) -> None:
    """The exchange is there, and nothing is bound to it."""
    async with channel(scene) as operator:
        await operator.exchange_delete(EXCHANGE)
        await operator.declare_exchange(EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True)


async def _delete_exchange(scene: Scene) -> None:
    async with channel(scene) as operator:
        await operator.exchange_delete(EXCHANGE)


async def _replace_queue(scene: Scene) -> None:
    """Nothing can be sent to it until the operator has removed what stands in its place."""
    world = scene.world
    # Nothing of ours is in it then, and nobody declares it before the operator does.
    with world.hold(*SERVICES):
        for name in set(SERVICES) - {"bot"}:
            await world.kill(name)
        await eventually(lambda: _is_empty(scene, "bot"), 60)
        await world.kill("bot")
        async with channel(scene) as operator:
            await operator.queue_delete("bot")
            await operator.declare_queue("bot", durable=True, arguments={"x-max-length": 1})
    await world.answer()
    wrong_since = time.time()
    await scene.entries.burst(MANY)
    await asyncio.sleep(5)
    sent = await world.count(SENT_SINCE.format(service="sync"), wrong_since)
    scene.expect(sent == 0, f"sync says that {sent} events were sent to a queue that is not ours")
    said = world.processes["sync"].log.read_text(errors="replace")
    scene.expect("PRECONDITION_FAILED" in said, "sync does not say what is wrong with the queue")
    async with channel(scene) as operator:
        await operator.queue_delete("bot")


async def _is_empty(scene: Scene, queue: str) -> bool:
    async with channel(scene) as operator:
        found = await operator.declare_queue(queue, passive=True)
        return not found.declaration_result.message_count


FAULTS = (
    Fault(
        "F4",
        "the broker is killed and started 3 s later",
        kill_and_start,
        Times(1, 5, 50),
        limit=5,
        minutes=1.5,
    ),
    Fault(
        "F5", "the broker is frozen for 5, 30, 120 s", freeze, Times(0, 6, 30), limit=20, minutes=4
    ),
    Fault(
        "F6",
        "a queue or the whole virtual host is lost",
        lose_queues,
        Times(0, 6, 10),
        limit=15,
        keeps_order=False,
        minutes=1.5,
    ),
    Fault("F7", "memory and disk alarms", raise_alarms, Times(0, 6, 10), limit=10, minutes=2),
    Fault(
        "F8",
        "the broker loses patience with a slow handler",
        lose_patience,
        Times(0, 5, 5),
        Load(entries=10, reviews=0.5),
        may_tell_twice=True,
        minutes=2,
    ),
    Fault(
        "F9",
        "unbound, no exchange, a queue that is not ours",
        spoil_topology,
        Times(0, 6, 12),
        limit=15,
        may_tell_twice=True,
        minutes=1,
    ),
)
