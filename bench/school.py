"""Two hundred and fifty students, each with a curator and a work on review: five hundred chats."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from services.school.submissions import service as submissions
from services.sync.github import service as github
from services.sync.github.payloads import ReviewDelivery
from shared.clock import Clock
from shared.db import Connection, Database
from shared.events import SERVICES, PersonChanged, PullChanged
from shared.people import project_person
from tests.material import captured

PAIRS = 250
NAMES = UUID("5f0a7f7e-0000-4000-8000-000000000000")
FIRST_CHAT = 710_000_000
FIRST_GITHUB_ID = 91_000_000
FIRST_REVIEW = 1_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """A student or a curator of one of the pairs."""

    role: str
    pair: int

    @property
    def number(self) -> int:
        return self.pair * 2 + (self.role == "curator")

    @property
    def person_id(self) -> UUID:
        return uuid5(NAMES, f"{self.role} {self.pair}")

    @property
    def chat_id(self) -> int:
        return FIRST_CHAT + self.number

    @property
    def github_id(self) -> int:
        return FIRST_GITHUB_ID + self.number

    @property
    def login(self) -> str:
        return f"bench-{self.role}-{self.pair}"


def pair(number: int) -> tuple[Member, Member]:
    """A student and the curator of their work."""
    return Member("student", number), Member("curator", number)


def members() -> Iterator[Member]:
    """All of them."""
    for number in range(PAIRS):
        yield from pair(number)


def review(number: int) -> dict[str, Any]:
    """The nth review, of the pairs in turn: a captured one, adapted in ids, state and moment.

    Each overturns the verdict of the one before it, so each is told to both.
    """
    student, curator = pair(number % PAIRS)
    round_number = number // PAIRS
    payload = captured("pull_request_review", "submitted")
    payload["review"] |= {
        "id": FIRST_REVIEW + number,
        "state": "approved" if round_number % 2 else "changes_requested",
        "submitted_at": f"2026-09-01T12:{round_number // 60:02}:{round_number % 60:02}Z",
    }
    payload["review"]["user"]["id"] = curator.github_id
    payload["repository"]["id"] = 4711 + student.pair
    payload["repository"]["full_name"] = f"{student.login}/work"
    payload["pull_request"]["number"] = 1
    return payload


async def settle(database_url: str) -> None:
    """People are known to every service, works are on review, and nothing waits to be told."""
    for service in SERVICES:
        database = Database(database_url, service)
        await database.open()
        try:
            async with database.transaction() as connection:
                await _know_people(connection)
                if service == "sync":
                    await _know_pulls(connection)
                if service == "school":
                    await _send_works(connection)
                # All this stood long before: its events were told then.
                await connection.execute("DELETE FROM outbox")
        finally:
            await database.close()


async def _know_people(connection: Connection) -> None:
    for member in members():
        event = PersonChanged(
            person_id=member.person_id,
            version=1,
            name=f"{member.role.title()} {member.pair}",
            roles=(member.role,),
            locale="en",
            telegram_id=member.chat_id,
            github_id=member.github_id,
            github_login=member.login,
        )
        await project_person(connection, event, Clock())


async def _know_pulls(connection: Connection) -> None:
    for number in range(PAIRS):
        delivery = ReviewDelivery.model_validate(review(number))
        # Without its review's author a delivery tells of the pull request alone.
        alone = delivery.model_copy(
            update={"review": delivery.review.model_copy(update={"user": None})}
        )
        await github.learn_review(connection, alone)


async def _send_works(connection: Connection) -> None:
    for number in range(PAIRS):
        student, curator = pair(number)
        payload = review(number)
        pull = payload["pull_request"]
        await submissions.learn_pull(
            connection,
            PullChanged(
                repository_id=payload["repository"]["id"],
                repository=payload["repository"]["full_name"],
                number=1,
                url=pull["html_url"],
                title=pull["title"],
                author_id=student.github_id,
                state="open",
                head_sha=pull["head"]["sha"],
                updated_at=pull["updated_at"],
            ),
            Clock(),
        )
        await submissions.send_submission(
            connection,
            student_id=student.person_id,
            curator_id=curator.person_id,
            title=f"Work {number}",
            pull_url=f"https://github.com/{student.login}/work/pull/1",
            now=Clock().now(),
        )


def body(number: int) -> bytes:
    """The nth review as GitHub sends it."""
    return json.dumps(review(number)).encode()
