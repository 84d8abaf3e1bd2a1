"""Two processes of every service: who is killed or frozen is replaced."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable

from tests.faults.fault import Fault, Load, Scene, Times
from tests.faults.ledger import CONTRACTS
from tests.faults.wiring import HOOK
from tests.faults.world import TWIN
from tests.support.waiting import eventually

SENT = "SELECT count(*) FROM {service}.outbox WHERE sent_at > to_timestamp($1)"
HEARD = "SELECT count(*) FROM {service}.ledger_effects WHERE at > to_timestamp($1)"
Act = Callable[[str], Awaitable[None]]
TELLERS = tuple(CONTRACTS)
LISTENERS = ("school", "bot", "mail")
A_MOMENT = 0.2
"""Seconds after which nothing that is done can be of who was stopped before."""


async def kill_any(scene: Scene) -> None:
    """Any of the ten, every one to three seconds; `times` is seconds here."""
    world = scene.world
    await world.add_replicas()
    until = time.monotonic() + scene.times
    while time.monotonic() < until:
        await scene.pause(1, 3)
        await world.kill(scene.random.choice(list(world.processes)))
        scene.inflicted += 1
    await world.answer()
    await world.remove_replicas()


async def freeze_active(scene: Scene) -> None:
    """Whoever relays or consumes stands still, with every connection open."""

    async def freeze(name: str) -> None:
        scene.world.signal(name, signal.SIGSTOP)

    async def let_go(name: str) -> None:
        scene.world.signal(name, signal.SIGCONT)

    await _replace(scene, freeze, let_go)
    scene.expect(min(scene.recoveries) > 1, "somebody was frozen who was not active")


async def kill_active(scene: Scene) -> None:
    """Whoever relays or consumes is gone from one moment to the next."""

    async def kill(name: str) -> None:
        scene.world.held.add(name)
        await scene.world.kill(name)

    async def start(name: str) -> None:
        scene.world.held.discard(name)
        await scene.world.answer(name)

    await _replace(scene, kill, start)


async def _replace(scene: Scene, stop: Act, go_on: Act) -> None:
    """First those who relay, then those who only consume; who came second is active next."""
    world = scene.world
    await world.add_replicas()
    await scene.pause(2, 3)
    active, idle = "", TWIN
    for _ in range(scene.times):
        for services, done in ((TELLERS, SENT), (LISTENERS, HEARD)):
            for service in set(services) & set(CONTRACTS):
                world.wire(service, HOOK).lead_to(world.processes[service + idle].port)
            for service in services:
                await stop(service + active)
            await asyncio.sleep(A_MOMENT)
            since = time.time()
            await asyncio.gather(*(_goes_on(scene, service, done, since) for service in services))
            scene.inflicted += len(services)
            for service in services:
                await go_on(service + active)
            await scene.pause(2, 3)
        active, idle = idle, active
    for service in CONTRACTS:
        world.wire(service, HOOK).lead_to(world.processes[service].port)
    await world.remove_replicas()


async def _goes_on(scene: Scene, service: str, done: str, since: float) -> None:
    async def has_done() -> bool:
        return await scene.world.count(done.format(service=service), since) > 0

    await eventually(has_done, 90)
    scene.recoveries.append(time.time() - since + A_MOMENT)


FAULTS = (
    Fault(
        "F17",
        "two replicas of everything, any of them killed",
        kill_any,
        Times(0, 90, 600),
        may_tell_twice=True,
        minutes=2,
    ),
    Fault(
        "F41",
        "the active replica is frozen",
        freeze_active,
        Times(0, 3, 10),
        Load(entries=20, reviews=0.5),
        limit=40,
        may_tell_twice=True,
        minutes=2.5,
    ),
    Fault(
        "F42",
        "the active replica is killed",
        kill_active,
        Times(0, 5, 25),
        Load(entries=40),
        limit=5,
        may_tell_twice=True,
        minutes=1,
    ),
)
