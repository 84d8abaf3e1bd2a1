"""The bot at work in a test: a sandbox for Telegram, a small app for auth, a real database."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.school import PEOPLE
from services.bot.app import create_app
from services.bot.service import BotService
from services.bot.settings import BotSettings
from services.bot.updates import repository as updates
from shared.clock import Clock
from shared.events import Event, PersonChanged, RightEnded, SubmissionChanged
from shared.message import Message
from shared.transport import InProcessTransport
from tests.bot.schooling import School
from tests.bot.syncing import Sync
from tests.sandbox.serving import TOKEN, Served, serve
from tests.sandbox.serving import Clock as FrozenClock
from tests.support.waiting import eventually

STUDENT, SECOND, CURATOR = (person.chat_id for person in PEOPLE[:3])
STUDENT_ID, CURATOR_ID = UUID(int=1), UUID(int=2)
CODE = "Abcdefghijklmnop_-1234"
RIGHTS_PAGE = "https://parta.example.org/me#rights"


class RealClock(FrozenClock):
    """Telegram's limits at their real pace."""

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Auth:
    """auth's doors for the bot, with a memory."""

    asked: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    answers: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    away: int = 0
    before: Callable[[dict[str, Any]], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        self.answers |= {
            "offer": (200, {"account": "s•••••t@example.org"}),
            "accept": (200, {}),
            "doors": (200, {"path": "/login/door/secret-door-token"}),
            "settings": (200, {}),
        }
        self.app = Starlette(
            routes=[
                Route("/internal/token", self._token, methods=["POST"]),
                Route("/internal/links/{what}", self._answer, methods=["POST"]),
                Route("/internal/people/{what}", self._answer, methods=["POST"]),
                Route("/internal/{what}", self._answer, methods=["POST"]),
            ]
        )

    def refuse(self, what: str, status: int, reason: str) -> None:
        self.answers[what] = (status, {"error": "LinkRefused", "detail": "", "reason": reason})

    async def _token(self, request: Request) -> Response:
        return JSONResponse({"token": "service-token"})

    async def _answer(self, request: Request) -> Response:
        what = request.path_params["what"]
        body = json.loads(await request.body())
        self.asked.append((what, body, request.headers["Idempotency-Key"]))
        assert request.headers["X-Parta-Identity"] == "service-token"
        if self.before is not None:
            await self.before(body)
        if self.away > 0:
            self.away -= 1
            return Response(status_code=500)
        status, answer = self.answers[what]
        return JSONResponse(answer, status)


@dataclass
class Play:
    """What a test speaks to."""

    sandbox: Served
    auth: Auth
    school: School
    database_url: str
    clock: Clock
    service: BotService = field(init=False)
    others: list[BotService] = field(default_factory=list)
    sync: Sync = field(default_factory=Sync)

    def settings(self, **changes: Any) -> BotSettings:
        values = {
            "database_url": self.database_url,
            "service_secret": "s" * 20,
            "auth_url": "http://auth.test",
            "school_url": "http://school.test",
            "sync_url": "http://sync.test",
            "telegram_bot_token": TOKEN,
            "telegram_bot_username": "parta_test_bot",
            "telegram_api_url": f"{self.sandbox.settings.url}/telegram",
            **changes,
        }
        return BotSettings.read(**values)

    def transports(self) -> dict[str, httpx.AsyncBaseTransport]:
        """Who is asked."""
        return {
            "auth": httpx.ASGITransport(self.auth.app),
            "school": httpx.ASGITransport(self.school.app),
            "sync": httpx.ASGITransport(self.sync.app),
        }

    def new_service(self, **changes: Any) -> BotService:
        app = create_app(
            self.settings(**changes),
            clock=self.clock,
            transports=self.transports(),
        )
        service: BotService = app.state.service
        self.others.append(service)
        return service

    async def restart(self) -> None:
        """Everything ends, and the bot begins anew with what the database holds."""
        await self.service.close()
        self.service = self.new_service()
        await self.service.open()
        self.service.work(InProcessTransport())

    async def tell(self, *events: Event, correlation_id: str = "test-cause") -> list[Message]:
        """Deliver events as a transport would; gives the messages, to deliver them again."""
        messages = [
            Message(str(uuid4()), event.type, event.model_dump_json().encode(), correlation_id)
            for event in events
        ]
        await self.service.consumer.handle(messages)
        return messages

    async def know(self, *people: PersonChanged) -> None:
        await self.tell(*people)

    async def say(self, text: str, chat_id: int = STUDENT) -> int:
        answer = await self.sandbox.post("/telegram/say", chat_id=chat_id, text=text)
        return int(answer["message_id"])

    async def press(self, message: dict[str, Any], data: str, chat_id: int = STUDENT) -> Any:
        return await self.sandbox.post(
            "/telegram/press", chat_id=chat_id, message_id=message["message_id"], data=data
        )

    async def bot_messages(self, chat_id: int = STUDENT) -> list[dict[str, Any]]:
        found = await self.sandbox.messages(chat_id)
        return [message for message in found if message["from"] == "bot"]

    async def texts(self, chat_id: int = STUDENT) -> list[str]:
        return [message["text"] for message in await self.bot_messages(chat_id)]

    async def told(self, count: int, chat_id: int = STUDENT, timeout: float = 5) -> list[Any]:
        """The bot's messages in a chat, when there are that many; more fail."""

        async def enough() -> list[dict[str, Any]]:
            messages = await self.bot_messages(chat_id)
            assert len(messages) >= count, [message["text"] for message in messages]
            return messages

        messages = await eventually(enough, timeout)
        assert len(messages) == count, [message["text"] for message in messages]
        return messages

    async def insert(self, *raw: dict[str, Any], to: BotService | None = None) -> None:
        """Updates as the poller writes them."""
        service = to or self.service
        async with service.database.transaction() as connection:
            await updates.insert(connection, raw)
        service.database.ring("updates")

    async def rows(self, query: str, *values: Any) -> list[asyncpg.Record]:
        async with self.service.database.acquire() as connection:
            return await connection.fetch(query, *values)

    async def value(self, query: str, *values: Any) -> Any:
        return (await self.rows(query, *values))[0][0]

    async def execute(self, query: str, *values: Any) -> None:
        async with self.service.database.acquire() as connection:
            await connection.execute(query, *values)

    async def settled(self, timeout: float = 5) -> None:
        """Every update is done, no message waits to be sent, none is under way."""

        async def none_left() -> bool:
            return not await self.rows(
                "SELECT update_id FROM updates WHERE handled_at IS NULL AND parked_at IS NULL"
                " UNION ALL SELECT id FROM outgoing WHERE chat_id IS NOT NULL AND chat_id <> 0"
                " AND sent_at IS NULL AND failed_at IS NULL"
            )

        await eventually(none_left, timeout)

    async def calls(self, *methods: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.sandbox.get("/telegram/calls")
        return [call for call in found if not methods or call["method"] in methods]


@contextlib.asynccontextmanager
async def play(
    database_url: str, *, at_work: bool = True, clock: Clock | None = None, **changes: Any
) -> AsyncIterator[Play]:
    """A sandbox with limits at their real pace, and a bot that is at work unless told otherwise."""
    async with serve(clock=RealClock()) as sandbox:
        one = Play(sandbox, Auth(), School(), database_url, clock or Clock())
        one.service = one.new_service(**changes)
        await one.service.open()
        if at_work:
            one.service.work(InProcessTransport())
        try:
            yield one
        finally:
            for service in one.others:
                await service.close()


def person(
    person_id: UUID = STUDENT_ID,
    *,
    telegram_id: int | None = STUDENT,
    version: int = 1,
    name: str = "Vera",
    roles: tuple[str, ...] = ("student",),
    locale: str = "en",
    **facts: Any,
) -> PersonChanged:
    return PersonChanged(
        person_id=person_id,
        version=version,
        name=name,
        roles=roles,
        locale=locale,
        telegram_id=telegram_id,
        **facts,
    )


def curator(**facts: Any) -> PersonChanged:
    values = {"telegram_id": CURATOR, "name": "Carl", "roles": ("curator",), **facts}
    return person(CURATOR_ID, **values)


def submission(status: str, *, version: int = 1, **facts: Any) -> SubmissionChanged:
    values = {
        "submission_id": UUID(int=77),
        "title": "Search by author",
        "pull_url": "https://github.com/s/r/pull/1",
        "student_id": STUDENT_ID,
        "student_name": "Vera",
        "curator_id": CURATOR_ID,
        "changed_at": datetime(2026, 9, 1, tzinfo=UTC),
        **facts,
    }
    return SubmissionChanged(status=status, version=version, **values)


def right_ended(**facts: Any) -> RightEnded:
    values = {
        "right_id": UUID(int=5),
        "version": 1,
        "person_id": STUDENT_ID,
        "right": "mail.read",
        "issuer": "google",
        "label": "a•••n@example.org",
        "reason": "refused",
        "ended_at": datetime(2026, 9, 1, tzinfo=UTC),
        "grant_url": RIGHTS_PAGE,
        **facts,
    }
    return RightEnded(**values)


def message_update(
    update_id: int, text: str = "hello", chat_id: int = STUDENT, **changes: Any
) -> dict[str, Any]:
    """An update with a message, as Telegram tells it."""
    message = {
        "message_id": update_id,
        "date": 1_780_000_000,
        "chat": {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup"},
        "from": {"id": abs(chat_id), "is_bot": False, "first_name": "V", "language_code": "en"},
        "text": text,
        **changes,
    }
    if text.startswith("/"):
        length = len(text.split()[0])
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return {"update_id": update_id, "message": message}


def press_update(
    update_id: int, message_id: int, data: str, by: int = STUDENT, **message: Any
) -> dict[str, Any]:
    """A press as Telegram tells it, whether or not such a button is shown."""
    return {
        "update_id": update_id,
        "callback_query": {
            "id": str(update_id),
            "from": {"id": by, "is_bot": False, "first_name": "P", "language_code": "en"},
            "chat_instance": "1",
            "data": data,
            "message": {
                "message_id": message_id,
                "date": 1_780_000_000,
                "chat": {"id": STUDENT, "type": "private"},
                "text": "?",
                **message,
            },
        },
    }


async def release(play: Play) -> int:
    """Tell what has waited long enough, as the service does each second."""
    (due,) = [due for due in play.service.due if due.name == "release_held"]
    return await due.run(play.service.database, play.clock)
