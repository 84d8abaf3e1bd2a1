"""Telegram at its worst, in simulated time: which call meets what, and what came when."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiogram.methods import SendMessage
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults import ABORT
from sandbox.telegram.arguments import read_arguments
from sandbox.telegram.state import Chat
from sandbox.world import World
from services.bot.outgoing import repository as outgoing
from services.bot.sending.sender import Sender
from shared.clock import Clock
from shared.db import Wakeup
from tests.bot.playing import Auth, Play
from tests.bot.queueing import call_timeout
from tests.bot.schooling import School
from tests.sandbox.serving import Clock as Time
from tests.sandbox.serving import serve
from tests.support.waiting import eventually, running

SILENCE = 0.5
"""Seconds of the real clock that a call is given where the other side says nothing."""
PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass(frozen=True)
class Fault:
    """What one call meets. `taken`: the message is shown all the same."""

    name: str
    status: int | None = None
    description: str = ""
    parameters: dict[str, int] = field(default_factory=dict)
    taken: bool = False
    hangs_up: bool = False

    @property
    def retry_after(self) -> int | None:
        return self.parameters.get("retry_after")

    @property
    def is_unknown(self) -> bool:
        """Whether nobody can know what became of the message."""
        return self.status is None

    def answer(self) -> Response | None:
        """None: it says nothing, or hangs up."""
        if self.status is None:
            return None
        if self.status == 502:
            return HTMLResponse(PAGE, 502)
        body = {"ok": False, "error_code": self.status, "description": self.description}
        return JSONResponse({**body, "parameters": self.parameters}, self.status)


def told_to_wait(seconds: int) -> Fault:
    words = f"Too Many Requests: retry after {seconds}"
    return Fault(f"429 for {seconds} s", 429, words, {"retry_after": seconds})


def moved_to(chat_id: int) -> Fault:
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    return Fault("migrated", 400, words, {"migrate_to_chat_id": chat_id})


BLOCKED = Fault("blocked", 403, "Forbidden: bot was blocked by the user")
DEACTIVATED = Fault("deactivated", 403, "Forbidden: user is deactivated")
NO_CHAT = Fault("no such chat", 400, "Bad Request: chat not found")
INTERNAL = Fault("500", 500, "Internal Server Error")
GATEWAY = Fault("502 with a page", 502)
RESET = Fault("reset after send", hangs_up=True)
LOST = Fault("answer lost", taken=True, hangs_up=True)
SILENT = Fault("silence")
SILENT_AND_TAKEN = Fault("silence, message taken", taken=True)
UNKNOWN = (RESET, LOST, SILENT, SILENT_AND_TAKEN)


@dataclass
class Arrival:
    """A message that came to Telegram, and what it met. `status`: what was answered, if it was."""

    at: float
    chat_id: int
    text: str
    fault: Fault | None
    status: int | None = None


class Weather:
    """Stands before the sandbox: the calls that are to meet a fault meet it here."""

    def __init__(self, app: ASGIApp, world: World, sky: Sky) -> None:
        self._app = app
        self._world = world
        self._sky = sky

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith("/sendMessage"):
            await self._app(scope, receive, send)
            return
        body = await Request(scope, receive).body()
        told = await read_arguments(Request(scope, _again(body, receive)))
        chat_id = told.chat_id()
        arrival = Arrival(
            self._world.monotonic(), chat_id, told.text("text"), self._sky.take(chat_id)
        )
        self._sky.arrivals.append(arrival)
        if arrival.fault is None:
            await self._app(scope, _again(body, receive), _noting(arrival, send))
            return
        fault = arrival.fault
        if fault.taken:
            await self._app(scope, _again(body, receive), _noting(arrival, _to_nobody))
        else:
            self._world.messenger.write_down(
                "sendMessage", chat_id, fault.status, fault.retry_after
            )
            arrival.status = fault.status
        if answer := fault.answer():
            await answer(scope, receive, send)
            return
        if fault.hangs_up:
            scope[ABORT]()
        while (await receive())["type"] != "http.disconnect":
            pass


@dataclass
class Sky:
    """What comes: by chat, or for whoever is next."""

    coming: defaultdict[int, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[int, Fault] = field(default_factory=dict)
    choose: Callable[[int], Fault | None] = lambda chat_id: None
    arrivals: list[Arrival] = field(default_factory=list)

    def take(self, chat_id: int) -> Fault | None:
        if chat_id in self.always:
            return self.always[chat_id]
        return self.coming[chat_id].popleft() if self.coming[chat_id] else self.choose(chat_id)


def _again(body: bytes, receive: Receive) -> Receive:
    """The same body once more, then whatever comes."""
    left = deque([{"type": "http.request", "body": body, "more_body": False}])

    async def replayed() -> MutableMapping[str, Any]:
        return left.popleft() if left else await receive()

    return replayed


def _noting(arrival: Arrival, send: Send) -> Send:
    async def noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            arrival.status = message["status"]
        await send(message)

    return noted


async def _to_nobody(message: Message) -> None:
    """The answer gets lost."""


class DomainTime(Clock):
    """Domain time that moves with Telegram's."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time

    def now(self) -> datetime:
        return self._time.now()


class Listening(Wakeup):
    """The sender's bell; knows whether anybody sits and waits for it."""

    waits = 0
    is_waiting = False

    async def wait(self, timeout: float) -> bool:
        self.waits += 1
        self.is_waiting = not self._event.is_set()
        try:
            return await super().wait(timeout)
        finally:
            self.is_waiting = False

    def ring(self) -> None:
        self.is_waiting = False
        super().ring()


@dataclass
class Stand:
    """The sender at work; time stands still until it is told to move."""

    play: Play
    time: Time
    sky: Sky
    bell: Listening
    _chats: int = 0

    def new_chat(self, *, is_group: bool = False) -> int:
        """A chat that nobody wrote to yet."""
        self._chats += 1
        chat_id = -5_000_000 - self._chats if is_group else 720_000_000 + self._chats
        world: World = self.play.sandbox.app.state.world
        world.messenger.state.chats[chat_id] = Chat(chat_id)
        return chat_id

    async def enqueue(self, chat_id: int, *texts: str) -> None:
        await self.enqueue_all([(chat_id, text) for text in texts])

    async def enqueue_all(self, messages: Sequence[tuple[int, str]]) -> None:
        async with self.play.service.database.transaction() as connection:
            for chat_id, text in messages:
                await outgoing.enqueue(
                    connection,
                    SendMessage(chat_id=chat_id, text=text),
                    chat_id=chat_id,
                    person_id=None,
                    lane=outgoing.NOTICE,
                    now=self.time.now(),
                )

    async def rest(self) -> None:
        """Until the sender has done all that can be done at this time."""
        self.bell.ring()

        async def rests() -> bool:
            waits = self.bell.waits
            if not self.bell.is_waiting:
                return False
            under_way = await self.play.rows(
                "SELECT FROM outgoing"
                " WHERE begun_at IS NOT NULL AND sent_at IS NULL AND failed_at IS NULL"
            )
            return not under_way and self.bell.is_waiting and waits == self.bell.waits

        await eventually(rests, 50)

    async def after(self, seconds: float) -> None:
        """Let time pass at once, and the sender see it."""
        self.time.advance(seconds)
        await self.rest()

    def texts(self, chat_id: int) -> list[str]:
        """What came for a chat, whatever became of it."""
        return [one.text for one in self.sky.arrivals if one.chat_id == chat_id]

    async def shown(self, chat_id: int) -> list[str]:
        return await self.play.texts(chat_id)

    async def failed(self, chat_id: int) -> list[str]:
        """Why its messages were given up."""
        found = await self.play.rows(
            "SELECT error FROM outgoing WHERE chat_id = $1 AND failed_at IS NOT NULL ORDER BY id",
            chat_id,
        )
        return [one["error"] for one in found]


@contextlib.asynccontextmanager
async def stand(database_url: str, *, with_dialogs: bool = False) -> AsyncIterator[Stand]:
    """A sender and a Telegram whose clocks are one."""
    time = Time()
    async with serve(clock=time) as sandbox:
        sky = Sky()
        sandbox.app.add_middleware(Weather, world=sandbox.app.state.world, sky=sky)
        play = Play(sandbox, Auth(), School(), database_url, DomainTime(time))
        service = play.service = play.new_service()
        call_timeout(play, SILENCE)
        bell = service.database._bells["sender"] = Listening()
        assert service.bot is not None
        sender = Sender(
            service.database, service.bot, play.clock, service.metrics, monotonic=time.monotonic
        )
        await service.open()
        loops = [sender.run()]
        if with_dialogs:
            call_timeout(play, 5)
            loops += [service.loops[name]() for name in ("poller", "updates")]
        try:
            async with running(*loops):
                made = Stand(play, time, sky, bell)
                await made.rest()
                yield made
        finally:
            await asyncio.gather(*(one.close() for one in play.others))
