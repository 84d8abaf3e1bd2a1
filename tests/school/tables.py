"""A school for tests of tables and profiles: rows as their owners write them, and its pages."""

import csv
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.db import Database
from shared.identity import Identity
from tests.school.serving import Known, serving
from tests.support.clock import StandingClock

NOW = datetime(2026, 10, 15, 12, 0, tzinfo=UTC)
"""A Thursday in the third week of a stream that began on the first of October."""
START = date(2026, 10, 1)
FINISH = date(2026, 12, 1)


@dataclass
class School:
    """Writes rows; every function gives the id of what it made."""

    database: Database
    numbers: int = field(default=0)

    async def write(self, table: str, **values: Any) -> None:
        names = ", ".join(values)
        places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        async with self.database.acquire() as connection:
            await connection.execute(
                f"INSERT INTO {table} ({names}) VALUES ({places})", *values.values()
            )

    async def person(self, name: str = "Somebody", **values: Any) -> UUID:
        self.numbers += 1
        person_id = uuid4()
        known = {"github_id": self.numbers, "github_login": f"login-{self.numbers}"} | values
        await self.write("people", person_id=person_id, version=1, name=name, **known)
        return person_id

    async def course(self, name: str = "Python") -> UUID:
        self.numbers += 1
        course_id = uuid4()
        await self.write(
            "courses",
            course_id=course_id,
            slug=f"course-{self.numbers}",
            name=name,
            created_at=NOW,
        )
        return course_id

    async def track(self, course_id: UUID, name: str, position: int) -> UUID:
        track_id = uuid4()
        await self.write(
            "tracks",
            track_id=track_id,
            course_id=course_id,
            slug=f"track-{position}",
            name=name,
            position=position,
        )
        return track_id

    async def program(self, course_id: UUID) -> UUID:
        self.numbers += 1
        program_id = uuid4()
        await self.write(
            "programs",
            program_id=program_id,
            course_id=course_id,
            slug=f"program-{self.numbers}",
            name="The program",
        )
        return program_id

    async def week(self, program_id: UUID, number: int) -> UUID:
        week_id = uuid4()
        await self.write("weeks", week_id=week_id, program_id=program_id, number=number)
        return week_id

    async def assignment(self, week_id: UUID, name: str, **values: Any) -> UUID:
        self.numbers += 1
        assignment_id = uuid4()
        known = {"slug": f"a-{self.numbers}", "position": self.numbers} | values
        await self.write(
            "assignments", assignment_id=assignment_id, week_id=week_id, name=name, **known
        )
        return assignment_id

    async def stream(self, course_id: UUID, program_id: UUID | None = None, **values: Any) -> UUID:
        self.numbers += 1
        stream_id = uuid4()
        known = {"number": self.numbers, "start_on": START, "finish_on": FINISH} | values
        await self.write(
            "streams", stream_id=stream_id, course_id=course_id, program_id=program_id, **known
        )
        return stream_id

    async def team(self, stream_id: UUID, curator_id: UUID, *students: UUID) -> UUID:
        self.numbers += 1
        group_id = uuid4()
        await self.write(
            "groups",
            group_id=group_id,
            kind="team",
            name=f"Team {self.numbers}",
            stream_id=stream_id,
            curator_id=curator_id,
            created_at=NOW,
        )
        for student_id in students:
            await self.write(
                "group_members", group_id=group_id, person_id=student_id, joined_at=NOW
            )
        return group_id

    async def work(
        self, student_id: UUID, curator_id: UUID, status: str = "review", **values: Any
    ) -> UUID:
        """A work that stands alone, or with `assignment_id` and `group_id` a team's."""
        self.numbers += 1
        submission_id = uuid4()
        repository = f"login/work-{self.numbers}"
        known = {
            "title": f"Work {self.numbers}",
            "pull_url": f"https://github.com/{repository}/pull/1",
            "repository": repository,
            "number": 1,
            "changed_at": NOW - timedelta(hours=self.numbers),
        } | values
        await self.write(
            "submissions",
            submission_id=submission_id,
            student_id=student_id,
            curator_id=curator_id,
            status=status,
            version=1,
            created_at=known["changed_at"],
            **known,
        )
        await self.step(submission_id, 1, status, known["changed_at"], changed_by=student_id)
        return submission_id

    async def step(
        self, submission_id: UUID, version: int, status: str, at: datetime, **values: Any
    ) -> None:
        await self.write(
            "submission_statuses",
            submission_id=submission_id,
            version=version,
            status=status,
            changed_at=at,
            **values,
        )


@dataclass
class Pages:
    """The pages of school, asked by whom the test says."""

    client: httpx.AsyncClient
    known: Known
    clock: StandingClock
    app: Any

    async def get(
        self,
        path: str,
        person_id: UUID,
        *roles: str,
        locale: str = "en",
        accept: str = "text/html",
        zone: str = "Europe/Moscow",
    ) -> httpx.Response:
        self.known.identity = Identity(
            person_id=person_id, roles=roles, csrf="right", locale=locale, zone=zone
        )
        return await self.client.get(path, headers={"Accept": accept})

    async def read(self, path: str, person_id: UUID, *roles: str) -> Any:
        """What a program is told; it has to be allowed."""
        answer = await self.get(path, person_id, *roles, accept="application/json")
        assert answer.status_code == 200, answer.text
        return answer.json()


@asynccontextmanager
async def school_tables(
    database_url: str, now: datetime = NOW
) -> AsyncIterator[tuple[Pages, School]]:
    """Pages over an empty school, and the hand that fills it."""
    clock = StandingClock(now)
    known = Known()
    database = Database(database_url, "school")
    await database.open()
    try:
        async with serving(database_url, clock, known) as (app, client):
            yield Pages(client, known, clock, app), School(database)
    finally:
        await database.close()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of(html: str) -> str:
    """What a page says, without its tags, in single spaces."""
    parser = _Text()
    parser.feed(html)
    return re.sub(r"\s+", " ", " ".join(parser.parts)).strip()


def rows_of(body: bytes) -> list[list[str]]:
    """A file of CSV that begins as Excel has to have it, row by row."""
    assert body.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
