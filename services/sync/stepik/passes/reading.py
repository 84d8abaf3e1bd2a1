"""One pass over one course, phase by phase. Whatever ends it, the next one goes on from there."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.sync.access.conditions import names_of
from services.sync.access.reading import find_condition
from services.sync.access.resources import repository as resources
from services.sync.stepik.client import FEW, MANY, StepikClient
from services.sync.stepik.errors import Endless
from services.sync.stepik.learning import repository as learners
from services.sync.stepik.learning import service as learning
from services.sync.stepik.learning.book import Book, open_book
from services.sync.stepik.learning.service import Change, Watch
from services.sync.stepik.matching.trying import Matcher
from services.sync.stepik.passes import repository
from services.sync.stepik.passes.cover import Cover
from services.sync.stepik.passes.repository import Course
from services.sync.stepik.structure import service as structure
from shared.clock import Clock
from shared.crash import crash_point
from shared.db import Connection, Database

MOST_REQUESTS = 20_000
"""Of one pass: learners of a course have an end."""
JUDGED_AT_ONCE = 200
NAMES_A_PASS = 10
"""Requests, for a hundred names each: the rest is asked for by the next passes."""
THEORY_A_PASS = 60
"""Requests, for a hundred learners' lessons each."""


class LeaseLost(Exception):
    """Another process reads the course now: this one stood still for too long."""


class Pass:
    """One run over a course that is held, from where the last run left it."""

    def __init__(
        self,
        database: Database,
        client: StepikClient,
        clock: Clock,
        *,
        course: Course,
        owner: UUID,
        matcher: Matcher,
        watch: Watch,
    ) -> None:
        self.course = course
        self._database = database
        self._client = client
        self._clock = clock
        self._owner = owner
        self._matcher = matcher
        self._watch = watch
        self._counted = client.requests
        self._book: Book | None = None

    async def run(self) -> None:
        """Go through the phases that are left, each to its end.

        Raises:
            StepikError: Stepik cannot be asked now, or will not answer.
            LeaseLost: the course is another's.
        """
        phases: Mapping[str, Callable[[], Awaitable[None]]] = {
            "structure": self._read_structure,
            "pages": self._read_pages,
            "absent": self._look_for_absent,
            "judging": self._judge,
            "theory": self._read_theory,
            "names": self._read_names,
            "matching": self._match,
        }
        begun = list(phases).index(self.course.phase)
        for phase in list(phases)[begun:]:
            await phases[phase]()

    def take_requests(self) -> int:
        """How many were sent since this was last asked."""
        sent = self._client.requests - self._counted
        self._counted = self._client.requests
        return sent

    @asynccontextmanager
    async def step(self) -> AsyncIterator[Connection]:
        """A transaction that stands only while the course is ours; nobody else writes meanwhile."""
        async with self._database.transaction() as connection:
            if not await repository.hold(connection, self.course.course_id, self._owner):
                raise LeaseLost(str(self.course.course_id))
            yield connection

    async def _keep(self) -> None:
        async with self.step():
            pass

    async def _advance(
        self, connection: Connection, changes: Sequence[Change] = (), **to: Any
    ) -> None:
        """How far it has come, in the transaction in which it did."""
        if self.course.requests + self._client.requests - self._counted > MOST_REQUESTS:
            raise Endless(f"more than {MOST_REQUESTS} requests")
        course, requests = replace(self.course, **to), self.take_requests()
        await repository.advance(connection, course, requests=requests, changed=len(changes))
        self.course = replace(course, requests=course.requests + requests)

    async def _open_book(self) -> Book:
        if self._book is None:
            async with self._database.acquire() as connection:
                self._book = await open_book(
                    connection,
                    self.course.course_id,
                    title=self.course.title,
                    pass_number=self.course.pass_number,
                )
        return self._book

    async def _read_structure(self) -> None:
        found = await structure.read_structure(self._client, self.course.course_id, self._keep)
        async with self.step() as connection:
            await structure.keep_structure(connection, found)
            await self._advance(connection, phase="pages", covered=0)
        self.course = replace(
            self.course, title=found.course.title, learners_group=found.course.learners_group
        )

    async def _read_pages(self) -> None:
        """Learners with their results, a page a transaction."""
        book = await self._open_book()
        cover = Cover(self.course.covered, self.course.page_size)
        while not cover.is_over:
            number = cover.next_page
            page = await self._client.get_grades(self.course.course_id, number)
            crash_point("stepik.page_read")
            async with self.step() as connection:
                learned = await learning.learn(connection, book, page.rows, self._clock.now())
                cover = cover.after(
                    page=number, count=page.size, has_next=page.has_next, met=learned.met
                )
                await self._advance(
                    connection,
                    learned.changes,
                    phase="absent" if cover.is_over else "pages",
                    covered=cover.covered,
                    page_size=cover.size,
                )
            self._watch(learned.changes)

    async def _look_for_absent(self) -> None:
        """Learners whom no page had: they left, or moved to a page that was read already."""
        book = await self._open_book()
        course_id, number = self.course.course_id, self.course.pass_number
        while True:
            async with self._database.acquire() as connection:
                unseen = await learners.list_unseen(connection, course_id, number, FEW)
            if not unseen:
                break
            found = await self._client.list_grades([one.grade_id for one in unseen])
            async with self.step() as connection:
                now = self._clock.now()
                learned = await learning.learn(connection, book, found, now)
                here = {grade.user for grade in found if grade.course == course_id}
                gone = [one.user_id for one in unseen if one.user_id not in here]
                await learners.lose(connection, course_id, number, gone, now)
                await self._advance(connection, learned.changes)
            self._watch(learned.changes)
        await self._go_on("judging", after_id=0)

    async def _judge(self) -> None:
        """Lessons whose marked steps only this pass has found: now all of them are known."""
        book = await self._open_book()
        while book.fresh:
            async with self.step() as connection:
                some = await learners.list_after(
                    connection, book.course_id, self.course.after_id, JUDGED_AT_ONCE
                )
                if not some:
                    break
                changes = await learning.judge(connection, book, some, self._clock.now())
                await self._advance(connection, after_id=some[-1].user_id)
            self._watch(changes)
        await self._go_on("theory", after_id=0)

    async def _read_theory(self) -> None:
        """Lessons without marked steps that a rule names, of those whose account is known."""
        book = await self._open_book()
        lessons = await self._list_theory(book)
        at_once = max(1, MANY // len(lessons)) if lessons else 0
        for _ in range(THEORY_A_PASS if lessons else 0):
            async with self._database.acquire() as connection:
                users = await learners.list_theory(
                    connection,
                    book.course_id,
                    book.pass_number,
                    after=self.course.theory_after,
                    lessons=lessons,
                    limit=at_once,
                )
            if users:
                changes = await self._ask_theory(book, users, lessons)
                self._watch(changes)
            if len(users) < at_once:
                await self._go_on("theory", theory_after=0)
                break
        await self._go_on("names")

    async def _ask_theory(
        self, book: Book, users: Sequence[int], lessons: Sequence[int]
    ) -> list[Change]:
        ids = {f"lesson-{one}-{user}": (user, one) for user in users for one in lessons}
        told = await self._client.list_lesson_progresses(list(ids))
        passed = frozenset(ids[one.id] for one in told if one.is_passed and one.id in ids)
        asked = dict.fromkeys(users, lessons)
        async with self.step() as connection:
            changes = await learning.learn_theory(
                connection, book, asked, passed, self._clock.now()
            )
            await self._advance(connection, changes, theory_after=users[-1])
        return changes

    async def _list_theory(self, book: Book) -> list[int]:
        async with self._database.acquire() as connection:
            rules = await resources.list_rules(connection)
        named = {
            lesson_id
            for rule in rules
            for lesson_id in names_of(find_condition(rule.condition)).lessons
        }
        return sorted(one for one in named if book.is_theory(one))[:MANY]

    async def _read_names(self) -> None:
        """What new learners are called: for administrators, who match by hand."""
        for _ in range(NAMES_A_PASS):
            async with self._database.acquire() as connection:
                users = await learners.list_unnamed(connection, self.course.course_id, MANY)
            if not users:
                break
            told = {one.id: one.full_name for one in await self._client.list_users(users)}
            async with self.step() as connection:
                names = [(user_id, told.get(user_id, "")) for user_id in users]
                await learners.name(connection, self.course.course_id, names, self._clock.now())
                await self._advance(connection)
        await self._go_on("matching")

    async def _match(self) -> None:
        await self._matcher.match_some(self.step, self._clock.now())

    async def _go_on(self, phase: str, **to: Any) -> None:
        async with self.step() as connection:
            await self._advance(connection, phase=phase, **to)
