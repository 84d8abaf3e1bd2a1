"""`make faults`: breaks the system in every way of the catalogue, and says whether it kept its
promises."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.faults import report
from tests.faults.catalogue import FAULTS
from tests.faults.lanes import BY_NUMBER, Plan, new_seed, run_all, serve_lane

LANES = {"short": 1, "default": 3, "full": 4}


def main() -> int:
    """The program; gives its exit status: 0 as promised, 1 not, 2 misuse."""
    options = _parser().parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="parta-faults-"))
    folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(options.length, options.seed or new_seed(), folder)
    if options.lane:
        asyncio.run(serve_lane(plan))
        return 0
    wanted = options.only.split(",") if options.only else list(BY_NUMBER)
    if unknown := [number for number in wanted if number not in BY_NUMBER]:
        _say(f"there is no fault {', '.join(unknown)}; there are {', '.join(BY_NUMBER)}")
        return 2
    faults = [
        fault for fault in FAULTS if fault.number in wanted and getattr(fault.times, plan.length)
    ]
    started = time.monotonic()
    _say(f"seed {plan.seed}, {plan.length} run of {len(faults)} faults; its files: {folder}\n")
    lanes = options.lanes or LANES[plan.length]
    results = asyncio.run(run_all(faults, plan, lanes, _say))
    path = options.report or folder / "report.json"
    seconds = time.monotonic() - started
    report.write(path, results, seed=plan.seed, length=plan.length, seconds=seconds)
    _say(f"\n{report.table(results)}\n")
    kept = all(one.is_as_promised for one in results) and len(results) == len(faults)
    verdict = "as promised" if kept else "NOT AS PROMISED"
    _say(f"seed {plan.seed}, {seconds / 60:.1f} minutes: {verdict}. {path}")
    return 0 if kept else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", help="faults by number, as in F1,F4")
    parser.add_argument("--seed", help="repeat a run's choices of chance")
    parser.add_argument("--lanes", type=int, help="worlds side by side")
    parser.add_argument("--report", type=Path, help="where the JSON goes")
    parser.add_argument("--folder", type=Path, help="where journals and logs go")
    parser.add_argument("--lane", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--length", choices=("short", "default", "full"), default="default")
    parser.add_argument("--full", dest="length", action="store_const", const="full")
    return parser


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
