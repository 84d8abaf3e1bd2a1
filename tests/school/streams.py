"""A school with a course, a stream and people, for tests of teams, files and rosters."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from services.school.groups.service import seat_person
from shared import people
from shared.db import Database
from shared.events import PersonChanged
from shared.identity import Identity
from tests.school.serving import ORIGIN, Known, serving
from tests.support.clock import StandingClock

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


@dataclass
class School:
    """Asks for pages as whom the test says, and writes rows that other parts of school would."""

    client: httpx.AsyncClient
    database: Database
    clock: StandingClock
    known: Known
    versions: int = 0

    def as_person(self, person_id: UUID | None, *roles: str, locale: str = "en") -> UUID:
        person_id = person_id or uuid4()
        self.known.identity = Identity(
            person_id=person_id, roles=roles, csrf="right", locale=locale, zone="Europe/Moscow"
        )
        return person_id

    def as_administrator(self, locale: str = "en") -> UUID:
        return self.as_person(None, "administrator", locale=locale)

    async def get(self, path: str, accept: str = "text/html") -> httpx.Response:
        return await self.client.get(path, headers={"Accept": accept})

    async def json(self, path: str) -> Any:
        answer = await self.get(path, "application/json")
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    async def post(
        self,
        path: str,
        *,
        file: bytes | None = None,
        csrf: str = "right",
        accept: str = "text/html",
        **fields: str,
    ) -> httpx.Response:
        return await self.client.post(
            path,
            data={"csrf": csrf, **fields},
            files=None if file is None else {"file": ("upload", file)},
            headers={"Accept": accept, "Origin": ORIGIN, "Cookie": "parta=x"},
        )

    async def save(self, path: str, **fields: str) -> str:
        """Post what must be taken; gives where it is seen."""
        answer = await self.post(path, **fields)
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        return answer.headers["location"]

    async def upload(self, path: str, file: bytes) -> tuple[str, Any]:
        """Upload what can be read; gives where its preview is, and what that says."""
        answer = await self.post(path, file=file)
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        place = answer.headers["location"]
        return place, await self.json(place)

    async def rows(self, query: str, *values: Any) -> list[asyncpg.Record]:
        async with self.database.acquire() as connection:
            return await connection.fetch(query, *values)

    async def run(self, query: str, *values: Any) -> None:
        async with self.database.acquire() as connection:
            await connection.execute(query, *values)

    async def person(
        self, login: str | None, *roles: str, person_id: UUID | None = None, **facts: Any
    ) -> UUID:
        """auth tells of a person: of what each handler of school does, this part's alone."""
        person_id = person_id or uuid4()
        self.versions += 1
        event = PersonChanged(
            person_id=person_id,
            version=facts.pop("version", self.versions),
            name=facts.pop("name", f"Name of {login}"),
            roles=roles,
            github_login=login,
            **facts,
        )
        async with self.database.transaction() as connection:
            await people.project_person(connection, event, self.clock)
            await seat_person(connection, event, self.clock)
        return person_id

    async def course(self, slug: str = "python") -> UUID:
        course_id = uuid4()
        await self.run(
            "INSERT INTO courses (course_id, slug, name, created_at) VALUES ($1, $2, $3, $4)",
            course_id,
            slug,
            "Python",
            NOW,
        )
        return course_id

    async def stream(
        self, course_id: UUID, number: int = 1, *, program_id: UUID | None = None
    ) -> UUID:
        stream_id = uuid4()
        await self.run(
            """
            INSERT INTO streams (stream_id, course_id, program_id, number, start_on, finish_on)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            stream_id,
            course_id,
            program_id,
            number,
            date(2026, 9, 1),
            date(2026, 12, 1),
        )
        return stream_id

    async def team(self, stream_id: UUID, name: str, curator_id: UUID) -> UUID:
        group_id = uuid4()
        await self.run(
            """
            INSERT INTO groups (group_id, kind, name, stream_id, curator_id, created_at)
            VALUES ($1, 'team', $2, $3, $4, $5)
            """,
            group_id,
            name,
            stream_id,
            curator_id,
            NOW,
        )
        return group_id

    async def work(
        self,
        group_id: UUID,
        student_id: UUID,
        curator_id: UUID,
        *,
        status: str = "execution",
        assignment_id: UUID | None = None,
    ) -> UUID:
        submission_id = uuid4()
        await self.run(
            """
            INSERT INTO submissions (
                submission_id, student_id, curator_id, title, status, version, created_at,
                changed_at, assignment_id, group_id
            )
            VALUES ($1, $2, $3, 'Work', $4, 1, $5, $5, $6, $7)
            """,
            submission_id,
            student_id,
            curator_id,
            status,
            NOW,
            assignment_id,
            group_id,
        )
        return submission_id

    async def members(self, group_id: UUID) -> set[UUID]:
        rows = await self.rows("SELECT person_id FROM group_members WHERE group_id = $1", group_id)
        return {row["person_id"] for row in rows}

    async def seats(self, group_id: UUID) -> set[str]:
        rows = await self.rows("SELECT github_login FROM seats WHERE group_id = $1", group_id)
        return {row["github_login"] for row in rows}


@asynccontextmanager
async def streams_school(database_url: str) -> AsyncIterator[School]:
    """Its app, opened; nobody is signed in."""
    clock, known = StandingClock(NOW), Known()
    async with serving(database_url, clock, known, raises=False) as (app, client):
        yield School(client, app.state.service.database, clock, known)


@dataclass
class Team:
    """A school in which there is a stream with one team."""

    school: School
    course_id: UUID
    stream_id: UUID
    curator_id: UUID
    group_id: UUID

    @property
    def path(self) -> str:
        return f"/school/teams/{self.group_id}"

    async def join(self, login: str, **fields: str) -> None:
        """An administrator takes a student in."""
        self.school.as_administrator()
        await self.school.save(f"{self.path}/members", login=login, **fields)


@asynccontextmanager
async def one_team(database_url: str) -> AsyncIterator[Team]:
    """A school with one stream, and one team in it."""
    async with streams_school(database_url) as school:
        course_id = await school.course()
        stream_id = await school.stream(course_id)
        curator_id = await school.person("Curator", "curator")
        group_id = await school.team(stream_id, "First", curator_id)
        yield Team(school, course_id, stream_id, curator_id, group_id)


def words(answer: httpx.Response) -> str:
    """What a page says, its spaces made single."""
    return " ".join(answer.text.split())


def said(answer: httpx.Response) -> Any:
    """What a program is told."""
    return json.loads(answer.text)
