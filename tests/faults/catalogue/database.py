"""Postgres loses a process, restarts, or is away."""

import asyncio
import os
import signal
import time

import httpx

from tests.faults.catalogue.operator import publishing_again
from tests.faults.fault import Fault, Scene, Times
from tests.faults.ledger import CONTRACTS, DOOR
from tests.faults.wiring import HOOK

BACKENDS = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'parta-%' ORDER BY pid"


async def kill_backend(scene: Scene) -> None:
    """One backend is killed: the server cuts all connections and recovers."""
    for _ in range(scene.times):
        await scene.pause(1, 2)
        pids = [row["pid"] for row in await scene.world.fetch(BACKENDS)]
        os.kill(scene.random.choice(pids), signal.SIGKILL)
        scene.inflicted += 1
        scene.recoveries.append(await publishing_again(scene, time.time()))


async def restart(scene: Scene) -> None:
    """In order, as in a crash, and with a while in which there is none."""
    server = scene.world.server
    away = {"short": 1, "default": 15, "full": 60}[scene.length]
    for number in range(scene.times):
        await scene.pause(1, 2)
        match number % 3:
            case 0:
                await asyncio.to_thread(server.restart, "immediate")
            case 1:
                await asyncio.to_thread(server.restart, "fast")
            case _:
                await asyncio.to_thread(server.kill)
                await asyncio.sleep(1)
                await _expect_polite_refusal(scene)
                await asyncio.sleep(away)
                await asyncio.to_thread(server.restart, "immediate")
        scene.inflicted += 1
        scene.recoveries.append(await publishing_again(scene, time.time()))


async def _expect_polite_refusal(scene: Scene) -> None:
    for book in CONTRACTS:
        url = f"http://127.0.0.1:{scene.world.wire(book, HOOK).port}{DOOR}"
        async with httpx.AsyncClient(timeout=20) as client:
            answer = await client.post(url, json=[])
        scene.expect(
            answer.status_code == 503 and "Retry-After" in answer.headers,
            f"{book} answers {answer.status_code} without its database",
        )


FAULTS = (
    Fault(
        "F10",
        "one Postgres backend is killed",
        kill_backend,
        Times(0, 5, 50),
        limit=15,
        may_tell_twice=True,
        minutes=0.5,
    ),
    Fault(
        "F11",
        "Postgres restarts: immediate, fast, away for a while",
        restart,
        Times(1, 6, 21),
        limit=15,
        may_tell_twice=True,
        minutes=1.5,
    ),
)
