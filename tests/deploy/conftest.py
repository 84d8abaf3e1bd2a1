"""RabbitMQ and Postgres that were given what deploy/ holds."""

from collections.abc import Iterator

import pytest

from tests.deploy.deployed_postgres import DeployedPostgres, deployed_postgres
from tests.deploy.deployed_rabbitmq import DeployedBroker, deployed_broker


@pytest.fixture(scope="package")
def deployed() -> Iterator[DeployedBroker]:
    with deployed_broker() as broker:
        yield broker


@pytest.fixture
def broker(deployed: DeployedBroker) -> DeployedBroker:
    """Running, and nothing waits in its queues."""
    deployed.empty()
    return deployed


@pytest.fixture(scope="package")
def roles() -> Iterator[DeployedPostgres]:
    """A Postgres with a role a service."""
    with deployed_postgres() as server:
        yield server
