"""A school that is at work all day: news of works, questions, pressed buttons, changed minds."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

import httpx

from sandbox.school import PEOPLE
from sandbox.telegram.state import Chat
from sandbox.world import World
from shared.events import Event, PersonChanged, SubmissionChanged
from shared.message import Message
from shared.rabbitmq import RabbitTransport
from tests.sandbox.serving import Served

NAMES = UUID("6b1c1f6e-0000-4000-8000-000000000000")
READERS = 200
"""People who only read."""
WORKS = 400
FIRST_CHAT = 750_000_000
LOOP = ("review", "correction", "review", "approved")
SAID = (
    "/start",
    "/help",
    "/why",
    "/settings",
    "/language",
    "/timezone",
    "/feedback",
    "/cancel",
    "/login",
    "It is about the lessons, which I like, and here is why: they are short.",
    "hello",
    "Moscow",
)
EVENTS_EACH, SAYS_EACH, PRESSES_EACH, CHANGES_EACH, LEAVES_EACH = 0.1, 0.8, 1.0, 1.0, 20.0
"""Seconds between one and the next."""


@dataclass
class School:
    """Who and what there is, and how far each has come."""

    sandbox: Served
    transport: RabbitTransport
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311
    versions: dict[UUID, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)

    async def open(self) -> None:
        """Everybody is known and has a chat."""
        world: World = self.sandbox.app.state.world
        readers = [FIRST_CHAT + number for number in range(READERS)]
        world.messenger.state.chats |= {chat_id: Chat(chat_id) for chat_id in readers}
        await self._tell(*(self._person(chat_id) for chat_id in [*readers, *self._speakers()]))

    async def live(self) -> None:
        """Until cancelled."""
        doings: tuple[tuple[float, Callable[[], Awaitable[None]]], ...] = (
            (EVENTS_EACH, self._news),
            (SAYS_EACH, self._say),
            (PRESSES_EACH, self._press),
            (CHANGES_EACH, self._change),
            (LEAVES_EACH, self._leave),
        )
        async with asyncio.TaskGroup() as group:
            for each, do in doings:
                group.create_task(self._again(each, do))

    async def _again(self, each: float, do: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            await do()
            name = do.__name__.removeprefix("_")
            self.done[name] = self.done.get(name, 0) + 1
            due = max(due + each, loop.time() - 1)
            await asyncio.sleep(due - loop.time())

    async def _news(self) -> None:
        number = self.chance.randrange(WORKS)
        work = uuid5(NAMES, f"work {number}")
        version = self._next(work)
        people = [*range(FIRST_CHAT, FIRST_CHAT + READERS), *self._speakers()]
        student, curator = (people[(number + more) % len(people)] for more in (0, 7))
        await self._tell(
            SubmissionChanged(
                submission_id=work,
                version=version,
                title=f"Work {number}",
                pull_url=f"https://github.com/student/work/pull/{number}",
                status=LOOP[version % len(LOOP)],
                student_id=uuid5(NAMES, str(student)),
                student_name=f"Student {student}",
                curator_id=uuid5(NAMES, str(curator)),
                changed_at=datetime.now(UTC),
            )
        )

    async def _say(self) -> None:
        chat_id, text = self.chance.choice(self._speakers()), self.chance.choice(SAID)
        await self._post("/telegram/say", chat_id=chat_id, text=text)

    async def _press(self) -> None:
        """A button of one of the last messages, whatever it does."""
        chat_id = self.chance.choice(self._speakers())
        world: World = self.sandbox.app.state.world
        messages = world.messenger.get_chat(chat_id).messages[-5:]
        pressable = [
            (message.message_id, button["callback_data"])
            for message in messages
            for row in message.inline_keyboard or []
            for button in row
            if "callback_data" in button
        ]
        if pressable:
            message_id, data = self.chance.choice(pressable)
            await self._post(
                "/telegram/press", chat_id=chat_id, message_id=message_id, data=data, wait_s=0
            )

    async def _change(self) -> None:
        chat_id = self.chance.choice([*range(FIRST_CHAT, FIRST_CHAT + READERS), *self._speakers()])
        await self._tell(self._person(chat_id))

    async def _leave(self) -> None:
        chat_id = self.chance.choice(self._speakers())
        for blocked in (True, False):
            await self._post("/telegram/block", chat_id=chat_id, blocked=blocked)

    async def _post(self, path: str, **body: object) -> None:
        # A connection of its own: one that is kept may be closed just as it is used.
        answer = await self.sandbox.http.post(path, json=body, headers={"connection": "close"})
        # Somebody who has just blocked the bot says nothing, and a button may be gone by now.
        if answer.status_code not in (200, 404, 409):
            raise httpx.HTTPStatusError(answer.text, request=answer.request, response=answer)

    def _speakers(self) -> list[int]:
        return [person.chat_id for person in PEOPLE]

    def _person(self, chat_id: int) -> PersonChanged:
        person_id = uuid5(NAMES, str(chat_id))
        known = {person.chat_id: person for person in PEOPLE}.get(chat_id)
        return PersonChanged(
            person_id=person_id,
            version=self._next(person_id),
            name=f"Person {self.chance.randrange(1000)}",
            roles=known.roles if known else ("student",),
            locale=self.chance.choice(("ru", "en")),
            telegram_id=chat_id,
        )

    def _next(self, what: UUID) -> int:
        self.versions[what] = self.versions.get(what, 0) + 1
        return self.versions[what]

    async def _tell(self, *events: Event) -> None:
        messages = [
            Message(str(uuid4()), one.type, one.model_dump_json().encode(), str(uuid4()))
            for one in events
        ]
        assert not await self.transport.publish(messages)
