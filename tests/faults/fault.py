"""One fault of the catalogue, inflicted on a world that works, and judged when all has healed."""

import asyncio
import random
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from tests.faults import entries, reviews
from tests.faults.checker import Found, Verdict, check, together
from tests.faults.entries import Entries
from tests.faults.journal import Journal
from tests.faults.reviews import Reviews
from tests.faults.world import World

STANDS_AFTER = 120.0
"""Seconds in which nothing more has arrived: then what waits is stuck. A long fault leaves more
than Telegram takes from us in that time, one message a second and chat; that is slow, and moves."""
DRAIN_WITHIN = 1800.0
QUIET_FOR = 1.0
"""Seconds after all has arrived in which something may still come twice."""
_works = count(1, 10)


@dataclass(frozen=True, slots=True)
class Load:
    """What goes on while the fault is inflicted: entries and reviews a second."""

    entries: float = 30.0
    reviews: float = 1.0
    batch: int = 5


@dataclass(frozen=True, slots=True)
class Times:
    """How often, in each of the three lengths of a run; 0: not at all."""

    short: int
    default: int
    full: int


@dataclass(slots=True, repr=False)
class Scene:
    """Where a fault is inflicted, and what it has to say afterwards."""

    world: World
    random: random.Random
    times: int
    length: str
    entries: Entries
    reviews: Reviews
    recoveries: list[float] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    inflicted: int = 0

    def expect(self, is_so: bool, complaint: str) -> None:
        """Hold it against the system if it is not so."""
        if not is_so:
            self.complaints.append(complaint)

    def pause(self, least: float, most: float) -> Awaitable[None]:
        """Let it work for a while, of random length."""
        return asyncio.sleep(self.random.uniform(least, most))


@dataclass(frozen=True, slots=True)
class Fault:
    """`limit`: seconds within which it has to recover each time. `may_tell_twice`: it can cut
    short a call of Telegram, whose message may then come twice. `keeps_order`: nothing is lost on
    the way and sent again later. `minutes`: about how long it takes. `alone`: what it measures
    wants the machine for itself."""

    number: str
    what: str
    inflict: Callable[[Scene], Awaitable[None]]
    times: Times
    load: Load = Load()
    limit: float | None = None
    may_tell_twice: bool = False
    keeps_order: bool = True
    minutes: float = 1
    alone: bool = False


@dataclass(slots=True)
class Result:
    """What came of a fault."""

    number: str
    what: str
    times: int
    seconds: float
    verdict: Verdict
    recovery: float | None
    limit: float | None
    complaints: list[str]
    notes: list[str]
    is_spoilt: bool = False
    """The world it leaves is not as it was found: nobody knows how far the fault got."""

    @property
    def is_as_promised(self) -> bool:
        """Whether nothing is held against it."""
        return not self.complaints


async def run(
    fault: Fault, world: World, *, length: str, seed: str, journals: Path | None = None
) -> Result:
    """Work, inflict, heal, drain, check."""
    started = time.monotonic()

    def chance(of: str) -> random.Random:
        """One each: who draws first would otherwise be up to the machine."""
        return random.Random(f"{seed}:{fault.number}:{of}")  # noqa: S311 - it has to be repeatable

    number = next(_works)
    name = f"{fault.number}.{number}"
    journal = Journal(journals / f"{name}.jsonl" if journals else None)
    scene = Scene(
        world,
        chance("fault"),
        getattr(fault.times, length),
        length,
        Entries(
            world, journal, name, chance("entries"), fault.load.entries, batch=fault.load.batch
        ),
        Reviews(world, journal, name, chance("reviews"), fault.load.reviews),
    )
    is_spoilt = False
    await scene.reviews.prepare(number)
    if fault.load.entries:
        scene.entries.start()
    if fault.load.reviews:
        scene.reviews.start()
    try:
        await fault.inflict(scene)
    except Exception as error:
        is_spoilt = True
        scene.complaints.append(f"{type(error).__name__}: {error}"[:500])
        where = traceback.extract_tb(error.__traceback__)
        scene.notes.append(" < ".join(f"{at.name}:{at.lineno}" for at in reversed(where)))
    await world.heal()
    await asyncio.gather(scene.entries.stop(), scene.reviews.stop())
    stuck = await drain(scene)
    verdict = judge(journal, await scene.entries.find(), await scene.reviews.find(), stuck)
    doubled = await scene.entries.doubled()
    scene.expect(not doubled, f"{doubled} entries happened twice, some time in this world's life")
    scene.expect(scene.inflicted > 0, "it was never inflicted")
    scene.expect(verdict.ok > 0, "nothing was asked for meanwhile")
    scene.expect(fault.limit is None or bool(scene.recoveries), "no recovery was measured")
    recovery = max(scene.recoveries, default=None)
    if fault.limit is not None and recovery is not None and recovery > fault.limit:
        scene.complaints.append(f"recovered after {recovery:.1f} s, {fault.limit:g} s are allowed")
    return Result(
        fault.number,
        fault.what,
        scene.inflicted,
        time.monotonic() - started,
        verdict,
        recovery,
        fault.limit,
        [
            *verdict.complaints(may_tell_twice=fault.may_tell_twice, keeps_order=fault.keeps_order),
            *scene.complaints,
        ],
        scene.notes,
        is_spoilt,
    )


async def drain(scene: Scene) -> list[str]:
    """Wait until everything has come to rest; gives what has not once nothing moves any more."""
    began = moved_at = time.monotonic()
    least: int | None = None
    while True:
        waiting = [
            *await scene.world.rest(),
            *await scene.entries.rest(),
            *await scene.reviews.rest(),
        ]
        if not waiting:
            await asyncio.sleep(QUIET_FOR)
            return []
        now = time.monotonic()
        left = sum(int(one.split()[0]) for one in waiting)
        if least is None or left < least:
            least, moved_at = left, now
        if now - moved_at > STANDS_AFTER or now - began > DRAIN_WITHIN:
            return waiting
        await asyncio.sleep(0.3)


def judge(journal: Journal, ledger: Found, told: Found, stuck: list[str]) -> Verdict:
    """Both workloads' verdicts in one."""
    is_review = [line.book in reviews.CONSUMERS for line in journal.lines]
    return together(
        [
            check(
                [line for line, is_one in zip(journal.lines, is_review, strict=True) if not is_one],
                replace(ledger, stuck=stuck),
                entries.listeners(),
            ),
            check(
                [line for line, is_one in zip(journal.lines, is_review, strict=True) if is_one],
                told,
                reviews.CONSUMERS,
            ),
        ]
    )
