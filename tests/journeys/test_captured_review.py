"""A review that GitHub really sent, adapted only in ids, reaches the student's chat, where its card
answers; and what they write reaches the administrators: in one process and over RabbitMQ."""

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
async def test_a_captured_review_reaches_the_chat_and_the_chat_answers(
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
        # sync asks the sandbox as well: both have to speak of one repository and one head.
        (repository,) = [
            one
            for one in (await world.get("/github/repositories")).json()
            if one["full_name"] == payload["repository"]["full_name"]
        ]
        (pull,) = [
            one for one in (await world.get("/github/pulls")).json() if one["url"] == PULL.url
        ]
        payload["repository"]["id"] = repository["id"]
        payload["pull_request"]["head"]["sha"] = pull["head_sha"]
        payload["review"]["commit_id"] = pull["head_sha"]
        answer = await world.post(
            "/github/deliver", json={"event": "pull_request_review", "payload": payload}
        )
        assert answer.status_code == 200, answer.text

        student = person(PULL.student).chat_id
        (card,) = await eventually(lambda: said(world, student, PULL.title), 20)
        await look_at_the_card(world, student, card)
        await write_to_the_administrators(world, student)


async def look_at_the_card(world: httpx.AsyncClient, chat_id: int, card: dict[str, Any]) -> None:
    """Its menu opens in the chat, and it tells why it came."""

    async def press(message: dict[str, Any], row: int, column: int) -> None:
        button = message["buttons"][row][column]
        body = {"chat_id": chat_id, "message_id": card["message_id"], "data": button["data"]}
        (await world.post("/telegram/press", json=body)).raise_for_status()

    await press(card, 0, -1)

    async def opened() -> dict[str, Any] | None:
        (now,) = await said(world, chat_id, PULL.title)
        return now if len(now["buttons"]) > 1 else None

    await press(await eventually(opened, 20), 0, 0)
    await eventually(lambda: said(world, chat_id, "school.submission.changed.v1"), 20)


async def write_to_the_administrators(world: httpx.AsyncClient, chat_id: int) -> None:
    """An event of the bot's own, and a dialogue of two steps."""
    for text in ("/feedback", "Begin later", "Could the lessons begin at ten?"):
        count = len(await said(world, chat_id, ""))
        answer = await world.post("/telegram/say", json={"chat_id": chat_id, "text": text})
        answer.raise_for_status()
        await eventually(lambda count=count: more_than(world, chat_id, count), 20)
    administrator = person("administrator").chat_id
    (told,) = await eventually(lambda: said(world, administrator, "begin at ten?"), 20)
    assert "Begin later" in told["text"]


async def said(world: httpx.AsyncClient, chat_id: int, text: str) -> list[dict[str, Any]]:
    """The bot's messages in a chat that say this."""
    answer = await world.get("/telegram/messages", params={"chat_id": chat_id})
    return [one for one in answer.json() if one["from"] == "bot" and text in one["text"]]


async def more_than(world: httpx.AsyncClient, chat_id: int, count: int) -> bool:
    """Whether the bot has answered."""
    return len(await said(world, chat_id, "")) > count
