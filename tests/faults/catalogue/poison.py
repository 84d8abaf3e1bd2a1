"""Messages that nobody is able to handle, among good ones."""

import re
from uuid import uuid4

import httpx

from shared.events import SERVICES
from shared.message import MAX_BODY
from tests.faults import ledger
from tests.faults.catalogue.operator import LISTENERS, channel, send_raw
from tests.faults.fault import Fault, Load, Scene, Times
from tests.support.waiting import eventually

KINDS = ("raise", "hang", "allocate", "kill")
STRANGE = 4
"""Poison that an entry tells its handlers to be; and kinds of it that no teller would send."""
GOOD = 50


async def poison(scene: Scene) -> None:
    """Eight kinds among the good ones: they are dead in the end, and nobody else suffers."""
    world = scene.world
    await _restart_all(scene, {ledger.HANDLER_TIMEOUT: "1"})
    before = {name: await _count_dead(scene, name) for name in LISTENERS}
    await _send_strange(scene)
    for _ in range(scene.times):
        for kind in KINDS:
            await scene.entries.burst(2, behaviour=kind, poison=True)
            await scene.entries.burst(GOOD)
    scene.inflicted = scene.times * (len(KINDS) + STRANGE)

    async def are_dead() -> bool:
        for name in LISTENERS:
            dead = await _count_dead(scene, name) - before[name]
            expected = scene.times * (len(KINDS) + (STRANGE if name == "school" else 0))
            assert dead == expected, f"{dead} of {expected} are dead at {name}"
        return True

    await eventually(are_dead, 120 + 30 * scene.times)
    scene.notes.append(f"processes that died: {world.deaths}")
    await _restart_all(scene, {ledger.HANDLER_TIMEOUT: ""})


async def _restart_all(scene: Scene, told: dict[str, str]) -> None:
    for name in SERVICES:
        await scene.world.tell(name, told)
    await scene.world.answer()


async def _count_dead(scene: Scene, service: str) -> int:
    return await scene.world.count(
        f"SELECT count(*) FROM {service}.parked WHERE dead_at IS NOT NULL"
    )


async def _send_strange(scene: Scene) -> None:
    """What no relay would send, to school: four kinds that are dead at once, two to be ignored."""
    known = await eventually(lambda: _known_ids(scene), 30)
    ignored = await _count_ignored(scene)
    good = ledger.SyncEntry(entry_id=uuid4(), ledger_key="strange", place=1).model_dump_json()
    async with channel(scene) as operator:
        for name in known:
            await send_raw(operator, b"{this is no JSON")
            await send_raw(operator, b'{"ledger_key": "half of what there should be"}')
            await send_raw(operator, good.encode().ljust(MAX_BODY + 1))
            await send_raw(operator, good.encode(), name=name)
            # Of a newer version, and of something we do not know: neither is anybody's fault.
            await send_raw(operator, good.encode(), kind="sync.entry.written.v2")
            await send_raw(operator, good.encode(), kind="sync.comet.seen.v1")

    async def are_counted() -> bool:
        return await _count_ignored(scene) - ignored == 2 * scene.times

    await eventually(are_counted, 60)


async def _known_ids(scene: Scene) -> list[str]:
    """Ids that school has handled, one for each time; none while there are too few."""
    rows = await scene.world.fetch(
        "SELECT message_id FROM school.inbox WHERE type = $1 LIMIT $2",
        ledger.SyncEntry.type,
        scene.times,
    )
    return [str(row["message_id"]) for row in rows] if len(rows) == scene.times else []


async def _count_ignored(scene: Scene) -> int:
    """What school says that it had no handler for."""
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.get(f"{scene.world.processes['school'].url}/metrics")
    found = re.findall(r'^parta_events_ignored_total\{type="sync"\} (\S+)', answer.text, re.M)
    return int(float(found[0])) if found else 0


FAULTS = (
    Fault(
        "F19",
        "eight kinds of poison among good ones",
        poison,
        Times(0, 5, 50),
        Load(reviews=0.3),
        may_tell_twice=True,
        minutes=1.5,
    ),
)
