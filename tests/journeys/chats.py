"""The sandbox's chats in front of Parta: in one process, and distributed over RabbitMQ."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from parta.demo_school import seed_course
from parta.operating import opened
from sandbox.school import ROOMS
from shared.clock import Clock
from tests.support.demo import demo_running
from tests.support.system import person, person_id, system
from tests.support.waiting import eventually

STUDENT = "student2"
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

    async def say(self, key: str, text: str, *, room: str | None = None) -> None:
        """A person writes, in their own chat or in a room."""
        await self.post("/telegram/say", **place_of(key, room), text=text)

    async def shown(self, key: str, text: str) -> dict[str, Any]:
        """The newest message of the bot that says this, once it is there."""
        return await eventually(lambda: self._newest(key, text), 20)

    async def _newest(self, key: str, text: str) -> dict[str, Any] | None:
        answer = await self.world.get("/telegram/messages", params={"chat_id": chat_of(key)})
        told = [one for one in answer.json() if one["from"] == "bot" and text in one["text"]]
        return told[-1] if told else None

    async def press(self, key: str, text: str, label: str, *, room: str | None = None) -> None:
        """The button of that label below the message that says this, once it is there."""

        async def found() -> tuple[dict[str, Any], dict[str, Any]] | None:
            message = await self._newest(room or key, text)
            for row in message["buttons"] if message else []:
                for button in row:
                    if label in button["text"]:
                        return message or {}, button
            return None

        message, button = await eventually(found, 20)
        await self.post(
            "/telegram/press",
            **place_of(key, room),
            message_id=message["message_id"],
            data=button["data"],
        )

    def one_of(self, english: str, russian: str) -> str:
        """The words in the language that everybody but the student of this place reads."""
        return russian if self.accept == "Принять" else english

    async def let_a_look_pass(self, after_s: int = A_LOOK_S) -> None:
        """Where no webhook comes, sync looks by itself when its time has come."""
        if self.loses_webhooks:
            await self.post("/clock", advance_s=after_s)

    async def shown_after_looks(self, key: str, text: str, *, after_s: int) -> dict[str, Any]:
        """As `shown`, where it may take sync more than one look."""
        for _ in range(3):
            await self.let_a_look_pass(after_s)
            with suppress(AssertionError):
                return await eventually(lambda: self._newest(key, text), 5)
        return await self.shown(key, text)


def chat_of(key: str) -> int:
    """The chat of a person or of a room of the story."""
    rooms = {room.key: room.chat_id for room in ROOMS}
    return rooms[key] if key in rooms else person(key).chat_id


def place_of(key: str, room: str | None) -> dict[str, Any]:
    """Where a person speaks."""
    return {"chat_id": chat_of(room), "by": key} if room else {"chat_id": chat_of(key)}


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
