"""The second workload: reviews, from GitHub's delivery to the messages in two chats."""

import asyncio
import contextlib
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import httpx

from services.bot.sending.tenure import TWICE_UNKNOWN
from tests.faults.checker import CHAT, Effect, Found
from tests.faults.journal import Journal
from tests.faults.wiring import HOOK
from tests.faults.world import CURATORS, World
from tests.support.system import person
from tests.sync.hook import deliver

BOOK = "reviews"
STUDENTS = ("student", "student2")
SENT = "works sent"
CONSUMERS = {
    BOOK: ("school", "bot student", "bot curator", f"{CHAT} student", f"{CHAT} curator"),
    SENT: ("bot curator", f"{CHAT} curator"),
}
A_WORK = 1_000_000
"""Reviews of a work are numbered from its own number times this; that a work was sent is as if it
were its review number 0."""
GIVEN_UP = """
SELECT coalesce(facts ->> 'review_url', facts ->> 'pull_url') AS url, rule
FROM bot.outgoing
JOIN bot.notices ON notices.outgoing_id = outgoing.id
WHERE outgoing.failed_at IS NOT NULL
    AND starts_with(outgoing.error, $2)
    AND facts ->> 'title' = ANY($1::text[])
"""
LONG_AGO = "UPDATE school.submissions SET created_at = created_at - interval '2 days'"
"""A student may send so many works a day, and no more."""
TO_STUDENT = ("work_needs_correction", "work_approved")
BEGUN_AT = datetime(2026, 9, 1, tzinfo=UTC)
PATIENCE = 10.0
"""GitHub's own."""

STATUSES = """
SELECT statuses.review_id, submissions.pull_url
FROM school.submission_statuses statuses
JOIN school.submissions USING (submission_id)
WHERE statuses.review_id IS NOT NULL AND submissions.title = ANY($1::text[])
ORDER BY statuses.submission_id, statuses.version
"""
NOTICES = """
SELECT coalesce(facts ->> 'review_url', facts ->> 'pull_url') AS url, rule
FROM bot.notices
WHERE facts ->> 'title' = ANY($1::text[])
ORDER BY id
"""


@dataclass
class Work:
    """A pull request that is reviewed again and again, and its two people."""

    title: str
    number: int
    student: str
    curator: str
    reviews: int = 0


@dataclass(repr=False)
class Reviews:
    """Delivers reviews as GitHub does, one after another for each work.

    Whatever has no clear answer is delivered again under the same id until there is one, as
    GitHub's operator would, and some are repeated although there was.
    """

    world: World
    journal: Journal
    name: str
    random: random.Random
    rate: float
    count: int = 4
    """Works."""
    works: list[Work] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def prepare(self, first: int) -> None:
        """Students send their works, numbered from `first`."""
        await self.world.fetch(LONG_AGO)
        for number in range(first, first + self.count):
            work = Work(
                f"{self.name} {number}",
                number,
                STUDENTS[number % len(STUDENTS)],
                CURATORS[number % len(CURATORS)],
            )
            sent = {str(number * A_WORK): work.title}
            self.journal.note("invoke", sent, book=SENT)
            await self.world.system.send_work(
                work.title, number=number, student=work.student, curator=work.curator
            )
            self.journal.note("ok", sent, book=SENT)
            self.works.append(work)

    def start(self) -> None:
        """Begin to review."""
        self._tasks = [asyncio.create_task(self._review(work)) for work in self.works]

    async def stop(self) -> None:
        """End, when every review that was begun has been taken."""
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    async def _review(self, work: Work) -> None:
        every = self.count / self.rate
        url = f"http://127.0.0.1:{self.world.wire('sync', HOOK).port}"
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as github:
            while not self._stopping.is_set():
                await self.review(github, work)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(every * self.random.uniform(0.5, 1.5)):
                        await self._stopping.wait()

    async def review(self, github: httpx.AsyncClient, work: Work) -> None:
        """One more review of a work, until it is taken."""
        work.reviews += 1
        review_id = work.number * A_WORK + work.reviews
        payload = self._payload(work, review_id)
        name = str(review_id)
        while True:
            self.journal.note("invoke", {name: work.title}, book=BOOK)
            outcome = await self._deliver(github, payload, name)
            self.journal.note(outcome, {name: work.title}, book=BOOK)
            if outcome == "ok":
                break
            await asyncio.sleep(0.25 * self.random.uniform(0.5, 1.5))
        if self.random.random() < 0.2:
            # Again, and as if it were another delivery: whatever comes of it, nothing may.
            await self._deliver(github, payload, name)
            await self._deliver(github, payload, f"{name}-again")

    def _payload(self, work: Work, review_id: int) -> dict[str, Any]:
        state = "approved" if work.reviews % 2 == 0 else "changes_requested"
        payload = self.world.system.review(
            state,
            number=work.number,
            review_id=review_id,
            second=0,
            student=work.student,
        )
        payload["review"]["submitted_at"] = (BEGUN_AT + timedelta(seconds=work.reviews)).isoformat()
        payload["review"]["html_url"] = f"https://github.com/review/{review_id}"
        payload["review"]["user"]["id"] = person(work.curator).github_id
        return payload

    async def _deliver(
        self, github: httpx.AsyncClient, payload: dict[str, Any], name: str
    ) -> Literal["ok", "fail", "unknown"]:
        try:
            answer = await deliver(github, "pull_request_review", payload, delivery_id=name)
        except httpx.ConnectError:
            return "fail"
        except httpx.TransportError:
            return "unknown"
        if answer.status_code == 202:
            return "ok"
        return "unknown" if answer.status_code >= 500 else "fail"

    async def rest(self) -> list[str]:
        """What has not arrived yet."""
        waiting = await self.world.count(
            "SELECT count(*) FROM bot.outgoing WHERE sent_at IS NULL AND failed_at IS NULL"
        )
        if waiting:
            return [f"{waiting} messages to be sent"]
        made = sum(work.reviews for work in self.works)
        arrived = Counter(effect.consumer for effect in (await self.find()).effects if effect.place)
        return [
            f"{made - arrived[consumer]} reviews at {consumer}"
            for consumer in CONSUMERS[BOOK]
            if arrived[consumer] < made
        ]

    async def find(self) -> Found:
        """What there is."""
        titles = [work.title for work in self.works]
        effects = [
            _effect("school", row["review_id"]) for row in await self.world.fetch(STATUSES, titles)
        ]
        effects += [
            _effect(f"bot {_whose(row['rule'])}", _review_id(row["url"]))
            for row in await self.world.fetch(NOTICES, titles)
        ]
        given_up = {
            (f"{CHAT} {_whose(row['rule'])}", str(_review_id(row["url"])))
            for row in await self.world.fetch(GIVEN_UP, titles, TWICE_UNKNOWN)
        }
        mine = {work.number for work in self.works}
        for whose, keys in (("student", STUDENTS), ("curator", CURATORS)):
            for key in keys:
                for message in await self.world.system.chat(key):
                    # A card says one after another what was told of its matter.
                    said = [*message["edits"], message]
                    numbers = [_review_id(url) for one in said for url in _links(one)]
                    effects += [
                        _effect(f"{CHAT} {whose}", number)
                        for number in numbers
                        if number // A_WORK in mine
                    ]
        return Found(effects, given_up=given_up)


def _whose(rule: str) -> str:
    return "student" if rule in TO_STUDENT else "curator"


def _effect(consumer: str, review_id: int) -> Effect:
    work, place = divmod(review_id, A_WORK)
    return Effect(consumer, str(review_id), str(work), place)


def _review_id(url: str) -> int:
    what, _, number = url.rpartition("/")
    return int(number) * (A_WORK if what.endswith("/pull") else 1)


def _links(message: dict[str, Any]) -> list[str]:
    urls = [button["url"] or "" for row in message["buttons"] for button in row]
    return [url for url in urls if "//github.com/" in url]
