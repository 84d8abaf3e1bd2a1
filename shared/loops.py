"""Loops that live as long as the service: supervised, counted, with a stop."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from shared.log import get_log
from shared.metrics import Metrics

log = get_log(__name__)

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0


def pause_after(failures: int) -> float:
    """Seconds to wait after the nth failure in a row: doubling, with jitter, 5 at most."""
    longest: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures, 8))
    return longest * random.uniform(0.5, 1)  # noqa: S311 - spreads load, hides nothing


def is_being_stopped() -> bool:
    """Whether a CancelledError in hand is meant for this task.

    Libraries let their own CancelledError escape when a connection dies under a frozen peer; a
    loop that took it for its own would end quietly.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def keep_running(name: str, run: Callable[[], Awaitable[None]], metrics: Metrics) -> None:
    """Run `run` again and again until cancelled; after a failure pause and begin anew."""
    failures = 0
    while True:
        metrics.progress.labels(name).set_to_current_time()
        try:
            await run()
            failures = 0
        except asyncio.CancelledError:
            if is_being_stopped():
                raise
            failures += 1
            log.warning("loop_interrupted", loop=name)
        except Exception:
            failures += 1
            log.warning("loop_failed", loop=name, failures=failures, exc_info=True)
        if failures:
            await asyncio.sleep(pause_after(failures))
