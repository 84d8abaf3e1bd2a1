"""Waiting without sleeping: until something is so, and while something runs beside."""

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar, overload

T = TypeVar("T")

_POLL = 0.01


@overload
async def eventually(check: Callable[[], Awaitable[T]], timeout: float = 20) -> T: ...
@overload
async def eventually(check: Callable[[], T], timeout: float = 20) -> T: ...
async def eventually(check: Callable[[], Any], timeout: float = 20) -> Any:
    """Ask until `check` gives something true, and give that.

    `check` may be a function or a coroutine function, and may fail with an assertion or an error
    while it is not yet so. After `timeout` seconds the last failure is told.
    """
    deadline = time.monotonic() + timeout
    while True:
        failure: Exception | None = None
        value: Any = None
        try:
            value = check()
            if inspect.isawaitable(value):
                async with asyncio.timeout_at(
                    asyncio.get_running_loop().time() + max(1.0, deadline - time.monotonic())
                ):
                    value = await value
        except Exception as error:
            failure = error
        else:
            if value:
                return value
        if time.monotonic() >= deadline:
            last = f"{type(failure).__name__}: {failure}" if failure else f"it gave {value!r}"
            name = getattr(getattr(check, "func", check), "__qualname__", type(check).__name__)
            raise AssertionError(f"not so after {timeout:g} s: {name}; at last {last}") from failure
        await asyncio.sleep(_POLL)


@asynccontextmanager
async def running(
    *coroutines: Coroutine[Any, Any, object],
) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Run these beside the block, and cancel them at its end; one that failed fails the test."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome


def apart(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in a thread and a loop of its own: for fixtures that block."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
