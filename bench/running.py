"""Measured processes: started, waited for, ended."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.task import Task

PATIENCE = 600.0
_POLL = 0.05

Command = Sequence[str]


class SideFailed(Exception):
    """A measured process ended before its work did; the text is the end of what it said."""


def module(name: str) -> Command:
    """A side that is a module of ours."""
    return (sys.executable, "-m", f"bench.sides.{name}")


class Running:
    """A measured process and where it tells its result."""

    def __init__(self, command: Command, task: Task, folder: Path) -> None:
        self._result = folder / "result"
        self._log = folder / "log"
        self._command = command
        task = replace(task, result=str(self._result))
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                command,
                env=task.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def result(self, patience: float = PATIENCE) -> dict[str, Any]:
        """What it tells once its work is done.

        Raises:
            SideFailed: it ended, or took too long.
        """
        deadline = time.monotonic() + patience
        while not self._result.exists():
            if self._process.poll() is not None and not self._result.exists():
                raise SideFailed(f"{' '.join(self._command)}: {self.last_words()}")
            if time.monotonic() > deadline:
                raise SideFailed(f"not done after {patience:.0f} s: {self.last_words()}")
            time.sleep(_POLL)
        told: dict[str, Any] = json.loads(self._result.read_text())
        return told

    def last_words(self) -> str:
        """The end of what it wrote."""
        return self._log.read_text(errors="replace")[-2000:]

    def end(self) -> None:
        """It and its children, at once: its work is done or given up."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)


@contextmanager
def running(*sides: tuple[Command, Task]) -> Iterator[list[Running]]:
    """These side by side for the length of the block."""
    with ExitStack() as stack:
        started = []
        for command, task in sides:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="parta-bench-"))
            side = Running(command, task, Path(folder))
            stack.callback(side.end)
            started.append(side)
        yield started


def run(command: Command, task: Task) -> dict[str, Any]:
    """One of them, to its end."""
    with running((command, task)) as [side]:
        return side.result()
