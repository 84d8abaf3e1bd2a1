"""What the bot asks of school: a person's works, what may be done with them, places of chats."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.bot.asking import Asker, Neighbour, NeighbourAway, NeighbourRefused, Told
from shared.events.school import SubmissionStatus

WORKS = "/internal/works"

Decision = Literal["approved", "correction"]
PlaceKind = Literal["course", "stream", "team"]


class SchoolAway(NeighbourAway):
    """school did not answer, or not in its right mind: the update is tried again."""


class SchoolRefused(NeighbourRefused):
    """school said no, in the reader's language: what is wrong, and what to do about it."""


class Work(Told):
    """A work as one person may see it. One that was not begun yet has no `submission_id`.

    `version` counts its changes. `may`: what this person can do with it just now: send, take_back,
    approve, return.
    `is_checked`: GitHub was asked for its link.
    """

    submission_id: UUID | None = None
    assignment_id: UUID | None = None
    group_id: UUID | None = None
    version: int = 0
    title: str
    status: SubmissionStatus
    pull_url: str | None = None
    student_name: str = ""
    curator_name: str = ""
    sent_at: datetime | None = None
    changed_at: datetime | None = None
    due_on: date | None = None
    trouble: Literal["gone", "blocked"] | None = None
    page_url: str
    is_checked: bool = True
    may: frozenset[str] = frozenset()


class Works(Told):
    """The first of a person's works, and of those that wait for their review, oldest first."""

    own: tuple[Work, ...] = ()
    to_review: tuple[Work, ...] = ()
    own_total: int = 0
    to_review_total: int = 0


class Choice(Told):
    """An assignment that a link could be sent for."""

    assignment_id: UUID
    group_id: UUID
    title: str
    week: int | None = None
    status: SubmissionStatus = "available"
    due_on: date | None = None


class Choices(Told):
    """What a link could be sent for, the best guess first."""

    choices: tuple[Choice, ...] = ()


class Place(Told):
    """What a group chat can be linked to. A team says which stream it is of."""

    place: PlaceKind
    place_id: UUID
    name: str
    stream_id: UUID | None = None


class Places(Told):
    """All such places, as an administrator has them."""

    places: tuple[Place, ...] = ()


class SchoolClient(Neighbour):
    """school, as the bot needs it. Every command carries its Idempotency-Key, so it may repeat.

    A deed names the version that the person saw: school refuses it where another stands. Every
    method raises SchoolRefused, with words for the person, or SchoolAway. What school may show to
    whom, and what they may do, it decides itself.
    """

    away = SchoolAway
    refused = SchoolRefused

    async def list_works(self, asker: Asker) -> Works:
        """A person's works, as student and as curator."""
        return await self._ask(Works, asker, "GET", WORKS)

    async def get_work(self, asker: Asker, submission_id: UUID) -> Work:
        """A work as it stands."""
        return await self._ask(Work, asker, "GET", f"{WORKS}/{submission_id}")

    async def list_choices(self, asker: Asker, pull_url: str) -> tuple[Choice, ...]:
        """What a link could be sent for by this person."""
        body = {"pull_url": pull_url}
        return (await self._ask(Choices, asker, "POST", f"{WORKS}/choices", body)).choices

    async def send(
        self, asker: Asker, *, assignment_id: UUID, group_id: UUID, pull_url: str, key: str
    ) -> Work:
        """Send a pull request for review."""
        body = {
            "assignment_id": str(assignment_id),
            "group_id": str(group_id),
            "pull_url": pull_url,
        }
        return await self._ask(Work, asker, "POST", f"{WORKS}/send", body, key)

    async def take_back(self, asker: Asker, submission_id: UUID, *, version: int, key: str) -> Work:
        """Take a work back that is on review."""
        path = f"{WORKS}/{submission_id}/take-back"
        return await self._ask(Work, asker, "POST", path, {"version": version}, key)

    async def decide(
        self,
        asker: Asker,
        submission_id: UUID,
        decision: Decision,
        *,
        comment: str,
        version: int,
        key: str,
    ) -> Work:
        """Accept a work, or return it to be mended."""
        path = f"{WORKS}/{submission_id}/decision"
        body = {"decision": decision, "comment": comment, "version": version}
        return await self._ask(Work, asker, "POST", path, body, key)

    async def list_places(self, asker: Asker) -> tuple[Place, ...]:
        """What a group chat can be linked to; administrators are told."""
        return (await self._ask(Places, asker, "GET", "/internal/places")).places
