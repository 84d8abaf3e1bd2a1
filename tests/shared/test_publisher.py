"""What a publisher makes of confirms that come, fail or never come."""

import asyncio

import pytest

from shared.rabbitmq import publisher


async def _confirmed() -> None:
    """Taken at once."""


async def _never() -> None:
    await asyncio.Event().wait()


async def _refused() -> None:
    raise ConnectionError("no route")


async def _cut_off() -> None:
    raise asyncio.CancelledError


async def test_what_was_confirmed_in_time_counts_however_slow_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publisher, "PUBLISH_TIMEOUT", 0.05)
    work = [_confirmed(), _never(), _refused(), _confirmed(), _cut_off()]
    tasks = {asyncio.create_task(one): place for place, one in enumerate(work)}
    failures = await publisher._outcomes(tasks)
    assert {place: type(failure) for place, failure in failures.items()} == {
        1: TimeoutError,
        2: ConnectionError,
        4: TimeoutError,
    }
    assert all(task.done() for task in tasks), "nothing is left to publish later, out of order"
