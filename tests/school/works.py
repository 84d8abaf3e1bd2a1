"""A small school for tests: people, a work, and what GitHub says of it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.school.people.service import learn_person
from services.school.submissions import service
from services.school.submissions.repository import Submission
from shared.clock import Clock
from shared.db import Database
from shared.events import PersonChanged, PullChanged, ReviewFound

HEAD = "a" * 40
PULL_URL = "https://github.com/Parta-Student/First-Steps/pull/1"
START = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


@dataclass
class Works:
    """Does what people and GitHub do, each in a transaction of its own."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    student_id: UUID = field(default_factory=uuid4)
    curator_id: UUID = field(default_factory=uuid4)
    curator_github_id: int = 90000003
    steps: int = 0

    async def people(self) -> None:
        """A student and a curator, as auth tells of them."""
        await self.person(
            self.student_id,
            roles=("student",),
            github_id=90000001,
            github_login="Parta-Student",
        )
        await self.person(self.curator_id, roles=("curator",), github_id=self.curator_github_id)

    async def person(self, person_id: UUID, *, version: int = 1, **facts: Any) -> None:
        """auth tells of a person."""
        event = PersonChanged(person_id=person_id, version=version, name="Somebody", **facts)
        async with self.database.transaction() as connection:
            await learn_person(connection, event, self.clock)

    async def send(self, **changes: Any) -> Submission:
        """The student sends the work."""
        values: dict[str, Any] = {
            "student_id": self.student_id,
            "curator_id": self.curator_id,
            "title": "First steps",
            "pull_url": PULL_URL,
            "now": self.clock.now(),
            **changes,
        }
        async with self.database.transaction() as connection:
            return await service.send_submission(connection, **values)

    async def push(self, head: str = HEAD) -> None:
        """GitHub tells of a head."""
        self.steps += 1
        event = PullChanged(
            repository_id=1,
            repository="parta-student/first-steps",
            number=1,
            url=PULL_URL,
            title="First steps",
            author_id=90000001,
            state="open",
            head_sha=head,
            updated_at=START + timedelta(minutes=self.steps),
        )
        async with self.database.transaction() as connection:
            await service.learn_pull(connection, event, self.clock)

    async def review(
        self, state: str, *, by: int | None = None, commit: str = HEAD, review_id: int | None = None
    ) -> int:
        """GitHub tells of a review; gives its id."""
        self.steps += 1
        review_id = review_id or self.steps
        event = ReviewFound.model_validate(
            {
                "review_id": review_id,
                "state": state,
                "reviewer_id": by or self.curator_github_id,
                "reviewer_login": "parta-curator",
                "commit_id": commit,
                "submitted_at": START + timedelta(minutes=self.steps),
                "url": f"{PULL_URL}#pullrequestreview-{review_id}",
                "repository_id": 1,
                "repository": "Parta-Student/First-Steps",
                "number": 1,
                "pull_url": PULL_URL,
            }
        )
        async with self.database.transaction() as connection:
            await service.learn_review(connection, event, self.clock)
        return review_id

    async def told(self) -> list[str]:
        """The statuses that others were told, in order."""
        async with self.database.acquire() as connection:
            rows = await connection.fetch("SELECT body FROM outbox ORDER BY id")
        return [json.loads(row["body"])["status"] for row in rows]


@asynccontextmanager
async def works(database_url: str) -> AsyncIterator[Works]:
    """A school with a student, a curator, and a pull request whose head is known."""
    database = Database(database_url, "school")
    await database.open()
    try:
        school = Works(database)
        await school.people()
        await school.push()
        yield school
    finally:
        await database.close()
