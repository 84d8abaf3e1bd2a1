"""Several worlds side by side, each in a process of its own, until all faults are done."""

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from shared.log import configure_logging
from tests.faults import report
from tests.faults.catalogue import FAULTS
from tests.faults.checker import Verdict
from tests.faults.fault import Fault, Result, run
from tests.faults.world import world

RESULT = "result "
MOST = 1 << 20
"""Bytes of a line that tells a result."""
BY_NUMBER = {fault.number: fault for fault in FAULTS}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does: how long, how chance falls, and where its files go."""

    length: str
    seed: str
    folder: Path

    def arguments(self) -> list[str]:
        """The same, for a lane's command line."""
        return ["--length", self.length, "--seed", self.seed, "--folder", str(self.folder)]


async def serve_lane(plan: Plan) -> None:
    """One lane: a world, in which the faults that are named on its input are run."""
    configure_logging("error")
    os.environ.setdefault("PARTA_TEST_LOGS", str(plan.folder / "logs"))
    async with _ended_with_parent(), world() as place:
        while number := (await asyncio.to_thread(sys.stdin.readline)).strip():
            result = await run(
                BY_NUMBER[number], place, length=plan.length, seed=plan.seed, journals=plan.folder
            )
            sys.stdout.write(RESULT + json.dumps(asdict(result), default=str) + "\n")
            sys.stdout.flush()


@asynccontextmanager
async def _ended_with_parent() -> AsyncIterator[None]:
    """However the parent ends, and whoever ends this: no process of a world is left behind."""
    lane, parent = asyncio.current_task(), os.getppid()
    assert lane is not None

    async def watch() -> None:
        while os.getppid() == parent:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(1)
        lane.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lane.cancel)
    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()


async def run_all(
    faults: Sequence[Fault], plan: Plan, lanes: int, say: Callable[[str], None]
) -> list[Result]:
    """Those that need the machine for themselves last, one after another."""
    results: list[Result] = []
    for alone in (False, True):
        chosen = [fault for fault in faults if fault.alone is alone]
        # The longest first, so that the lanes end together.
        chosen.sort(key=lambda fault: -fault.minutes)
        count = min(len(chosen), 1 if alone else lanes)
        await asyncio.gather(*(_work_off(chosen, plan, results, say) for _ in range(count)))
    return results


async def _work_off(
    waiting: list[Fault], plan: Plan, results: list[Result], say: Callable[[str], None]
) -> None:
    """One lane after another, should one break, until nothing waits."""
    while waiting:
        lane = await _open_lane(plan)
        assert lane.stdin is not None
        try:
            while waiting:
                fault = waiting.pop(0)
                lane.stdin.write(f"{fault.number}\n".encode())
                result = await _result(lane)
                results.append(result or _broken(fault, plan))
                say(report.line(results[-1]))
                if result is None or result.is_spoilt:
                    break
        finally:
            lane.stdin.close()
            await lane.wait()


async def _open_lane(plan: Plan) -> asyncio.subprocess.Process:
    with (plan.folder / "lanes.log").open("ab") as complaints:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.faults", "--lane", *plan.arguments()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=complaints,
            limit=MOST,
        )


async def _result(lane: asyncio.subprocess.Process) -> Result | None:
    """What the lane says of the fault in hand; None: it broke."""
    assert lane.stdout is not None
    while said := (await lane.stdout.readline()).decode():
        if said.startswith(RESULT):
            return report.read(said.removeprefix(RESULT))
    return None


def _broken(fault: Fault, plan: Plan) -> Result:
    complaint = f"its world broke: see {plan.folder / 'lanes.log'}"
    return Result(fault.number, fault.what, 0, 0, Verdict(), None, None, [complaint], [])


def new_seed() -> str:
    """Another one each time."""
    return f"{random.SystemRandom().randrange(1 << 32):08x}"
