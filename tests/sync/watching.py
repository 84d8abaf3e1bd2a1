"""sync with a course, videos, and people who may watch some of them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.sync.access.grants.repository import find
from services.sync.boomstream.recovery import new_recovery, recovery_of
from services.sync.service import SyncService
from shared.clock import Clock
from shared.events import PersonChanged
from shared.people import project_people
from shared.secret import KeyRing
from tests.sync.asking import Sync, asking

RING = KeyRing.generate()
PLAYER = "https://play.boomstream.test"
STEPIK = "https://stepik.test"
ORIGIN = "http://localhost:8080"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LENA, OLEG = UUID(int=1), UUID(int=2)
COURSE = 67
MODULES = {670: "Basics", 671: "Loops"}
LESSONS = {5001: (670, "Names"), 5002: (670, "Numbers"), 5003: (671, "For"), 5004: (671, "Words")}
"""Of two marked steps each; the last is theory alone."""

ADD_GRANT = """
INSERT INTO grants (
    grant_id, person_id, resource_id, earned_at, decision, reason, wanted, granted, recovery,
    recovery_key, granted_at, expires_at, next_try_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $4)
"""


class FixedClock(Clock):
    """The business's time, moved by hand alone."""

    def __init__(self, at: datetime = NOW) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at


class Stage:
    """What there is to watch, and who may, written as passes and due rows would have left it."""

    def __init__(self, service: SyncService) -> None:
        self.service = service
        self._numbers = count(1)

    async def do(self, query: str, *values: Any) -> None:
        async with self.service.database.acquire() as connection:
            await connection.execute(query, *values)

    async def person(self, person_id: UUID, name: str, **known: Any) -> None:
        """auth tells of a person."""
        event = PersonChanged(person_id=person_id, version=1, name=name, **known)
        async with self.service.database.transaction() as connection:
            await project_people(connection, [event], self.service.clock)

    async def course(self, course_id: int = COURSE, title: str = "Python from the desk") -> None:
        """A course of two modules and four lessons, read an hour ago."""
        await self.do(
            "INSERT INTO stepik_courses (course_id, title, next_pass_at, finished_at)"
            " VALUES ($1, $2, $3, $3)",
            course_id,
            title,
            NOW - timedelta(hours=1),
        )
        for position, (section_id, module) in enumerate(MODULES.items(), 1):
            await self.do(
                "INSERT INTO stepik_modules (section_id, course_id, position, title)"
                " VALUES ($1, $2, $3, $4)",
                section_id,
                course_id,
                position,
                module,
            )
        for position, (lesson_id, (section_id, title)) in enumerate(LESSONS.items(), 1):
            await self.lesson(lesson_id, section_id, title, course_id, position)

    async def lesson(
        self, lesson_id: int, section_id: int, title: str, course_id: int, position: int
    ) -> None:
        """A lesson with two marked steps, or, of words alone, none."""
        await self.do(
            "INSERT INTO stepik_lessons"
            " (unit_id, section_id, course_id, lesson_id, position, title)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            lesson_id + 10_000,
            section_id,
            course_id,
            lesson_id,
            position,
            title,
        )
        for step in (1, 2):
            await self.do(
                "INSERT INTO stepik_steps (course_id, step_id, lesson_id, position, marked)"
                " VALUES ($1, $2, $3, $4, $5)",
                course_id,
                lesson_id * 10 + step,
                lesson_id,
                step,
                title != "Words",
            )

    async def learner(self, person_id: UUID, user_id: int, *passed: int) -> None:
        """Somebody's account at Stepik is known; they passed these lessons."""
        await self.do(
            "INSERT INTO stepik_matches (person_id, user_id, way, matched_at)"
            " VALUES ($1, $2, 'github', $3)",
            person_id,
            user_id,
            NOW,
        )
        await self.do(
            "INSERT INTO stepik_learners"
            " (course_id, user_id, grade_id, steps_passed, first_seen_at, changed_at, seen_in)"
            " VALUES ($1, $2, '1', $3, $4, $4, 1)",
            COURSE,
            user_id,
            [lesson_id * 10 + step for lesson_id in passed for step in (1, 2)],
            NOW,
        )
        for lesson_id in passed:
            await self.do(
                "INSERT INTO stepik_lessons_passed (user_id, lesson_id, passed_at)"
                " VALUES ($1, $2, $3)",
                user_id,
                lesson_id,
                NOW,
            )

    async def video(
        self,
        title: str,
        *,
        lesson_id: int | None = None,
        condition: Mapping[str, Any] | None = None,
        kind: str = "video",
        archived: bool = False,
    ) -> UUID:
        """Something to watch; by default its lesson has to be passed."""
        resource_id, number = uuid4(), next(self._numbers)
        if condition is None and lesson_id is not None:
            condition = {"lesson_passed": lesson_id}
        await self.do(
            "INSERT INTO resources (resource_id, kind, title, code, lesson_id, condition,"
            " position, created_at, changed_at, archived_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)",
            resource_id,
            kind,
            title,
            f"code{number:04}",
            lesson_id,
            condition,
            number,
            NOW,
            NOW if archived else None,
        )
        return resource_id

    async def grant(
        self,
        person_id: UUID,
        resource_id: UUID,
        *,
        granted: bool = True,
        decision: str | None = None,
        reason: str | None = None,
        expires_at: datetime | None = None,
        at: datetime = NOW,
    ) -> None:
        """They have earned it; Boomstream has confirmed it, or not yet."""
        recovery, key_id = new_recovery(KeyRing.parse(RING), person_id, resource_id)
        await self.do(
            ADD_GRANT,
            uuid4(),
            person_id,
            resource_id,
            at,
            decision,
            reason,
            decision != "deny",
            granted,
            recovery,
            key_id,
            at if granted else None,
            expires_at,
        )

    async def recovery(self, person_id: UUID, resource_id: UUID) -> str:
        """The code of their links, in the open."""
        async with self.service.database.acquire() as connection:
            grant = await find(connection, person_id, resource_id)
        assert grant is not None
        return recovery_of(grant, KeyRing.parse(RING))


class Watching(Stage):
    """The same, with a browser before it, signed in as whom the test says."""

    def __init__(self, sync: Sync) -> None:
        super().__init__(sync.service)
        self.sync = sync
        self.as_person(LENA)

    def as_person(self, person_id: UUID, locale: str = "en", zone: str = "Asia/Omsk") -> None:
        self.sync.sign_in(person_id=person_id, csrf="right", locale=locale, zone=zone)

    async def get(self, path: str, accept: str = "text/html", **headers: str) -> httpx.Response:
        return await self.sync.client.get(path, headers={"Accept": accept, **headers})

    async def json(self, path: str, **headers: str) -> Any:
        answer = await self.get(path, "application/json", **headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def press(
        self, resource_id: UUID, csrf: str = "right", accept: str = "application/json"
    ) -> httpx.Response:
        """The button on a video's page."""
        return await self.sync.client.post(
            f"/sync/videos/{resource_id}/player",
            data={"csrf": csrf},
            headers={"Accept": accept, "Origin": ORIGIN, "Cookie": "parta=x"},
        )


@asynccontextmanager
async def watching(database_url: str, **settings: Any) -> AsyncIterator[Watching]:
    """sync, with the course read, and Lena before it."""
    known: dict[str, Any] = {
        "stepik_url": STEPIK,
        "stepik_client_id": "client",
        "stepik_client_secret": "a-secret-for-tests",
        "stepik_course_id": (COURSE,),
        "boomstream_player_url": PLAYER,
        "data_keys": RING,
        "service_secret": "a-secret-for-tests",
    }
    async with asking(database_url, clock=FixedClock(), **{**known, **settings}) as sync:
        stage = Watching(sync)
        await stage.person(LENA, "Lena", zone="Asia/Omsk", locale="en")
        await stage.person(OLEG, "Oleg", locale="en")
        await stage.course()
        yield stage
