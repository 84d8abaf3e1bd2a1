"""sync that asks GitHub: its app, who calls it, and time that passes for GitHub's waits."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from services.sync.app import create_app
from services.sync.github.watches.service import learn_submission
from services.sync.service import GITHUB, SyncService
from services.sync.settings import SyncSettings
from shared.clock import Clock
from shared.events import PersonChanged, SubmissionChanged
from shared.identity import HEADER, Identity
from shared.people import project_people
from tests.sync.hook import SECRET, told

TOKEN = "ghp_parta"
API = "https://api.github.test"
PULL_URL = "https://github.com/lena/tasks/pull/3"
Wire = Callable[[httpx.Request], httpx.Response]


@dataclass
class Sync:
    """The app, a client of it, its clock and who its client is."""

    app: FastAPI
    service: SyncService
    client: httpx.AsyncClient
    clock: Clock
    identity: Identity = field(default_factory=Identity)

    def sign_in(self, **known: Any) -> None:
        """Let the next requests be somebody's."""
        self.identity = Identity(**known)
        self.client.headers[HEADER] = "a token"

    async def identify(self, token: str | None) -> Identity:
        """In the place of the verifier, which has tests of its own."""
        return self.identity if token else Identity()

    async def work(self, status: str = "review", **facts: Any) -> UUID:
        """School tells of a work; gives its id."""
        known: dict[str, Any] = {
            "submission_id": uuid4(),
            "version": 1,
            "title": "Tasks",
            "pull_url": PULL_URL,
            "student_id": UUID(int=1),
            "curator_id": UUID(int=2),
            "changed_at": self.clock.now(),
        }
        event = SubmissionChanged(status=status, **{**known, **facts})
        async with self.service.database.transaction() as connection:
            await learn_submission(connection, event, self.clock)
        return event.submission_id

    async def person(self, person_id: UUID, **known: Any) -> None:
        """Auth tells of a person."""
        event = PersonChanged(person_id=person_id, version=1, name="Lena", **known)
        async with self.service.database.transaction() as connection:
            await project_people(connection, [event], self.clock)

    async def look(self) -> int:
        """Look at everything whose moment has come; gives how many looks that took."""
        looks = 0
        while await self.service.watcher.look_at_next(self.service.database, self.clock):
            looks += 1
        return looks

    async def look_after(self, **time: float) -> int:
        """Let the business's time pass, and look."""
        self.clock.advance(timedelta(**time))
        return await self.look()

    async def fetch(self) -> int:
        """Fetch everything that is wanted for suggestions."""
        lists = 0
        while await self.service.fetcher.fetch_next(self.service.database, self.clock):
            lists += 1
        return lists

    async def told(self, *kinds: str) -> list[dict[str, Any]]:
        """What was told, in order; of these kinds alone, if any are named."""
        return [body for kind, body in await told(self.app) if not kinds or kind in kinds]

    async def kinds(self) -> list[str]:
        """The names of what was told, in order."""
        return [kind for kind, _ in await told(self.app)]

    async def rows(self, query: str, *values: Any) -> list[Any]:
        async with self.service.database.acquire() as connection:
            return await connection.fetch(query, *values)

    async def let_waits_pass(self, **time: float) -> None:
        """What GitHub said of waiting is by the real clock: it moves back instead."""
        query = """
            UPDATE turns
            SET paused_until = paused_until - $1::interval,
                paced_until = paced_until - $1::interval,
                wanted_until = wanted_until - $1::interval,
                lease_until = lease_until - $1::interval,
                resets_at = resets_at - $1::interval
        """
        async with self.service.database.acquire() as connection:
            await connection.execute(query, timedelta(**time))


@asynccontextmanager
async def asking(
    database_url: str,
    wire: Wire | None = None,
    *,
    token: str | None = TOKEN,
    clock: Clock | None = None,
    gap: timedelta = timedelta(0),
    **settings: Any,
) -> AsyncIterator[Sync]:
    """sync with a token, towards a GitHub of the test's own, or the one at `github_api_url`."""
    known: dict[str, Any] = {
        "database_url": SecretStr(database_url),
        "github_webhook_secret": SecretStr(SECRET),
        "github_api_url": API,
        "github_api_token": SecretStr(token) if token else None,
    }
    clock = clock or Clock()
    transports = {GITHUB: httpx.MockTransport(wire)} if wire else None
    app = create_app(
        SyncSettings(**{**known, **settings}), clock=clock, transports=transports, gap=gap
    )
    service: SyncService = app.state.service
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://localhost:8080"
        ) as client,
    ):
        sync = Sync(app, service, client, clock)
        service.verifier.identify = sync.identify  # type: ignore[method-assign]
        yield sync


@dataclass
class Replies:
    """A wire that answers from a list, by address and in order, and remembers what was asked."""

    answers: dict[str, list[httpx.Response | Exception]] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answers = self.answers.get(request.url.path, [])
        answer = answers.pop(0) if len(answers) > 1 else (answers or [reply(404)])[0]
        if isinstance(answer, Exception):
            raise answer
        # One is given again and again: its stream is read once.
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def say(self, path: str, *answers: httpx.Response | Exception) -> None:
        """From now on: one after the other, the last again and again."""
        self.answers[path] = list(answers)

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.asked]


def reply(status: int = 200, told: Any = None, **headers: str) -> httpx.Response:
    """An answer of GitHub's; underscores in headers' names are hyphens."""
    now = datetime.now(UTC)
    known = {
        "Date": now.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "X-RateLimit-Limit": "5000",
        "X-RateLimit-Remaining": "4990",
        "X-RateLimit-Reset": str(int(now.timestamp()) + 3000),
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if told is None and status >= 400:
        told = {"message": httpx.codes.get_reason_phrase(status)}
    return httpx.Response(status, json=told, headers={**known, **named})
