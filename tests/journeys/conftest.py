"""The whole system, in one process and distributed."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.demo import Demo, demo_running


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    async with demo_running() as started:
        yield started


@pytest.fixture
async def world(demo: Demo) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=demo.world, timeout=15) as client:
        yield client
