"""What one measured process is asked to do, and how it says when it began and ended."""

import gc
import json
import os
import time
from dataclasses import asdict, dataclass, field
from multiprocessing import Value
from pathlib import Path
from typing import Any

VARIABLE = "PARTA_BENCH_TASK"


@dataclass(frozen=True, slots=True)
class Task:
    """Where everything is, how many events there are, and the settings of this side."""

    role: str
    count: int
    amqp: str = ""
    postgres: str = ""
    result: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """For the process that is to do it."""
        return {**os.environ, VARIABLE: json.dumps(asdict(self))}


def given_task() -> Task:
    """The task of this process, asked for once all is imported.

    What is imported by then is set aside from garbage collection on every side, as a service does
    before it serves (`parta/serving.py`): a full collection of it takes most of a second.
    """
    gc.freeze()
    return Task(**json.loads(os.environ[VARIABLE]))


class Tally:
    """Counts what is done; at the last one it writes down when the first began and this one ended.

    The clock is the machine's monotonic one, the same in all processes. The counter is shared with
    the children that a process forks: Celery's workers are such.
    """

    def __init__(self, task: Task) -> None:
        self._count = task.count
        self._result = Path(task.result)
        self._done = Value("q", 0)
        self._began = Value("d", 0.0)
        self._used = 0.0

    def begin(self) -> None:
        """The first one is taken up; later calls are nothing."""
        if not self._began.value:
            self._began.value = time.monotonic()
            self._used = time.process_time()

    def add(self, count: int = 1) -> None:
        """So many more had their effect."""
        with self._done.get_lock():
            self._done.value += count
            is_last = self._done.value - count < self._count <= self._done.value
        if is_last:
            self.finish()

    def finish(self, **more: Any) -> None:
        """All is done: tell it."""
        told = {
            "began": self._began.value,
            "ended": time.monotonic(),
            "cpu": time.process_time() - self._used,
            **more,
        }
        half = self._result.with_suffix(".half")
        half.write_text(json.dumps(told))
        half.rename(self._result)
