"""Who is looked at when, and what they are given for it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.sync.access.conditions import (
    AllOf,
    CoursePerCent,
    FromDate,
    InGroup,
    LessonPassed,
    ModulePerCent,
    StepPassed,
    WorkApproved,
)
from tests.sync.rules import ASSIGNMENTS, COURSE, GROUPS, Access, access


@pytest.fixture
async def ours(database_url: str) -> AsyncIterator[Access]:
    async with access(database_url) as opened:
        await opened.course()
        yield opened


async def test_what_is_passed_at_stepik_opens_what_its_rules_say(ours: Access) -> None:
    lena = await ours.person()
    await ours.learner(lena, 1)
    lesson = await ours.resource(LessonPassed(1))
    step = await ours.resource(StepPassed(1, 2))
    module = await ours.resource(ModulePerCent(100, 50))
    course = await ours.resource(CoursePerCent(COURSE, 34))
    await ours.settle()
    assert await ours.wanted(lena) == set()
    # Five of the ten steps of module 100, five of the fifteen of the course.
    await ours.passes(1, lessons=[1], steps=[11, 12, 13, 14, 15])
    await ours.ask(lena)
    await ours.settle()
    assert await ours.wanted(lena) == {lesson, step, module}
    await ours.passes(1, steps=[31])
    await ours.ask(lena)
    await ours.settle()
    assert await ours.wanted(lena) == {lesson, step, module, course}
    assert await ours.journal(lena) == ["earned"] * 4


async def test_a_look_that_is_repeated_gives_nothing_twice(ours: Access) -> None:
    lena = await ours.person()
    resource = await ours.resource(InGroup(GROUPS[0]))
    await ours.group([lena])
    await ours.settle()
    before = await ours.grants(lena)
    for _ in range(3):
        await ours.ask(lena)
        await ours.settle()
    assert await ours.grants(lena) == before
    assert set(before) == {resource}
    assert await ours.journal(lena) == ["earned"]


async def test_two_who_look_at_once_earn_once(ours: Access) -> None:
    people = [await ours.person() for _ in range(20)]
    await ours.resource(InGroup(GROUPS[0]))
    await ours.group(people)
    await asyncio.gather(*(ours.settle() for _ in range(4)))
    (row,) = await ours.rows("SELECT count(*), count(DISTINCT person_id) FROM access_journal")
    assert tuple(row) == (20, 20)
    assert await ours.rows("SELECT 1 FROM access_checks WHERE asks <> answered") == []


async def test_what_was_earned_stays_whatever_changes_later(ours: Access) -> None:
    lena = await ours.person()
    resource = await ours.resource(InGroup(GROUPS[0]), code="first")
    await ours.group([lena])
    await ours.settle()
    await ours.group([], version=2)
    await ours.settle()
    assert await ours.wanted(lena) == {resource}
    found = (await ours.look(lena))[resource].resource
    stricter = AllOf((InGroup(GROUPS[0]), LessonPassed(1)))
    await ours.resources.change(
        resource,
        ours.entry(found, condition=stricter),
        version=found.version,
    )
    await ours.settle()
    assert await ours.wanted(lena) == {resource}
    assert await ours.journal(lena) == ["earned"]


async def test_a_new_rule_opens_for_everybody_who_meets_it_already(ours: Access) -> None:
    people = [await ours.person() for _ in range(7)]
    await ours.group(people[:5])
    await ours.settle()
    resource = await ours.resource(InGroup(GROUPS[0]))
    assert await ours.wanted(people[0]) == set()
    await ours.settle()
    assert [await ours.wanted(one) == {resource} for one in people] == [True] * 5 + [False] * 2


async def test_everybody_is_gone_through_bit_by_bit_and_nobody_is_left_out(
    ours: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.sync.access.checks import service, sweeping

    monkeypatch.setattr(sweeping, "AT_ONCE", 3)
    monkeypatch.setattr(service, "AT_ONCE", 2)
    people = [await ours.person() for _ in range(10)]
    await ours.group(people)
    await ours.settle()
    await ours.resource(InGroup(GROUPS[0]))
    await sweeping.ask_next(ours.sync.service.database, ours.clock)
    # A second rule while the first is gone through: who was asked for before is so again.
    await ours.resource(InGroup(GROUPS[0]))
    assert len(await ours.rows("SELECT 1 FROM access_sweeps")) == 2
    await ours.resource(InGroup(GROUPS[0]))
    assert len(await ours.rows("SELECT 1 FROM access_sweeps")) == 2
    await ours.settle()
    assert await ours.rows("SELECT 1 FROM access_sweeps") == []
    assert [len(await ours.wanted(one)) for one in people] == [3] * 10


async def test_who_comes_into_a_group_and_who_goes_is_looked_at(ours: Access) -> None:
    lena, boris, vera = [await ours.person() for _ in range(3)]
    await ours.settle()
    await ours.resource(InGroup(GROUPS[0]))
    await ours.group([lena, boris])
    await ours.settle()
    asked = {row["person_id"]: row["asks"] for row in await ours.asks()}
    await ours.group([boris, vera], version=3)
    later = {row["person_id"]: row["asks"] for row in await ours.asks()}
    assert {one for one in later if later[one] != asked[one]} == {lena, vera}
    # Told late or twice: the newest stands.
    await ours.group([lena], version=2)
    await ours.group([lena], version=3)
    await ours.settle()
    rows = await ours.rows("SELECT person_id FROM access_members")
    assert {row["person_id"] for row in rows} == {boris, vera}
    await ours.group([vera], version=4, deleted=True)
    assert await ours.rows("SELECT person_id FROM access_members") == []


async def test_an_approved_work_opens_and_its_correction_closes_nothing(ours: Access) -> None:
    lena, boris = await ours.person(), await ours.person()
    resource = await ours.resource(WorkApproved(ASSIGNMENTS[0]))
    work = await ours.work(lena, "review")
    await ours.settle()
    assert await ours.wanted(lena) == set()
    await ours.work(lena, submission_id=work, version=3)
    # An older word comes late.
    await ours.work(lena, "correction", submission_id=work, version=2)
    await ours.work(boris, assignment_id=ASSIGNMENTS[1])
    await ours.work(boris, assignment_id=None)
    await ours.settle()
    assert await ours.wanted(lena) == {resource}
    assert await ours.wanted(boris) == set()
    await ours.work(lena, "correction", submission_id=work, version=4)
    await ours.settle()
    assert await ours.wanted(lena) == {resource}
    (row,) = await ours.rows("SELECT approved FROM access_works WHERE person_id = $1", lena)
    assert row["approved"] is False


async def test_a_work_is_still_watched_when_its_approval_is_kept(ours: Access) -> None:
    lena = await ours.person()
    await ours.work(lena, "review", pull_url="https://github.com/lena/tasks/pull/3")
    assert len(await ours.rows("SELECT 1 FROM watched_works")) == 1
    assert len(await ours.rows("SELECT 1 FROM access_works")) == 1


async def test_works_approved_before_a_rule_named_them_count(ours: Access) -> None:
    lena, boris = await ours.person(), await ours.person()
    ours.school.page = 2
    ours.school.works[ASSIGNMENTS[0]] = [
        (UUID(int=number), lena if number == 7 else uuid4(), 4) for number in range(1, 8)
    ]
    resource = await ours.resource(WorkApproved(ASSIGNMENTS[0]))
    await ours.settle()
    assert await ours.wanted(lena) == {resource}
    assert await ours.wanted(boris) == set()
    assert len(ours.school.asked) == 1 + 4


async def test_a_day_begins_for_each_where_they_live(ours: Access) -> None:
    ours.clock.at = datetime(2026, 9, 29, 12, 0, tzinfo=UTC)
    kamchatka = await ours.person(zone="Asia/Kamchatka")  # +12
    moscow = await ours.person(zone="Europe/Moscow")  # +3
    lost = await ours.person(zone="Nowhere/At_All")  # as the school
    honolulu = await ours.person(zone="Pacific/Honolulu")  # -10
    resource = await ours.resource(FromDate(date(2026, 10, 1)))
    await ours.settle()

    async def opened_at(hour: int, day: int = 30) -> set[UUID]:
        ours.clock.at = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour)
        await ours.settle()
        people = (kamchatka, moscow, lost, honolulu)
        return {one for one in people if await ours.wanted(one) == {resource}}

    assert await opened_at(11) == set()
    assert await opened_at(12) == {kamchatka}
    assert await opened_at(20) == {kamchatka}
    assert await opened_at(21) == {kamchatka, moscow, lost}
    assert await opened_at(9, day=31) == {kamchatka, moscow, lost}
    (row,) = await ours.rows("SELECT due_on FROM resources")
    assert row["due_on"] == date(2026, 10, 1)
    assert await opened_at(10, day=31) == {kamchatka, moscow, lost, honolulu}
    assert await opened_at(13, day=31) == {kamchatka, moscow, lost, honolulu}
    (row,) = await ours.rows("SELECT due_on FROM resources")
    assert row["due_on"] is None


async def test_days_that_came_while_nobody_worked_are_made_good_for(ours: Access) -> None:
    lena = await ours.person()
    first = await ours.resource(FromDate(date(2026, 9, 20)))
    second = await ours.resource(FromDate(date(2026, 9, 21)))
    later = await ours.resource(FromDate(date(2026, 12, 1)))
    await ours.settle()
    ours.clock.at += timedelta(days=30)
    await ours.settle()
    assert await ours.wanted(lena) == {first, second}
    rows = await ours.rows("SELECT resource_id, due_on FROM resources WHERE due_on IS NOT NULL")
    assert [tuple(row) for row in rows] == [(later, date(2026, 12, 1))]


async def test_who_moves_to_where_the_day_has_begun_is_looked_at(ours: Access) -> None:
    ours.clock.at = datetime(2026, 9, 30, 15, 0, tzinfo=UTC)
    lena = await ours.person(zone="Europe/Moscow")
    resource = await ours.resource(FromDate(date(2026, 10, 1)))
    await ours.settle()
    assert await ours.wanted(lena) == set()
    await ours.person(person_id=lena, version=2, zone="Asia/Kamchatka")
    await ours.settle()
    assert await ours.wanted(lena) == {resource}


async def test_a_new_person_is_looked_at_and_one_told_of_again_is_not(ours: Access) -> None:
    resource = await ours.resource(FromDate(date(2026, 1, 1)))
    await ours.settle()
    lena = await ours.person()
    await ours.settle()
    assert await ours.wanted(lena) == {resource}
    before = await ours.asks()
    await ours.person(person_id=lena, version=2, name="Elena")
    assert await ours.asks() == before


async def test_without_a_ring_nothing_is_given_and_everybody_stays_asked_for(
    database_url: str,
) -> None:
    async with access(database_url, has_ring=False) as ours:
        lena = await ours.person()
        await ours.resource(FromDate(date(2026, 1, 1)))
        await ours.settle()
        assert await ours.grants(lena) == {}
        assert len(await ours.rows("SELECT 1 FROM access_checks WHERE asks <> answered")) == 1
    async with access(database_url) as ours:
        await ours.settle()
        assert len(await ours.wanted(lena)) == 1


async def test_who_is_deleted_has_nothing_any_more_and_is_given_nothing(ours: Access) -> None:
    lena = await ours.person()
    await ours.resource(FromDate(date(2026, 1, 1)))
    await ours.settle()
    await ours.confirm(lena)
    await ours.person(person_id=lena, version=2, name="", deleted=True)
    await ours.resource(FromDate(date(2026, 1, 1)))
    await ours.settle()
    await ours.ask(lena)
    await ours.settle()
    assert await ours.wanted(lena) == set()
    await ours.confirm(lena)
    assert await ours.tell() == []


async def test_who_nobody_told_of_yet_is_looked_at_all_the_same(ours: Access) -> None:
    stranger = uuid4()
    resource = await ours.resource(InGroup(GROUPS[0]))
    await ours.group([stranger])
    await ours.settle()
    assert await ours.wanted(stranger) == {resource}


async def test_what_is_archived_is_given_to_nobody_new_and_kept_by_who_has_it(
    ours: Access,
) -> None:
    lena, boris = await ours.person(), await ours.person()
    resource = await ours.resource(InGroup(GROUPS[0]))
    await ours.group([lena])
    await ours.settle()
    await ours.resources.archive(resource, version=1)
    await ours.group([lena, boris], version=2)
    await ours.settle()
    assert await ours.wanted(lena) == {resource}
    assert await ours.wanted(boris) == set()
    assert set(await ours.look(lena)) == {resource}
    assert await ours.look(boris) == {}
    await ours.resources.bring_back(resource, version=2)
    await ours.settle()
    assert await ours.wanted(boris) == {resource}


async def test_a_rule_that_nobody_can_read_opens_nothing_and_stops_nobody(ours: Access) -> None:
    lena = await ours.person()
    broken = await ours.resource(FromDate(date(2026, 1, 1)))
    await ours.run("UPDATE resources SET condition = '{\"moon\": 1}'")
    whole = await ours.resource(FromDate(date(2026, 1, 1)))
    await ours.settle()
    assert await ours.wanted(lena) == {whole}
    assert not (await ours.look(lena))[broken].is_open
