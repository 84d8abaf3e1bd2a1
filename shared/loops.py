"""Loops that live as long as the service: supervised, counted, with a stop."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

from shared.log import get_log
from shared.metrics import Metrics

log = get_log(__name__)

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 3.0
WELL_AFTER = 60.0


def pause_after(failures: int) -> float:
    """Seconds to wait after the nth failure in a row: doubling, with jitter, 3 at most."""
    longest: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures, 8))
    return longest * random.uniform(0.5, 1)  # noqa: S311 - spreads load, hides nothing


def is_being_stopped() -> bool:
    """Whether a CancelledError in hand is meant for this task.

    Libraries let their own CancelledError escape when a connection dies under a frozen peer; a
    loop that took it for its own would end quietly.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def heed_stop() -> None:
    """Stop here if this task was told to, for after a call into a library that may not have said.

    aiormq does its work in tasks of its own; one that ends well just as our cancellation reaches it
    swallows that, and a loop that went on would never end (seen at a consumer's set-up).

    Raises:
        CancelledError: it was.
    """
    if is_being_stopped():
        raise asyncio.CancelledError


class GaveUp(Exception):
    """A loop that cannot go on in this process ends for good, and so does the process."""


async def keep_running(name: str, run: Callable[[], Awaitable[None]], metrics: Metrics) -> None:
    """Run `run` again and again until cancelled; after a failure pause and begin anew.

    Raises:
        GaveUp: the loop says that it cannot go on here.
    """
    failures = 0
    while True:
        metrics.progress.labels(name).set_to_current_time()
        started = time.monotonic()
        try:
            await run()
            failures = 0
        except asyncio.CancelledError:
            if is_being_stopped():
                raise
            failures = _count(failures, started)
            log.warning("loop_interrupted", loop=name, failures=failures)
        except GaveUp:
            log.exception("loop_gave_up", loop=name)
            raise
        except Exception:
            failures = _count(failures, started)
            log.warning("loop_failed", loop=name, failures=failures, exc_info=True)
        await asyncio.sleep(pause_after(failures) if failures else 0)


def _count(failures: int, started: float) -> int:
    """One more in a row; a run that went well for long enough begins a new row."""
    return 1 if time.monotonic() - started > WELL_AFTER else failures + 1
