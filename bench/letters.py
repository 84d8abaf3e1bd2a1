"""(k) Letters: how many are read a second on one core, and what the hostile ones cost."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from bench.place import Place
from bench.report import Measure, Section, Target, percentile
from bench.running import module, run
from bench.task import Task
from services.mail.parsing.children import Child, ChildDied
from services.mail.parsing.limits import LETTER_BYTES
from services.mail.parsing.wire import Job
from tests.mail.hostile import letters as hostile

ROUNDS = 5
SHOWN = 8
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hostile letter took of the parser; `is_killed` if it was ended for it."""

    name: str
    seconds: float
    megabytes: float
    is_killed: bool


def measure(place: Place) -> Section:
    """Ordinary letters in one process, then each hostile one in a parser as the service has it."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    told = run(module("letters"), Task("", ROUNDS))
    first, rounds, parsing = told["first"], told["rounds"], told["parse"]
    costs = asyncio.run(_measure_hostile())
    dearest = sorted(costs, key=lambda cost: -cost.seconds)[:SHOWN]
    killed = [cost.name for cost in costs if cost.is_killed]
    return Section(
        f"(k) {len(first)} ordinary letters, half of them Russian, and {len(costs)} hostile ones",
        measures=[
            Measure("letters read for the first time", [len(first) / sum(first)], "/s"),
            Measure("of it, taken apart", [1 / parsing], "/s"),
            *(Measure(cost.name, [cost.seconds * 1000], "ms") for cost in dearest),
        ],
        targets=[
            Target(
                Measure("letters read", [len(one) / sum(one) for one in rounds], "/s"),
                150,
                at_least=True,
            ),
            Target(Measure("one letter, p99", [percentile(first, 0.99) * 1000], "ms"), 60),
            Target(Measure("the dearest hostile one", [dearest[0].seconds], "s"), 1),
            Target(Measure("memory (address space)", [max(c.megabytes for c in costs)], "MB"), 256),
        ],
        notes=[
            "ordinary: the labelled letters of 500 to 1 500 characters; CPU time of one process, "
            "models loaded, one thread; p99 of the first time, when no word form is remembered",
            f"hostile: the parser's CPU time to parse, and to read English; dearest {SHOWN} shown",
            f"ended by the limit, their headers kept: {', '.join(killed) or 'none'}",
        ],
    )


async def _measure_hostile() -> list[Cost]:
    parser = Child("parser")
    costs = []
    try:
        for name, raw in hostile():
            if parser.pid is None:
                await parser.ask(Job("parse", "UTC", None), b"Subject: x\n\n")
            costs.append(await _cost(parser, name, raw))
    finally:
        await parser.close()
    return costs


async def _cost(parser: Child, name: str, raw: bytes) -> Cost:
    pid = parser.pid or 0
    before = _cpu(pid)
    try:
        await parser.ask(Job("parse", "Europe/Moscow", None), raw[: LETTER_BYTES + 1])
    except ChildDied:
        return Cost(name, seconds=1.0, megabytes=0.0, is_killed=True)
    return Cost(name, _cpu(pid) - before, _peak(pid), is_killed=False)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmPeak"))
