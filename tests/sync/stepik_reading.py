"""sync that reads courses at the sandbox's Stepik, or at a wire of the test's own."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from pydantic import SecretStr

from sandbox.stepik.accounts import user_id_of
from services.sync.settings import SyncSettings
from services.sync.stepik.learning.service import Change
from services.sync.stepik.matching.service import match_people
from services.sync.stepik.opening import Stepik, open_stepik
from shared.clock import Clock
from shared.db import Database
from shared.events import PersonChanged
from shared.people import project_people
from tests.sandbox.serving import Served, serve
from tests.support.system import person

COURSE = 67
SEEDED = 167
"""A course that tests have learners made in, as many as they want."""
Emails = dict[UUID, str]


@dataclass
class Reading:
    """A Stepik, what reads it, and what it came to."""

    hub: Served
    stepik: Stepik
    database: Database
    clock: Clock
    changes: list[Change] = field(default_factory=list)

    async def read(self) -> int:
        """Read what is due; gives how many passes or parts of one that were."""
        passes = 0
        while await self.stepik.passes.read_next(self.database, self.clock):
            passes += 1
        return passes

    async def read_again(self) -> int:
        """When the next pass is due."""
        self.clock.advance(timedelta(minutes=11))
        return await self.read()

    async def rows(self, query: str, *values: Any) -> list[Any]:
        async with self.database.acquire() as connection:
            return await connection.fetch(query, *values)

    async def value(self, query: str, *values: Any) -> Any:
        async with self.database.acquire() as connection:
            return await connection.fetchval(query, *values)

    async def execute(self, query: str, *values: Any) -> None:
        async with self.database.transaction() as connection:
            await connection.execute(query, *values)

    async def let_pauses_pass(self) -> None:
        """Pauses are by the real clock: they end instead. So does what the client remembers."""
        await self.execute("UPDATE stepik_courses SET paused_until = now(), lease_until = now()")

    async def pass_lesson(self, user: int | str, lesson: int, step: int | None = None) -> None:
        """Somebody passes a lesson at Stepik, or one step of it."""
        await self.hub.post("/stepik/progress", user=user, lesson=lesson, passed=True, step=step)

    async def person(self, person_id: UUID, **known: Any) -> None:
        """Auth tells of a person."""
        told = {"version": 1, "name": "Lena", "roles": ("student",), **known}
        event = PersonChanged(person_id=person_id, **told)
        async with self.database.transaction() as connection:
            await project_people(connection, [event], self.clock)
            await match_people(connection, [event], self.clock)

    async def matched(self) -> dict[UUID, tuple[int, str]]:
        """Whose account is whose, and by which way."""
        rows = await self.rows("SELECT person_id, user_id, way FROM stepik_matches")
        return {row["person_id"]: (row["user_id"], row["way"]) for row in rows}

    async def events(self) -> list[dict[str, Any]]:
        """What was told of progress, in order."""
        rows = await self.rows(
            "SELECT body FROM outbox WHERE type = 'sync.progress.changed.v1' ORDER BY id"
        )
        return [json.loads(row["body"]) for row in rows]

    async def asked(self) -> set[UUID]:
        """Whose access is to be looked at."""
        rows = await self.rows("SELECT person_id FROM access_checks WHERE asks <> answered")
        return {row["person_id"] for row in rows}

    async def course(self, course_id: int = COURSE) -> Any:
        [row] = await self.rows("SELECT * FROM stepik_courses WHERE course_id = $1", course_id)
        return row


def account(key: str) -> int:
    """The number at Stepik of a person of the story."""
    return user_id_of(person(key))


def auth_with(emails: Emails) -> httpx.AsyncClient:
    """An auth that knows these addresses, and nothing else."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)["person_ids"]
        known = {str(one): email for one, email in emails.items() if str(one) in asked}
        return httpx.Response(200, json={"emails": known})

    return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://auth")


@asynccontextmanager
async def reading(
    database_url: str,
    *,
    courses: tuple[int, ...] = (COURSE,),
    emails: Emails | None = None,
    transport: Callable[[httpx.Request], httpx.Response] | None = None,
) -> AsyncIterator[Reading]:
    """A Stepik that takes any number of requests, and what reads it without a pause."""
    async with serve() as hub:
        await hub.post("/stepik/settings", rate=None)
        database = Database(database_url, "sync")
        await database.open()
        changes: list[Change] = []
        auth = auth_with(emails if emails is not None else {})
        stepik = open_stepik(
            settings(hub, database_url, courses),
            auth=auth,
            gap=timedelta(0),
            watch=changes.extend,
            transport=httpx.MockTransport(transport) if transport else None,
        )
        assert stepik is not None
        try:
            yield Reading(hub, stepik, database, Clock(), changes)
        finally:
            await stepik.aclose()
            await auth.aclose()
            await database.close()


@asynccontextmanager
async def beside(
    first: Reading, database_url: str, *, courses: tuple[int, ...] = (COURSE,)
) -> AsyncIterator[Reading]:
    """Another process that reads the same Stepik into the same database."""
    stepik = open_stepik(settings(first.hub, database_url, courses), auth=None, gap=timedelta(0))
    assert stepik is not None
    try:
        yield Reading(first.hub, stepik, first.database, first.clock)
    finally:
        await stepik.aclose()


def settings(hub: Served, database_url: str, courses: tuple[int, ...]) -> SyncSettings:
    """sync, told of the sandbox's Stepik."""
    return SyncSettings(
        database_url=SecretStr(database_url),
        stepik_url=f"{hub.settings.url}/stepik",
        stepik_client_id=hub.settings.stepik_client_id,
        stepik_client_secret=SecretStr(hub.settings.stepik_client_secret),
        stepik_course_id=",".join(str(one) for one in courses),  # type: ignore[arg-type]
    )
