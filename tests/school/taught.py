"""A team that learns, for tests: a course with weeks, lessons and assignments, and a fake sync."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.school.submissions import assigned, deeds
from services.school.submissions.github import GitHub, Seen
from services.school.submissions.repository import Submission, TaskId
from shared.events import PullChanged, PullLost
from shared.identity import Identity
from tests.school.works import HEAD, START, Works, works

LOGIN = "parta-student"
REPOSITORY = f"{LOGIN}/first-steps"
LINK = f"https://github.com/{REPOSITORY}/pull/1"
TASK_REPOSITORY = "https://github.com/parta-school/first-steps"


def seen(**changes: Any) -> Seen:
    """A pull request as sync tells of it: the student's own, open and ready."""
    return Seen.model_validate(
        {
            "repository_id": 1,
            "repository": "Parta-Student/First-Steps",
            "number": 1,
            "title": "My first steps",
            "author_id": 90000001,
            "author_login": "Parta-Student",
            "state": "open",
            "draft": False,
            "head_sha": HEAD,
            **changes,
        }
    )


@dataclass
class FakeSync:
    """Answers as sync would; counts what it was asked."""

    status: int = 200
    body: dict[str, Any] = field(default_factory=lambda: seen().model_dump())
    error: Exception | None = None
    asked: list[str] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The answer to whatever is asked."""
        self.asked.append(f"{request.method} {request.url.path}?{request.url.query.decode()}")
        if self.error is not None:
            raise self.error
        if request.url.path == "/internal/github/refresh":
            return httpx.Response(202 if self.status == 200 else self.status)
        if request.url.path == "/internal/token":
            return httpx.Response(200, json={"token": "a token"})
        return httpx.Response(self.status, json=self.body)

    @property
    def transport(self) -> httpx.MockTransport:
        """In the place of the network."""
        return httpx.MockTransport(self.answer)

    def github(self) -> GitHub:
        """The way to ask it."""
        return GitHub(httpx.AsyncClient(transport=self.transport, base_url="http://sync"))


COURSE = "INSERT INTO courses (course_id, slug, name, created_at) VALUES ($1, $2, $3, $4)"
TRACK = "INSERT INTO tracks (track_id, course_id, slug, name, position) VALUES ($1, $2, $3, $4, $5)"
PROGRAM = "INSERT INTO programs (program_id, course_id, slug, name) VALUES ($1, $2, 'main', 'Main')"
WEEK = "INSERT INTO weeks (week_id, program_id, number, title) VALUES ($1, $2, $3, $4)"
ASSIGNMENT = """
INSERT INTO assignments (
    assignment_id, week_id, track_id, slug, position, name, content, repository_url, policy, due_day
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
LESSON = """
INSERT INTO course_lessons (
    lesson_id, week_id, track_id, slug, position, name, content, video_url, slides_url,
    repository_url, link_url
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
STREAM = """
INSERT INTO streams (stream_id, course_id, program_id, number, start_on, finish_on, zone, chat_url)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'https://t.me/+stream')
"""
GROUP = """
INSERT INTO groups (group_id, kind, name, stream_id, curator_id, created_at)
VALUES ($1, 'team', $2, $3, $4, $5)
"""
MEMBER = "INSERT INTO group_members (group_id, person_id, joined_at) VALUES ($1, $2, $3)"


@dataclass
class Taught:
    """A running stream in its second week of three; `school` has its people and GitHub."""

    school: Works
    sync: FakeSync = field(default_factory=FakeSync)
    course_id: UUID = field(default_factory=uuid4)
    program_id: UUID = field(default_factory=uuid4)
    stream_id: UUID = field(default_factory=uuid4)
    group_id: UUID = field(default_factory=uuid4)
    track_id: UUID = field(default_factory=uuid4)
    week_ids: list[UUID] = field(default_factory=lambda: [uuid4(), uuid4(), uuid4()])
    assignment_id: UUID = field(default_factory=uuid4)
    public_url: str = "https://parta.test"

    @property
    def student(self) -> Identity:
        """Who learns."""
        return Identity(person_id=self.school.student_id, roles=("student",))

    @property
    def curator(self) -> Identity:
        """Whose team it is."""
        return Identity(person_id=self.school.curator_id, roles=("curator",))

    async def run(self, query: str, *values: Any) -> Any:
        """One statement in a transaction of its own; gives what `fetchval` does."""
        async with self.school.database.transaction() as connection:
            return await connection.fetchval(query, *values)

    async def settle(self, *, begun_days_ago: int = 8, lasts_days: int = 60) -> None:
        """The course, its program and the team; assignment 1 is of week 1."""
        now = self.school.clock.now()
        start_on = (now - timedelta(days=begun_days_ago)).date()
        await self.run(COURSE, self.course_id, f"course-{self.course_id.hex[:8]}", "Python", now)
        await self.run(TRACK, self.track_id, self.course_id, "web", "Web", 1)
        await self.run(PROGRAM, self.program_id, self.course_id)
        for number, week_id in enumerate(self.week_ids, 1):
            await self.run(WEEK, week_id, self.program_id, number, f"Of number {number}")
        finish_on = start_on + timedelta(days=lasts_days)
        await self.run(
            STREAM,
            self.stream_id,
            self.course_id,
            self.program_id,
            26,
            start_on,
            finish_on,
            "UTC",
        )
        await self.run(
            GROUP, self.group_id, "Mornings", self.stream_id, self.school.curator_id, now
        )
        await self.join(self.school.student_id)
        await self.assignment(assignment_id=self.assignment_id)

    async def join(self, person_id: UUID) -> None:
        """Somebody learns in the team."""
        await self.run(MEMBER, self.group_id, person_id, self.school.clock.now())

    async def assignment(
        self,
        *,
        assignment_id: UUID | None = None,
        week: int = 1,
        name: str = "First steps",
        policy: str = "own_repo",
        repository_url: str | None = TASK_REPOSITORY,
        due_day: int | None = 7,
        content: str = "Read **this**.",
    ) -> UUID:
        """One more assignment; gives its id."""
        assignment_id = assignment_id or uuid4()
        await self.run(
            ASSIGNMENT,
            assignment_id,
            self.week_ids[week - 1],
            self.track_id,
            assignment_id.hex,
            1,
            name,
            content,
            repository_url,
            policy,
            due_day,
        )
        return assignment_id

    async def lesson(self, *, week: int = 1, **values: Any) -> UUID:
        """One more lesson; gives its id."""
        lesson_id = uuid4()
        known = {
            "name": "Variables",
            "content": "What a *name* is.",
            "video_url": "https://youtu.be/aaaaaaaaaaa",
            "slides_url": None,
            "repository_url": None,
            "link_url": None,
            **values,
        }
        await self.run(
            LESSON,
            lesson_id,
            self.week_ids[week - 1],
            self.track_id,
            lesson_id.hex,
            1,
            *known.values(),
        )
        return lesson_id

    async def ends(self, day: date | None = None) -> None:
        """The stream's last day was yesterday, or is another."""
        day = day or (self.school.clock.now() - timedelta(days=1)).date()
        query = (
            "UPDATE streams SET finish_on = $2, start_on = least(start_on, $2) WHERE stream_id = $1"
        )
        await self.run(query, self.stream_id, day)

    async def begin(self, **changes: Any) -> Submission | None:
        """The student opens the assignment."""
        async with self.school.database.transaction() as connection:
            known = {**self._known(), **changes}
            return await assigned.begin(connection, _task_id(known), **known)

    async def send(
        self,
        link: str = LINK,
        *,
        asks: bool = True,
        version: int | None = None,
        **changes: Any,
    ) -> Submission:
        """The student sends a link, the way a page does."""
        known = {**self._known(), **changes}
        public_url, task_id = known.pop("public_url"), _task_id(known)
        found = await assigned.find_pull(
            self.school.database, self.sync.github() if asks else None, task_id, link=link, **known
        )
        async with self.school.database.transaction() as connection:
            return await assigned.send_link(
                connection, task_id, found=found, public_url=public_url, version=version, **known
            )

    def _known(self) -> dict[str, Any]:
        return {
            "student_id": self.school.student_id,
            "assignment_id": self.assignment_id,
            "group_id": self.group_id,
            "now": self.school.clock.now(),
            "public_url": self.public_url,
        }

    async def change_mind(self, work: Submission, deed: Any, **changes: Any) -> Submission:
        """The student takes back, stops, or begins again."""
        async with self.school.database.transaction() as connection:
            return await deeds.change_mind(
                connection,
                work.submission_id,
                deed,
                **{"identity": self.student, "now": self.school.clock.now(), **changes},
            )

    async def decide(self, work: Submission, decision: Any, **changes: Any) -> Submission:
        """The curator decides by hand."""
        async with self.school.database.transaction() as connection:
            return await deeds.decide_by_hand(
                connection,
                work.submission_id,
                decision=decision,
                **{
                    "identity": self.curator,
                    "comment": "",
                    "now": self.school.clock.now(),
                    **changes,
                },
            )

    async def events(self) -> list[dict[str, Any]]:
        """All that was told, in order."""
        async with self.school.database.acquire() as connection:
            rows = await connection.fetch("SELECT body FROM outbox ORDER BY id")
        return [json.loads(row["body"]) for row in rows]


def _task_id(known: dict[str, Any]) -> TaskId:
    """Takes what names the task out of what is known."""
    return TaskId(*(known.pop(name) for name in ("student_id", "assignment_id", "group_id")))


def pull_changed(minute: int = 1, **changes: Any) -> PullChanged:
    """GitHub's pull request changed, so many minutes after the start."""
    return PullChanged.model_validate(
        {
            "repository_id": 1,
            "repository": "Parta-Student/First-Steps",
            "number": 1,
            "url": LINK,
            "title": "My first steps",
            "author_id": 90000001,
            "state": "open",
            "head_sha": HEAD,
            "updated_at": START + timedelta(minutes=minute),
            **changes,
        }
    )


def pull_lost(**changes: Any) -> PullLost:
    """GitHub shows it no more."""
    return PullLost.model_validate(
        {
            "repository_id": 1,
            "repository": REPOSITORY,
            "number": 1,
            "reason": "gone",
            "lost_at": START + timedelta(days=10_000),
            **changes,
        }
    )


@asynccontextmanager
async def taught(database_url: str, **when: int) -> AsyncIterator[Taught]:
    """A team in the second week of its course."""
    async with works(database_url) as school:
        team = Taught(school)
        await team.settle(**when)
        yield team
