"""A work of a course, from a link written to the bot to its acceptance on the curator's card: in
one process, where every webhook is lost, and over RabbitMQ."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from parta.demo_school import seed_course
from parta.operating import opened
from shared.clock import Clock
from tests.support.demo import demo_running
from tests.support.system import person, person_id, system
from tests.support.waiting import eventually

pytestmark = pytest.mark.timeout(150)

STUDENT = "student2"
PULL = "https://github.com/parta-student2/reading-list/pull/1"
TITLE = "The reading list, tested"
WAITING, RECORDED = f"📥 {TITLE}", f"📝 {TITLE}"
"""How the curator's card of it begins."""
A_LOOK_S = 80
"""Longer than from one look at a watched pull request to the next."""


@dataclass
class Chats:
    """The sandbox, where people write, press and review."""

    world: httpx.AsyncClient
    accept: str
    """What the curator's buttons say in their language."""
    loses_webhooks: bool

    async def post(self, path: str, **body: Any) -> Any:
        answer = await self.world.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def say(self, key: str, text: str) -> None:
        await self.post("/telegram/say", chat_id=person(key).chat_id, text=text)

    async def shown(self, key: str, text: str) -> dict[str, Any]:
        """The newest message of the bot that says this, once it is there."""
        return await eventually(lambda: self._newest(key, text), 20)

    async def _newest(self, key: str, text: str) -> dict[str, Any] | None:
        answer = await self.world.get("/telegram/messages", params={"chat_id": person(key).chat_id})
        told = [one for one in answer.json() if one["from"] == "bot" and text in one["text"]]
        return told[-1] if told else None

    async def press(self, key: str, text: str, label: str) -> None:
        """The button of that label below the message that says this, once it is there."""

        async def found() -> tuple[dict[str, Any], dict[str, Any]] | None:
            message = await self._newest(key, text)
            for row in message["buttons"] if message else []:
                for button in row:
                    if label in button["text"]:
                        return message or {}, button
            return None

        message, button = await eventually(found, 20)
        await self.post(
            "/telegram/press",
            chat_id=person(key).chat_id,
            message_id=message["message_id"],
            data=button["data"],
        )

    async def let_a_look_pass(self) -> None:
        """Where no webhook comes, sync looks by itself when its time has come."""
        if self.loses_webhooks:
            await self.post("/clock", advance_s=A_LOOK_S)


@asynccontextmanager
async def one_process(request: pytest.FixtureRequest) -> AsyncIterator[Chats]:
    async with (
        demo_running() as demo,
        httpx.AsyncClient(base_url=demo.world, timeout=15) as world,
    ):
        yield Chats(world, accept="Принять", loses_webhooks=True)


@asynccontextmanager
async def over_rabbitmq(request: pytest.FixtureRequest) -> AsyncIterator[Chats]:
    database_url = request.getfixturevalue("database_url")
    async with system(
        database_url=database_url, rabbitmq_url=request.getfixturevalue("vhost_url")
    ) as place:
        await place.know_people()
        async with opened(database_url, "school") as database, database.transaction() as school:
            await seed_course(
                school,
                curator_id=person_id("curator"),
                logins=[person(STUDENT).github_login],
                now=Clock().now(),
            )
        async with httpx.AsyncClient(base_url=place.sandbox.url, timeout=15) as world:
            yield Chats(world, accept="Accept", loses_webhooks=False)


Place = Callable[[pytest.FixtureRequest], Any]


@pytest.mark.parametrize("place", [one_process, over_rabbitmq], ids=lambda place: place.__name__)
async def test_a_link_is_sent_reviewed_sent_again_and_accepted_on_the_card(
    request: pytest.FixtureRequest, place: Place
) -> None:
    async with place(request) as chats:
        await chats.post("/github/pull", pull=PULL, action="opened", title="Reading list")
        if chats.loses_webhooks:
            await chats.post("/github/losses", all=True)

        await send(chats)
        await chats.press("curator", WAITING, chats.accept)
        await chats.press("curator", WAITING, "‹")
        await chats.post(
            "/github/review", pull=PULL, by="curator", state="changes_requested", body="Name it"
        )
        await chats.let_a_look_pass()
        await chats.shown(STUDENT, f"{TITLE}\nYour work came back with remarks.")
        await chats.shown("curator", RECORDED)

        await send(chats)
        await chats.press("curator", WAITING, chats.accept)
        await chats.press("curator", WAITING, f"{chats.accept} ")
        await chats.shown(STUDENT, f"{TITLE}\nYour work is accepted!")


async def send(chats: Chats) -> None:
    """The student writes the link, says which work it is, and the curator hears of it."""
    await chats.say(STUDENT, f"Here it is: {PULL}")
    await chats.press(STUDENT, "Which work is this?", TITLE)
    await chats.shown(STUDENT, f"{TITLE}\nStatus: on review")
