"""Consumers that stand still, or die with their hands full."""

import time
from functools import partial

from shared.events import SERVICES
from tests.faults.fault import Fault, Scene, Times
from tests.faults.ledger import CONTRACTS
from tests.support.waiting import eventually

DEATHS = 25
FULL = 3000
"""Ten times what a consumer takes in advance."""


async def die_again_and_again(scene: Scene) -> None:
    """Killed 25 times in a row with all it may take in advance."""
    world = scene.world
    for _ in range(scene.times):
        with world.hold("school"):
            await world.kill("school")
            for _ in range(FULL // 500):
                await scene.entries.burst(1000)
            for _ in range(DEATHS):
                since = time.time()
                world.processes["school"].start()
                await eventually(partial(_hears_since, scene, since), 30)
                await world.kill("school")
                scene.inflicted += 1
            world.processes["school"].start()


async def _hears_since(scene: Scene, since: float) -> bool:
    return bool(
        await scene.world.count(
            "SELECT count(*) FROM school.ledger_effects WHERE at > to_timestamp($1)", since
        )
    )


async def stand_still(scene: Scene) -> None:
    """A handler blocks the whole process for five seconds; it stays the consumer that it is."""
    before = {name: _times_consuming(scene, name) for name in SERVICES}
    for _ in range(scene.times):
        await scene.entries.burst(len(CONTRACTS), behaviour="block")
        scene.inflicted += 1
        await eventually(lambda: scene.entries.bursts_arrived("school", "bot", "mail"), 60)
    for name in SERVICES:
        anew = _times_consuming(scene, name) - before[name]
        scene.expect(not anew, f"{name} was no consumer any more, {anew} times")


def _times_consuming(scene: Scene, name: str) -> int:
    """How often a service says that it began to consume."""
    said = scene.world.processes[name].log.read_text(errors="replace")
    return said.count('"event": "consuming"')


FAULTS = (
    Fault(
        "F20",
        "a consumer is killed 25 times in a row",
        die_again_and_again,
        Times(0, 1, 3),
        minutes=0.7,
    ),
    Fault("F34", "the event loop stands still for 5 s", stand_still, Times(0, 5, 20), minutes=0.6),
)
