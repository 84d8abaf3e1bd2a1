"""The network between services, broker and database."""

import asyncio
import contextlib
import time

from shared.events import SERVICES
from tests.faults.catalogue.operator import publishing_again
from tests.faults.fault import Fault, Scene, Times
from tests.faults.pair import Way
from tests.faults.wiring import BROKER, DATABASE, HOOK
from tests.support.waiting import eventually

LINKS = tuple((service, to) for service in SERVICES for to in (BROKER, DATABASE))
PARTED_FOR = {
    "short": (5,),
    "default": (5, 5, 5, 5, 40, 40, 200),
    "full": (*(5,) * 12, *(40,) * 8, *(200,) * 4),
}
NOTICED_WITHIN = 40
"""Seconds after which whoever speaks over a dead connection has tried another."""
STALLS: tuple[tuple[Way, ...], ...] = (("up",), ("down",), ("up", "down"))


async def part(scene: Scene) -> None:
    """Most links at once, each in a way of its own; each that is cut counts."""
    wires = scene.world.wiring.wires
    for seconds in PARTED_FOR[scene.length][: scene.times]:
        await scene.pause(2, 4)
        cut = scene.random.sample(LINKS, 6)
        before = {link: wires[link].connections for link in cut}
        for link in cut:
            how = scene.random.randrange(4)
            if how == 3:
                wires[link].refuse()
            else:
                wires[link].stall(*STALLS[how])
            scene.inflicted += 1
        await asyncio.sleep(seconds)
        for link in cut:
            if wires[link].stalls() and seconds > NOTICED_WITHIN:
                anew = wires[link].connections - before[link]
                scene.expect(anew > 0, f"{' and '.join(link)}: nobody noticed in {seconds} s")
            wires[link].mend()
        scene.recoveries.append(await publishing_again(scene, time.time()))


async def cut(scene: Scene) -> None:
    """A connection breaks in the middle of what it carries, anywhere: publish, commit, answer."""
    links = [*LINKS, ("sync", HOOK), ("auth", HOOK)]
    for _ in range(scene.times):
        link = scene.random.choice(links)
        wire = scene.world.wiring.wires[link]
        ways: tuple[Way, Way] = ("up", "down")
        wire.cut_after(scene.random.randrange(1, 3000), scene.random.choice(ways))
        with contextlib.suppress(AssertionError):  # a quiet wire carries too little
            await eventually(wire.has_cut, 5)
        scene.inflicted += wire.has_cut()
        wire.mend()


async def delay(scene: Scene) -> None:
    """Everything is late, by up to a third of a second."""
    for _ in range(scene.times):
        wires = [scene.world.wiring.wires[link] for link in LINKS]
        for wire in wires:
            wire.delay(scene.random.uniform(0.01, 0.3))
        scene.inflicted += len(wires)
        await asyncio.sleep(8)
        for wire in wires:
            wire.mend()


async def part_and_delay(scene: Scene) -> None:
    """Partitions, and then a slow network."""
    await part(scene)
    scene.times = max(1, scene.times // 5)
    await delay(scene)


FAULTS = (
    Fault(
        "F14",
        "links are cut, half cut or late for 5, 40, 200 s",
        part_and_delay,
        Times(0, 7, 24),
        limit=40,
        may_tell_twice=True,
        minutes=6,
    ),
    Fault(
        "F15",
        "a connection breaks after some bytes",
        cut,
        Times(3, 100, 500),
        may_tell_twice=True,
        minutes=3,
    ),
)
