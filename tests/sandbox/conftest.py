"""A sandbox served over real HTTP, and a real bot that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from tests.sandbox.serving import Served, new_bot, serve


@pytest.fixture
async def sandbox() -> AsyncIterator[Served]:
    async with serve() as served:
        yield served


@pytest.fixture
async def shared_sandbox() -> AsyncIterator[Served]:
    """For tests that change nothing; kept apart so that it may one day be started once."""
    async with serve() as served:
        yield served


@pytest.fixture
async def bot(sandbox: Served) -> AsyncIterator[Bot]:
    async with new_bot(sandbox) as bot:
        yield bot
