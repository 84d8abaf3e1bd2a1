"""sync with a course, people and videos, and an administrator's browser before it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx

from services.sync.access.resources.service import Resources
from services.sync.access.school import School
from tests.sync.asking import Sync, asking
from tests.sync.watching import (
    COURSE,
    LENA,
    NOW,
    OLEG,
    ORIGIN,
    PLAYER,
    RING,
    STEPIK,
    FixedClock,
    Stage,
)

ADMIN = UUID(int=99)
STUDENT = ("student",)


class Office(Stage):
    """Pages as somebody signed in asks for them; by default an administrator."""

    def __init__(self, sync: Sync) -> None:
        super().__init__(sync.service)
        self.sync = sync
        self.as_person(ADMIN, "administrator")

    def as_person(self, person_id: UUID, *roles: str, locale: str = "en") -> None:
        self.sync.sign_in(
            person_id=person_id, roles=roles, csrf="right", locale=locale, zone="Europe/Moscow"
        )

    async def get(self, path: str, accept: str = "text/html") -> httpx.Response:
        return await self.sync.client.get(path, headers={"Accept": accept})

    async def read(self, path: str) -> str:
        """A page that has to be there."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def json(self, path: str) -> Any:
        answer = await self.get(path, "application/json")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(
        self, path: str, csrf: str = "right", files: Any = None, **fields: str
    ) -> httpx.Response:
        return await self.sync.client.post(
            path,
            data={"csrf": csrf, **fields},
            files=files,
            headers={"Accept": "text/html", "Origin": ORIGIN, "Cookie": "parta=x"},
        )

    async def fetch(self, query: str, *values: Any) -> list[Any]:
        return await self.sync.rows(query, *values)

    async def fail(self, person_id: UUID, resource_id: UUID, error: str) -> None:
        """Boomstream refused."""
        await self.do(
            "UPDATE grants SET granted = NOT wanted, granted_at = NULL, error = $3, attempts = 2,"
            " next_try_at = now() + interval '6 hours'"
            " WHERE person_id = $1 AND resource_id = $2",
            person_id,
            resource_id,
            error,
        )

    async def account(self, user_id: int, full_name: str) -> None:
        """Somebody learns at Stepik, nobody knows who."""
        await self.do(
            "INSERT INTO stepik_learners (course_id, user_id, grade_id, full_name, named_at,"
            " first_seen_at, changed_at, seen_in) VALUES ($1, $2, '1', $3, $4, $4, $4, 1)",
            COURSE,
            user_id,
            full_name,
            NOW,
        )

    async def tried(self, person_id: UUID, way: str, outcome: str) -> None:
        """An account was looked for, and not found."""
        await self.do(
            "INSERT INTO stepik_tries (person_id, way, outcome, tried_at) VALUES ($1, $2, $3, $4)",
            person_id,
            way,
            outcome,
            NOW,
        )


@asynccontextmanager
async def office(
    database_url: str, *, with_course: bool = True, **settings: Any
) -> AsyncIterator[Office]:
    """sync, Lena and Oleg who learn, and an administrator before it."""
    known: dict[str, Any] = {
        "stepik_url": STEPIK,
        "stepik_client_id": "client",
        "stepik_client_secret": "a-secret-for-tests",
        "stepik_course_id": (COURSE,),
        "boomstream_player_url": PLAYER,
        "boomstream_subscription": "N5wLwvlW",
        "data_keys": RING,
    }
    async with asking(database_url, clock=FixedClock(), **{**known, **settings}) as sync:
        stage = Office(sync)
        await stage.person(ADMIN, "Anna", roles=("administrator",), locale="en")
        await stage.person(LENA, "Lena L", roles=STUDENT, locale="en")
        await stage.person(OLEG, "Oleg B", roles=STUDENT, locale="en")
        if with_course:
            await stage.course()
        yield stage


class FakeSchool:
    """Answers as school would; `error`: it does not."""

    def __init__(self) -> None:
        self.groups: dict[UUID, str] = {}
        self.assignments: dict[UUID, str] = {}
        self.error: Exception | None = None

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.error is not None:
            raise self.error
        if request.url.path.endswith("/approved"):
            return httpx.Response(200, json={"works": []})
        groups, assignments = self.groups.items(), self.assignments.items()
        told = {
            "groups": [{"group_id": str(id_), "title": title} for id_, title in groups],
            "assignments": [
                {"assignment_id": str(id_), "title": title} for id_, title in assignments
            ],
        }
        return httpx.Response(200, json=told)

    def beside(self, stage: Office) -> None:
        """Have sync ask this school from now on."""
        client = httpx.AsyncClient(
            transport=httpx.MockTransport(self.answer), base_url="http://school"
        )
        service = stage.service
        service.school = School(client)
        service.resources = Resources(service.database, service.school, service.clock)
