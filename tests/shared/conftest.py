"""What the tests of the spine ask for: a service's database, opened."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.clock import Clock
from shared.db import Database
from tests.support.house import House, Service
from tests.support.web import Site, create_site


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """School's database, as school opens it."""
    database = Database(database_url, "school")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def school(database_url: str) -> AsyncIterator[Service]:
    """School with a handler that counts effects, and nobody who sends."""
    house = House("in_process", database_url, "")
    yield await house.add("school")
    await house.close()


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """A small service behind its own door, its database open."""
    site = create_site(database_url, tmp_path)
    async with site.client:
        await site.service.open()
        yield site
        await site.service.close()
