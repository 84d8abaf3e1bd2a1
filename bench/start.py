"""(d) The second start of `make demo`, by the stop-watch, and the memory of all its processes."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from bench.contest import REPEATS
from bench.place import DISK, Place
from bench.report import Measure, Section, Target
from tests.support.demo import READY
from tests.support.processes import free_ports

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ("make", "-s", "demo")
PATIENCE = 120.0
SETTLES = 3.0
"""Seconds after the start, by which what is loaded late is loaded."""
_POLL = 0.005


def measure(place: Place) -> Section:
    """Start it once for its data and packages, then five times with the watch in hand."""
    folder = Path(tempfile.mkdtemp(prefix="parta-bench-demo-", dir=DISK))
    folder.chmod(0o755)
    seconds, megabytes = [], []
    try:
        with _demo(folder):
            pass
        for _ in range(REPEATS):
            started = time.monotonic()
            with _demo(folder) as pid:
                seconds.append(time.monotonic() - started)
                time.sleep(SETTLES)
                megabytes.append(_pss(pid) / 1e6)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Section(
        "(d) The second start of make demo, and its memory",
        targets=[
            Target(Measure(f"until it says “{READY}”", seconds, "s"), 6.0),
            Target(Measure("memory of the process tree (PSS)", megabytes, "MB"), 350.0),
        ],
        notes=[
            "packages and data stand from the first start; the watch runs from the command to the "
            "line, one review from hook to chat included",
            f"memory {SETTLES:.0f} s after that line: Parta, the sandbox in the same process, and "
            "Postgres",
        ],
    )


@contextmanager
def _demo(folder: Path) -> Iterator[int]:
    """`make demo`, from its command to its line; gives the pid of make."""
    public, operations, sandbox, smtp = free_ports(4)
    log = folder / "log"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PARTA_DATA": str(folder / "data"),
        "PARTA_PORT": str(public),
        "PARTA_OPS_PORT": str(operations),
        "SANDBOX_PORT": str(sandbox),
        "SANDBOX_SMTP_PORT": str(smtp),
    }
    with log.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603 - make, and our own target
            COMMAND,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while READY not in log.read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the demo did not start: {log.read_text()[-2000:]}")
            time.sleep(_POLL)
        yield process.pid
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C for the program itself; make ends with it."""
    with contextlib.suppress(psutil.NoSuchProcess):  # it ended by itself
        for child in psutil.Process(process.pid).children():
            child.terminate()
    process.wait(30)


def _pss(pid: int) -> int:
    """Bytes, each page shared out among those who have it; all below the shell that make runs."""
    top = psutil.Process(pid)
    return sum(one.memory_full_info().pss for one in [top, *top.children(recursive=True)])
