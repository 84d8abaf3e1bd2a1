"""Much at once: a long outbox, a long queue."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg

from shared.events import SERVICES
from shared.lead import TAKE
from tests.faults.fault import Fault, Load, Scene, Times
from tests.faults.ledger import SyncEntry
from tests.support.waiting import eventually

QUEUED = {"short": 1_000, "default": 20_000, "full": 100_000}
UNSENT = {"short": 5_000, "default": 100_000, "full": 1_000_000}
MAY_GROW = 50
"""Megabytes that a process may grow by while a queue is long."""
AT_LEAST = 1000
"""Events a second, while their listeners take them and callers are answered."""
PROBES = 200
PORTION = 50_000

# As if sync had written them all in one moment.
TELL = """
WITH made AS (
    INSERT INTO sync.ledger_entries (entry_id, key, place)
    SELECT gen_random_uuid(), $1 || ':sync:backlog:' || number, 1
    FROM generate_series($2::int, $3::int) AS number
    RETURNING id, entry_id, key, place
),
told AS (
    INSERT INTO sync.outbox (message_id, type, key, body, correlation_id)
    SELECT
        gen_random_uuid(),
        $4,
        'ledger:' || key,
        jsonb_build_object(
            'entry_id', entry_id,
            'ledger_key', key,
            'place', place,
            'behaviour', $5::text,
            'until', $6::timestamptz
        )::text,
        'faults'
    FROM made
    ORDER BY id
)
SELECT entry_id, key FROM made
"""
IS_SENT = "SELECT NOT EXISTS (SELECT FROM sync.outbox WHERE sent_at IS NULL)"
SIZE = "SELECT pg_total_relation_size('sync.outbox') / 1048576"


async def tell_many(
    scene: Scene, count: int, behaviour: str = "", until: datetime | None = None
) -> None:
    """So many entries in sync's book, and their events in its outbox."""
    for first in range(1, count + 1, PORTION):
        last = min(count, first + PORTION - 1)
        rows = await scene.world.fetch(
            TELL, scene.entries.name, first, last, SyncEntry.type, behaviour, until
        )
        entries = {str(row["entry_id"]): row["key"] for row in rows}
        scene.entries.journal.note("invoke", entries, book="sync")
        scene.entries.journal.note("ok", entries, book="sync")


async def be_slow(scene: Scene) -> None:
    """One second an event with a long queue: nobody's memory grows, nobody else waits."""
    world = scene.world
    seconds = {"short": 10, "default": 60, "full": 300}[scene.length]
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    before = {name: world.memory(name) for name in SERVICES}
    most = dict(before)
    await tell_many(scene, QUEUED[scene.length], "slow", until)
    while datetime.now(UTC) < until:
        for name in SERVICES:
            most[name] = max(most[name], world.memory(name))
        await asyncio.sleep(1)
    scene.inflicted = 1
    for name in SERVICES:
        grown = most[name] - before[name]
        scene.notes.append(f"{name}: {before[name]} MB, at most {grown} MB more")
        scene.expect(grown < MAY_GROW, f"{name} grew by {grown} MB")
    for name in ("sync", "mail"):
        heard = await world.count(
            f"SELECT count(*) FROM {name}.ledger_effects WHERE at > to_timestamp($1)",
            until.timestamp() - 5,
        )
        scene.expect(heard > 0, f"{name}, which is not slow, heard nothing meanwhile")


async def send_backlog(scene: Scene) -> None:
    """A relay begins with a long outbox: it is sent, the table stays small, callers do not wait."""
    async with scene.world.without_wires():
        await _send_backlog(scene)


async def _send_backlog(scene: Scene) -> None:
    world, count = scene.world, UNSENT[scene.length]
    async with _relay_held(scene):
        await tell_many(scene, count)
        before = await _slowest_of_most(scene)
        size = await world.count(SIZE)
        started = time.monotonic()
    probing = asyncio.create_task(_slowest_of_most(scene))
    await eventually(lambda: _is_sent(scene), 60 + 5 * count / AT_LEAST)
    rate = count / (time.monotonic() - started)
    during = await probing
    grown = await world.count(SIZE)
    scene.inflicted = 1
    scene.notes.append(
        f"{rate:.0f} events/s; callers waited {before * 1000:.0f} ms (p99) before and"
        f" {during * 1000:.0f} ms meanwhile; the outbox grew from {size} to {grown} MB"
    )
    scene.expect(rate >= AT_LEAST, f"only {rate:.0f} events/s were sent")
    scene.expect(
        during < max(2 * before, 0.1), f"callers waited {during:.3f} s, {before:.3f} s before"
    )
    scene.expect(grown < 2.5 * size, f"the outbox grew from {size} to {grown} MB")
    await eventually(lambda: scene.entries.arrived(), 60 + 5 * count / AT_LEAST)


@asynccontextmanager
async def _relay_held(scene: Scene) -> AsyncIterator[None]:
    """Nobody is sync's relay within the block: its lock is taken."""
    world = scene.world
    connection = await asyncpg.connect(world.server.url(world.wiring.database))

    async def is_mine() -> bool:
        return bool(await connection.fetchval(TAKE, "sync:relay"))

    try:
        with world.hold("sync"):
            await world.kill("sync")
            await eventually(is_mine, 20)
        await world.answer("sync")
        yield
    finally:
        await connection.close()


async def _slowest_of_most(scene: Scene) -> float:
    """Seconds within which 99 of a hundred callers have their answer."""
    scene.entries.took()
    for _ in range(PROBES):
        await scene.entries.burst(2)
        await asyncio.sleep(0.02)
    took = sorted(scene.entries.took())
    return took[len(took) * 99 // 100]


async def _is_sent(scene: Scene) -> bool:
    (row,) = await scene.world.fetch(IS_SENT)
    return bool(row[0])


FAULTS = (
    Fault(
        "F18",
        "slow consumers with a long queue",
        be_slow,
        Times(0, 1, 1),
        Load(entries=10, reviews=0.5),
        alone=True,
        minutes=2,
    ),
    Fault(
        "F40",
        "a relay begins with a long outbox",
        send_backlog,
        Times(0, 1, 1),
        Load(entries=0, reviews=0.5),
        alone=True,
        minutes=2,
    ),
)
