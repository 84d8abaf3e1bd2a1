"""What every test may ask for: a database, a broker, and no way out."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from parta.postgres import EmbeddedPostgres
from shared.log import configure_logging
from tests.support.chromium import ChromiumUnavailable, chromium, find_chromium
from tests.support.database import drop_database, make_template, new_database, postgres_server
from tests.support.network import closed_network
from tests.support.rabbitmq import Broker, BrokerUnavailable, broker
from tests.support.waiting import apart


@pytest.fixture(scope="session", autouse=True)
def plain_log() -> None:
    """What fails shows its log as it would be written, through pytest instead of to stderr."""
    configure_logging()
    logging.getLogger().handlers.clear()


@pytest.fixture(scope="session", autouse=True)
def closed_to_the_outside() -> Iterator[None]:
    """A connection to another machine fails, and says what to do instead."""
    with closed_network():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """One server for the whole run, with the template that tests' databases are copies of."""
    with postgres_server() as server:
        apart(make_template(server))
        yield server


@pytest.fixture
def database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A database with every service's schema, empty, for one test."""
    name = apart(new_database(postgres))
    yield postgres.url(name)
    apart(drop_database(postgres, name))


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[Broker]:
    """One broker for the whole run: RABBITMQ_URL, one on this machine, or a private node."""
    try:
        found = broker()
    except BrokerUnavailable as error:
        pytest.exit(f"RabbitMQ: {error}", returncode=1)
    with found as started:
        yield started


@pytest.fixture(scope="session")
def vhosts(rabbitmq: Broker) -> Iterator[str]:
    """Empty virtual hosts without end. Ten cost as much as one; they go with the broker."""

    def make() -> Iterator[str]:
        while True:
            yield from rabbitmq.new_vhosts(10)

    return make()


@pytest.fixture
def vhost_url(vhosts: Iterator[str]) -> str:
    """An empty virtual host for one test."""
    return next(vhosts)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A browser, one for a whole file: it is slow to start."""
    try:
        find_chromium()
    except ChromiumUnavailable as error:
        pytest.exit(f"Chromium: {error}", returncode=1)
    async with chromium() as started:
        yield started
