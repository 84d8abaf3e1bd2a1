"""The whole system as docker-compose.yaml wires it: each service under its own name everywhere."""

from uuid import uuid4

import pytest

from shared.events import SERVICES
from tests.deploy.deployed_postgres import DeployedPostgres
from tests.deploy.deployed_rabbitmq import DeployedBroker
from tests.support.system import system
from tests.support.waiting import eventually

TITLE = "Add search by author"


@pytest.mark.timeout(120)
async def test_a_review_reaches_the_chat_with_every_service_on_its_own_logins(
    broker: DeployedBroker, roles: DeployedPostgres
) -> None:
    own = {
        service: {"DATABASE_URL": roles.url(service), "RABBITMQ_URL": broker.url(service)}
        for service in SERVICES
    }
    async with system(database_url=roles.server.url(), rabbitmq_url="", own=own) as place:
        await place.know_people()
        await place.send_work(TITLE, number=1)
        payload = place.review("changes_requested", number=1, review_id=1, second=1)
        assert await place.deliver(payload, str(uuid4())) == 202

        async def told() -> list[str]:
            return [one["text"] for one in await place.chat("student") if TITLE in one["text"]]

        assert len(await eventually(told, 20)) == 1
        assert await place.statuses(TITLE) == ["review", "correction"]
        assert await place.dead() == 0
        users = await place.fetch(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name LIKE 'parta-%'"
        )
        assert {row["usename"] for row in users} == {f"parta_{service}" for service in SERVICES}
