"""`make bench`: every headline figure, printed as a table and written as JSON.

`ONLY=consumer,relay` measures these alone; `OUT=file.json` is where the JSON goes.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    backlog,
    consumer,
    fanout,
    flood,
    hook,
    latency,
    letters,
    machine,
    pages,
    polling,
    relay,
    session,
    start,
    state,
    stepik,
)
from bench.place import Place, place
from bench.report import Section, render, write
from shared.log import configure_logging

MEASURES: dict[str, Callable[[Place], Section]] = {
    "consumer": consumer.measure,
    "relay": relay.measure,
    "both": relay.measure_both,
    "hook": hook.measure,
    "session": session.measure,
    "flood": flood.measure,
    "latency": latency.measure,
    "fanout": fanout.measure,
    "state": state.measure,
    "pages": pages.measure,
    "polling": polling.measure,
    "stepik": stepik.measure,
    "start": start.measure,
    "backlog": backlog.measure,
    "letters": letters.measure,
}
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Measure what was asked for."""
    chosen = [name for name in os.environ.get("ONLY", "").split(",") if name] or list(MEASURES)
    if strangers := set(chosen) - set(MEASURES):
        print(f"ONLY: no such measure: {', '.join(sorted(strangers))}", file=sys.stderr)
        return 2
    out = Path(os.environ.get("OUT") or RESULTS / f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}.json")
    configure_logging("warning")
    # Told to stop, it ends what it started: an exception unwinds the blocks.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sections, failed = [], []
    with place() as made:
        about = machine.describe(made)
        for name, value in about.items():
            print(f"{name:16} {value}")
        for name in chosen:
            try:
                section = MEASURES[name](made)
            except Exception:
                # Half an hour of the others' figures is not lost for one that cannot be had.
                traceback.print_exc()
                failed.append(name)
                continue
            sections.append(section)
            print(render(section), flush=True)
            write(out, about, sections)
    print(f"\nWritten to {out}" + (f"; failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
