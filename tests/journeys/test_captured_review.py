"""A review that GitHub really sent, adapted only in ids, reaches the student's chat: in one process
and over RabbitMQ."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from sandbox.school import PULLS
from tests.material import captured
from tests.support.demo import demo_running
from tests.support.system import person, system
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(120)

PULL = next(pull for pull in PULLS if pull.student == "student2")


@asynccontextmanager
async def one_process(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The sandbox's address beside `parta demo`, which has sent the work."""
    async with demo_running() as demo:
        yield demo.world


@asynccontextmanager
async def over_rabbitmq(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The sandbox's address beside five services, to which the work was sent."""
    async with system(
        database_url=request.getfixturevalue("database_url"),
        rabbitmq_url=request.getfixturevalue("vhost_url"),
    ) as place:
        await place.know_people()
        await place.send_work(PULL.title, url=PULL.url, student=PULL.student)
        yield place.sandbox.url


@pytest.mark.parametrize("place", [one_process, over_rabbitmq], ids=lambda place: place.__name__)
async def test_a_captured_review_reaches_the_chat(
    request: pytest.FixtureRequest, place: Any
) -> None:
    async with (
        place(request) as address,
        httpx.AsyncClient(base_url=address, timeout=15) as world,
    ):
        payload = captured("pull_request_review", "submitted")
        payload["review"]["user"]["id"] = person("curator").github_id
        payload["repository"]["full_name"] = f"{PULL.owner}/{PULL.repo}"
        payload["pull_request"]["number"] = PULL.number
        answer = await world.post(
            "/github/deliver", json={"event": "pull_request_review", "payload": payload}
        )
        assert answer.status_code == 200, answer.text

        async def told() -> list[str]:
            chat = await world.get(
                "/telegram/messages", params={"chat_id": person(PULL.student).chat_id}
            )
            return [one["text"] for one in chat.json() if PULL.title in one["text"]]

        assert len(await eventually(told, 20)) == 1
