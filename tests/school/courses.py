"""A school with courses for tests: its pages, who asks for them, and what is there."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from shared.db import Database
from shared.identity import Identity
from tests.school.serving import ORIGIN, Known, serving
from tests.support.clock import StandingClock

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


@dataclass
class School:
    """Asks for pages as whom the test says, and looks into the tables."""

    client: httpx.AsyncClient
    database: Database
    clock: StandingClock
    known: Known

    def as_person(self, *roles: str, person_id: UUID | None = None, locale: str = "en") -> UUID:
        person_id = person_id or uuid4()
        self.known.identity = Identity(
            person_id=person_id, roles=roles, csrf="right", locale=locale, zone="Europe/Moscow"
        )
        return person_id

    async def get(self, path: str, accept: str = "text/html") -> httpx.Response:
        return await self.client.get(path, headers={"Accept": accept})

    async def json(self, path: str) -> Any:
        answer = await self.get(path, accept="application/json")
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    async def post(
        self, path: str, *, accept: str = "text/html", csrf: str = "right", **fields: str
    ) -> httpx.Response:
        return await self.client.post(
            path,
            data={"csrf": csrf, **fields},
            headers={"Accept": accept, "Origin": ORIGIN, "Cookie": "parta=x"},
        )

    async def save(self, path: str, **fields: str) -> str:
        """Post what must be taken; gives where it is seen."""
        answer = await self.post(path, **fields)
        assert answer.status_code == 303, (path, answer.status_code, answer.text)
        return answer.headers["location"]

    async def rows(self, query: str, *values: Any) -> list[asyncpg.Record]:
        async with self.database.acquire() as connection:
            return await connection.fetch(query, *values)

    async def one(self, query: str, *values: Any) -> Any:
        async with self.database.acquire() as connection:
            return await connection.fetchval(query, *values)

    async def told(self) -> list[dict[str, Any]]:
        """What was told to others, in order."""
        return [
            json.loads(row["body"]) for row in await self.rows("SELECT * FROM outbox ORDER BY id")
        ]

    async def course(self, name: str = "Learn Python", **fields: str) -> str:
        """A course; gives its slug."""
        return (await self.save("/school/courses", name=name, **fields)).rpartition("/")[2]

    async def program(self, slug: str, name: str = "Year one", weeks: int = 0) -> UUID:
        """A program with so many empty weeks."""
        place = await self.save(f"/school/courses/{slug}/programs", name=name)
        program_id = UUID(place.rpartition("/")[2])
        for number in range(1, weeks + 1):
            await self.week(program_id, number)
        return program_id

    async def week(self, program_id: UUID, number: int, title: str = "") -> UUID:
        path = f"/school/programs/{program_id}/weeks"
        await self.save(path, number=str(number), title=title)
        query = "SELECT week_id FROM weeks WHERE program_id = $1 AND number = $2"
        week_id: UUID = await self.one(query, program_id, number)
        return week_id

    async def lesson(self, week_id: UUID, name: str = "Loops", **fields: str) -> UUID:
        await self.save(f"/school/weeks/{week_id}/lessons", name=name, **fields)
        query = "SELECT lesson_id FROM course_lessons WHERE week_id = $1 AND name = $2"
        lesson_id: UUID = await self.one(query, week_id, name)
        return lesson_id

    async def assignment(self, week_id: UUID, name: str = "First steps", **fields: str) -> UUID:
        await self.save(
            f"/school/weeks/{week_id}/assignments", **{"name": name, "policy": "own_repo", **fields}
        )
        query = "SELECT assignment_id FROM assignments WHERE week_id = $1 AND name = $2"
        assignment_id: UUID = await self.one(query, week_id, name)
        return assignment_id

    async def stream(self, slug: str, number: int = 1, **fields: Any) -> UUID:
        entered = {
            "number": str(number),
            "start_on": "2026-09-01",
            "finish_on": "2026-12-01",
            "zone": "Europe/Moscow",
            **{name: str(value) for name, value in fields.items()},
        }
        await self.save(f"/school/courses/{slug}/streams", **entered)
        query = """
            SELECT stream_id FROM streams JOIN courses USING (course_id)
            WHERE slug = $1 AND number = $2
        """
        stream_id: UUID = await self.one(query, slug, number)
        return stream_id

    async def team(self, stream_id: UUID, *members: UUID, curator_id: UUID | None = None) -> UUID:
        """A team of a stream, made by SQL: teams have tests of their own."""
        group_id = uuid4()
        await self.rows(
            """
            INSERT INTO groups (group_id, kind, name, stream_id, curator_id, created_at)
            VALUES ($1, 'team', $2, $3, $4, $5)
            """,
            group_id,
            f"Team {group_id}",
            stream_id,
            curator_id or uuid4(),
            self.clock.now(),
        )
        for person_id in members:
            await self.rows(
                "INSERT INTO group_members VALUES ($1, $2, $3)",
                group_id,
                person_id,
                self.clock.now(),
            )
        return group_id

    async def work(self, assignment_id: UUID, group_id: UUID) -> None:
        """Somebody has begun a work of it."""
        await self.rows(
            """
            INSERT INTO submissions (
                submission_id, student_id, curator_id, title, status, version,
                created_at, changed_at, assignment_id, group_id
            )
            VALUES ($1, $2, $3, 'Work', 'execution', 1, $4, $4, $5, $6)
            """,
            uuid4(),
            uuid4(),
            uuid4(),
            self.clock.now(),
            assignment_id,
            group_id,
        )


@asynccontextmanager
async def school(database_url: str) -> AsyncIterator[School]:
    """Its pages, asked for by an administrator to begin with."""
    clock, known = StandingClock(NOW), Known()
    async with serving(database_url, clock, known) as (app, client):
        school = School(client, app.state.service.database, clock, known)
        school.as_person("administrator")
        yield school
