"""Processes that end in the middle of what they do."""

import asyncio
import time

from shared.events import SERVICES
from tests.faults.fault import Fault, Load, Scene, Times

RELAY = ("relay.after_select", "relay.mid_publish", "relay.after_confirm", "relay.after_mark")
CONSUMER = (
    "consumer.before_begin",
    "consumer.after_claim",
    "consumer.before_commit",
    "consumer.after_commit",
    "consumer.after_ack",
)
HOOK = ("hook.after_read", "hook.before_commit", "hook.after_commit")
SENDER = ("sender.before_call", "sender.after_call")
PLACES = {
    "auth": RELAY,
    "sync": (*HOOK, *RELAY, *CONSUMER),
    "mail": CONSUMER,
    "school": (*CONSUMER, *RELAY),
    "bot": (*SENDER, *CONSUMER),
}
"""Every named place, in each service that passes it."""
IN_FLIGHT = 200
REACHED_WITHIN = 60.0


async def kill_at_named_places(scene: Scene) -> None:
    """All places of each service one after another, the services side by side."""

    async def each(name: str) -> None:
        for _ in range(scene.times):
            for place in PLACES[name]:
                await _kill_at(scene, name, place)
        await scene.world.restart(name)

    with scene.world.hold(*SERVICES):
        await asyncio.gather(*(each(name) for name in SERVICES))
    await scene.world.answer()


async def _kill_at(scene: Scene, name: str, place: str) -> None:
    """Let a service kill itself at a named place; it stays dead."""
    await scene.world.kill(name)
    process = scene.world.processes[name]
    process.start(f"{place}:{scene.random.randint(*_turns(place))}")
    try:
        await process.died(REACHED_WITHIN)
    except AssertionError:
        scene.complaints.append(f"{name} never came to {place}")
    scene.inflicted += 1


def _turns(place: str) -> tuple[int, int]:
    """Which time it is passed, at least and at most.

    The first calls of a bot that starts are for its menu. And a message in whose handling a process
    ends again and again is taken for the cause, and dead: so something goes well in between.
    """
    if place in SENDER:
        return 4, 6
    return (2, 3) if place in CONSUMER else (1, 2)


async def kill_at_random(scene: Scene) -> None:
    """Any service, every one to three seconds; `times` is seconds here."""
    until = time.monotonic() + scene.times
    while time.monotonic() < until:
        await scene.pause(1, 3)
        await scene.world.kill(scene.random.choice(SERVICES))
        scene.inflicted += 1


async def restart_in_order(scene: Scene) -> None:
    """SIGTERM for one after another, each with two hundred entries under way."""
    world = scene.world
    for _ in range(scene.times):
        for name in SERVICES:
            await scene.entries.burst(IN_FLIGHT)
            with world.hold(name):
                status, seconds = await world.stop_in_order(name)
                scene.expect(status == 0, f"{name} ended with {status}")
                scene.recoveries.append(seconds)
                world.processes[name].start()
            await world.answer(name)
        scene.inflicted += 1


FAULTS = (
    Fault(
        "F1",
        "a service is killed at a named place",
        kill_at_named_places,
        Times(short=1, default=5, full=25),
        may_tell_twice=True,
        minutes=2,
    ),
    Fault(
        "F2",
        "a random service is killed every 1 to 3 s",
        kill_at_random,
        Times(short=0, default=300, full=600),
        Load(entries=90, batch=10),
        may_tell_twice=True,
        minutes=5.5,
    ),
    Fault(
        "F3",
        "all five are told to stop, one after another",
        restart_in_order,
        Times(short=0, default=5, full=50),
        limit=20,
        minutes=1,
    ),
)
