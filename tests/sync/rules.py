"""Conditions and facts by the handful, and a sync whose rows tests write."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from hypothesis import strategies as st
from pydantic import SecretStr

from services.sync.access.checks.repository import ask
from services.sync.access.conditions import (
    AllOf,
    AnyOf,
    Condition,
    CoursePerCent,
    FromDate,
    InGroup,
    LessonPassed,
    ModulePerCent,
    StepPassed,
    WorkApproved,
)
from services.sync.access.grants import repository as grants
from services.sync.access.grants.repository import Decision, Grant
from services.sync.access.grants.service import decide
from services.sync.access.looking import Standing, look
from services.sync.access.reading import find_condition
from services.sync.access.resources.entries import Entry, entry_of
from services.sync.access.resources.repository import Resource
from services.sync.access.resources.service import Resources
from services.sync.access.school import School
from services.sync.access.verdicts import Facts
from services.sync.worker import SUBSCRIPTIONS
from shared.events import Event, GroupChanged, PersonChanged, SubmissionChanged
from shared.handling import Handlers, Readable
from shared.message import Message
from shared.secret import KeyRing
from tests.support.clock import StandingClock
from tests.sync.asking import Sync, asking

GROUPS = tuple(UUID(int=number) for number in range(0x10, 0x13))
ASSIGNMENTS = tuple(UUID(int=number) for number in range(0x20, 0x23))
DAY = date(2026, 9, 1)
NOW = datetime(2026, 9, 10, 9, 0, tzinfo=UTC)
OPERATOR = UUID(int=0xE)
COURSE = 67

ids = st.integers(1, 3)
per_cents = st.integers(1, 100)
days = st.dates(DAY, DAY + timedelta(days=5))
facts_asked: st.SearchStrategy[Condition] = st.one_of(
    st.builds(LessonPassed, ids),
    st.builds(StepPassed, ids, ids),
    st.builds(ModulePerCent, ids, per_cents),
    st.builds(CoursePerCent, ids, per_cents),
    st.builds(FromDate, days),
    st.builds(InGroup, st.sampled_from(GROUPS)),
    st.builds(WorkApproved, st.sampled_from(ASSIGNMENTS)),
)


def _grow(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    some = st.lists(parts, min_size=1, max_size=4).map(tuple)
    return st.one_of(st.builds(AllOf, some), st.builds(AnyOf, some))


conditions: st.SearchStrategy[Condition] = st.recursive(facts_asked, _grow, max_leaves=8).filter(
    lambda condition: depth(condition) <= 8
)
per_cents_by_id = st.dictionaries(ids, st.integers(0, 100), max_size=3)
facts: st.SearchStrategy[Facts] = st.builds(
    Facts,
    today=st.dates(DAY - timedelta(days=2), DAY + timedelta(days=7)),
    lessons=st.frozensets(ids, max_size=4),
    steps=st.frozensets(st.tuples(ids, ids), max_size=4),
    modules=per_cents_by_id,
    courses=per_cents_by_id,
    groups=st.frozensets(st.sampled_from(GROUPS)),
    approved=st.frozensets(st.sampled_from(ASSIGNMENTS)),
)


def depth(condition: Condition) -> int:
    """How many levels a condition has."""
    if isinstance(condition, AllOf | AnyOf):
        return 1 + max(depth(part) for part in condition.parts)
    return 1


def together(one: Facts, other: Facts) -> Facts:
    """All that is so in either: more than each."""

    def more(ours: Any, theirs: Any) -> dict[int, int]:
        return {key: max(ours.get(key, 0), theirs.get(key, 0)) for key in {*ours, *theirs}}

    return Facts(
        today=max(one.today, other.today),
        lessons=one.lessons | other.lessons,
        steps=one.steps | other.steps,
        modules=more(one.modules, other.modules),
        courses=more(one.courses, other.courses),
        groups=one.groups | other.groups,
        approved=one.approved | other.approved,
    )


@dataclass
class FakeSchool:
    """Answers as school would; `titles` are its groups and assignments."""

    groups: dict[UUID, str] = field(default_factory=dict)
    assignments: dict[UUID, str] = field(default_factory=dict)
    works: dict[UUID, list[tuple[UUID, UUID, int]]] = field(default_factory=dict)
    status: int = 200
    asked: list[str] = field(default_factory=list)
    page: int = 1000

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if self.status != 200:
            return httpx.Response(self.status)
        if path == "/internal/rule-subjects":
            return httpx.Response(200, json=self._subjects(request.url.params))
        assignment_id = UUID(path.split("/")[3])
        return httpx.Response(200, json=self._approved(assignment_id, request.url.params))

    def _subjects(self, params: httpx.QueryParams) -> dict[str, Any]:
        wanted = {*params.get_list("group_id"), *params.get_list("assignment_id")}
        return {
            "groups": [
                {"group_id": str(one), "title": title}
                for one, title in self.groups.items()
                if not wanted or str(one) in wanted
            ],
            "assignments": [
                {"assignment_id": str(one), "title": title}
                for one, title in self.assignments.items()
                if not wanted or str(one) in wanted
            ],
        }

    def _approved(self, assignment_id: UUID, params: httpx.QueryParams) -> dict[str, Any]:
        works = sorted(self.works.get(assignment_id, []))
        after = params.get("after")
        works = [one for one in works if after is None or str(one[0]) > after]
        page = works[: self.page]
        return {
            "works": [
                {"submission_id": str(one), "student_id": str(student), "version": version}
                for one, student, version in page
            ],
            "following": str(page[-1][0]) if len(works) > self.page else None,
        }


@dataclass
class Access:
    """sync with a ring, its rows, and a school of the test's own."""

    sync: Sync
    school: FakeSchool
    resources: Resources
    clock: StandingClock
    ring: KeyRing | None

    async def resource(
        self, condition: Condition | None = None, *, code: str | None = None, **known: Any
    ) -> UUID:
        """An administrator makes a resource."""
        code = code or uuid4().hex[:8]
        entry = Entry(kind="video", title=f"Video {code}", code=code, condition=condition)
        return await self.resources.create(replace(entry, **known))

    async def hear(self, event: Event) -> None:
        """An event arrives, at whatever listens to it."""
        handlers = Handlers(SUBSCRIPTIONS, self.clock, 10.0)
        message = Message(str(uuid4()), event.type, event.model_dump_json().encode(), "test")
        readable = Readable(message, UUID(message.message_id), event, event.key())
        async with self.sync.service.database.transaction() as connection:
            await handlers.call_all(connection, [readable])

    async def person(self, **known: Any) -> UUID:
        """Auth tells of a person."""
        known = {"person_id": uuid4(), "version": 1, "name": "Lena", **known}
        await self.hear(PersonChanged(**known))
        return UUID(str(known["person_id"]))

    async def group(self, members: Sequence[UUID], version: int = 1, **known: Any) -> UUID:
        """School tells of a group."""
        group_id = known.pop("group_id", GROUPS[0])
        await self.hear(
            GroupChanged(
                group_id=group_id,
                version=version,
                title=known.pop("title", "Python · 1 · A"),
                member_ids=tuple(members),
                **known,
            )
        )
        return UUID(str(group_id))

    async def work(self, student_id: UUID, status: str = "approved", **known: Any) -> UUID:
        """School tells of a work."""
        event = SubmissionChanged(
            **{
                "submission_id": uuid4(),
                "version": 1,
                "status": status,
                "title": "Tasks",
                "pull_url": "",
                "student_id": student_id,
                "curator_id": UUID(int=2),
                "changed_at": self.clock.now(),
                "assignment_id": ASSIGNMENTS[0],
                **known,
            }
        )
        await self.hear(event)
        return event.submission_id

    async def course(self) -> None:
        """A course of two modules, 100 and 200; lessons 1 and 2, and 3; five steps each."""
        await self.run(
            "INSERT INTO stepik_courses (course_id, title, next_pass_at) VALUES ($1, 'Python', $2)",
            COURSE,
            NOW,
        )
        for section_id, title in ((100, "Basics"), (200, "More")):
            await self.run(
                "INSERT INTO stepik_modules VALUES ($1, $2, 1, $3)", section_id, COURSE, title
            )
        for lesson_id, section_id in ((1, 100), (2, 100), (3, 200)):
            await self.run(
                "INSERT INTO stepik_lessons VALUES ($1, $2, $3, $1, 1, $4)",
                lesson_id,
                section_id,
                COURSE,
                f"Lesson {lesson_id}",
            )
            await self.run(
                """
                INSERT INTO stepik_steps (course_id, step_id, lesson_id, position, marked)
                SELECT $1, $2 * 10 + position, $2, position, true
                FROM generate_series(1, 5) AS position
                """,
                COURSE,
                lesson_id,
            )

    async def learner(self, person_id: UUID, user_id: int) -> None:
        """Whose account at Stepik it is becomes known."""
        await self.run(
            "INSERT INTO stepik_matches VALUES ($1, $2, 'by_hand', $3)", person_id, user_id, NOW
        )
        await self.run(
            """
            INSERT INTO stepik_learners
                (course_id, user_id, grade_id, first_seen_at, changed_at, seen_in)
            VALUES ($1, $2, 'g', $3, $3, 1)
            """,
            COURSE,
            user_id,
            NOW,
        )

    async def passes(
        self, user_id: int, *, lessons: Sequence[int] = (), steps: Sequence[int] = ()
    ) -> None:
        """A pass found that a learner had passed these; steps by their ids at Stepik."""
        for lesson_id in lessons:
            await self.run(
                "INSERT INTO stepik_lessons_passed VALUES ($1, $2, $3)", user_id, lesson_id, NOW
            )
        await self.run(
            "UPDATE stepik_learners SET steps_passed = steps_passed || $2 WHERE user_id = $1",
            user_id,
            list(steps),
        )

    async def ask(self, *people: UUID) -> None:
        """Something changed of them."""
        async with self.sync.service.database.transaction() as connection:
            await ask(connection, people)

    async def settle(self) -> None:
        """Everything that is due is done, but for what speaks with the outside and tells."""
        service = self.sync.service
        wanted = {"ask_all", "learn_days", "check_access"}
        while True:
            done = 0
            for due in service.due:
                if due.name in wanted:
                    done += await due.run(service.database, self.clock)
            if not done:
                return

    async def tell(self) -> list[dict[str, Any]]:
        """People are told; gives all that was told so far of access."""
        service = self.sync.service
        for due in service.due:
            if due.name == "tell_access":
                await due.run(service.database, self.clock)
        return await self.sync.told("sync.access.opened.v1", "sync.access.closed.v1")

    async def grants(self, person_id: UUID) -> dict[UUID, Grant]:
        """What a person has, or is to have."""
        async with self.sync.service.database.acquire() as connection:
            return {one.resource_id: one for one in await grants.list_grants(connection, person_id)}

    async def wanted(self, person_id: UUID) -> set[UUID]:
        """What a person is to have."""
        return {one.resource_id for one in (await self.grants(person_id)).values() if one.wanted}

    async def look(self, person_id: UUID) -> dict[UUID, Standing]:
        """How everything stands for a person."""
        async with self.sync.service.database.acquire() as connection:
            standings = await look(connection, person_id, self.clock.now())
        return {one.resource.resource_id: one for one in standings}

    async def decide(
        self,
        person_id: UUID,
        resource_id: UUID,
        decision: Decision | None,
        reason: str = "asked for it",
    ) -> None:
        """An operator decides."""
        async with self.sync.service.database.transaction() as connection:
            await decide(
                connection,
                person_id,
                resource_id,
                decision,
                reason,
                OPERATOR,
                self.clock,
                ring=self.ring,
            )

    async def confirm(self, person_id: UUID) -> None:
        """Boomstream does what is wanted, as `boomstream.granting` would write it."""
        await self.run(
            """
            UPDATE grants
            SET granted = wanted,
                granted_at = CASE WHEN wanted THEN coalesce(granted_at, $2) END,
                told = CASE WHEN (granted_at IS NOT NULL) = wanted THEN told ELSE false END
            WHERE person_id = $1 AND wanted <> granted
            """,
            person_id,
            self.clock.now(),
        )

    async def asks(self) -> list[Any]:
        """How often each was asked for."""
        return await self.rows("SELECT person_id, asks FROM access_checks ORDER BY person_id")

    def entry(self, resource: Resource, **changes: Any) -> Entry:
        """A resource as it stands, with changes."""
        entry = entry_of(resource, find_condition(resource.condition))
        return replace(entry, **changes)

    async def journal(self, person_id: UUID) -> list[str]:
        """The deeds of a person's journal, oldest first."""
        query = "SELECT deed FROM access_journal WHERE person_id = $1 ORDER BY entry_id"
        return [row["deed"] for row in await self.rows(query, person_id)]

    async def run(self, query: str, *values: Any) -> None:
        async with self.sync.service.database.acquire() as connection:
            await connection.execute(query, *values)

    async def rows(self, query: str, *values: Any) -> list[Any]:
        return await self.sync.rows(query, *values)


@asynccontextmanager
async def access(database_url: str, *, has_ring: bool = True) -> AsyncIterator[Access]:
    """sync as it keeps rules and grants, at a standing hour."""
    clock = StandingClock(NOW)
    keys = KeyRing.generate()
    settings: dict[str, Any] = {"data_keys": SecretStr(keys)} if has_ring else {}
    school = FakeSchool(
        groups={GROUPS[0]: "Python · 1 · A"}, assignments={ASSIGNMENTS[0]: "Python · 1 · Tasks"}
    )
    transport = httpx.MockTransport(school)
    async with (
        asking(database_url, clock=clock, **settings) as sync,
        httpx.AsyncClient(transport=transport, base_url="http://school.test") as client,
    ):
        resources = Resources(sync.service.database, School(client), clock)
        yield Access(sync, school, resources, clock, sync.service.ring)
