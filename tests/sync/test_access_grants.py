"""What operators decide, how things stand for a person, and what people are told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from services.sync.access.conditions import (
    AllOf,
    AnyOf,
    Condition,
    CoursePerCent,
    FromDate,
    InGroup,
    LessonPassed,
)
from services.sync.access.errors import (
    GrantsAreOff,
    ReasonMissing,
    ResourceArchived,
    ResourceNotFound,
)
from services.sync.access.grants.repository import Earned, earn
from services.sync.access.verdicts import Missing
from services.sync.boomstream.recovery import recovery_of
from tests.sync.rules import COURSE, GROUPS, OPERATOR, Access, access


@pytest.fixture
async def ours(database_url: str) -> AsyncIterator[Access]:
    async with access(database_url) as opened:
        await opened.course()
        yield opened


async def test_an_operator_opens_what_no_rule_opens_and_takes_it_back(ours: Access) -> None:
    lena = await ours.person()
    resource = await ours.resource()
    await ours.settle()
    assert (await ours.look(lena))[resource].missing == (Missing("operator"),)
    await ours.decide(lena, resource, "allow", "  paid \n for it ")
    grant = (await ours.grants(lena))[resource]
    assert (grant.wanted, grant.decision, grant.reason, grant.decided_by) == (
        True,
        "allow",
        "paid for it",
        OPERATOR,
    )
    assert (await ours.look(lena))[resource].is_opening
    await ours.confirm(lena)
    assert (await ours.look(lena))[resource].is_open
    await ours.decide(lena, resource, None, "until today")
    standing = (await ours.look(lena))[resource]
    assert (standing.is_open, standing.is_denied) == (False, False)
    assert await ours.journal(lena) == ["allowed", "undecided"]


async def test_what_was_denied_stays_closed_whatever_is_earned(ours: Access) -> None:
    lena = await ours.person()
    resource = await ours.resource(InGroup(GROUPS[0]))
    await ours.decide(lena, resource, "deny", "shared the link")
    await ours.group([lena])
    await ours.settle()
    assert await ours.wanted(lena) == set()
    assert (await ours.look(lena))[resource].is_denied
    # It was earned all the same: with the rule's word it opens.
    await ours.decide(lena, resource, None, "a mistake")
    assert await ours.wanted(lena) == {resource}
    assert await ours.journal(lena) == ["denied", "earned", "undecided"]


async def test_what_was_earned_is_taken_back_by_an_operator_alone(ours: Access) -> None:
    lena = await ours.person()
    resource = await ours.resource(InGroup(GROUPS[0]))
    await ours.group([lena])
    await ours.settle()
    code = recovery_of((await ours.grants(lena))[resource], ours.ring)  # type: ignore[arg-type]
    await ours.confirm(lena)
    await ours.decide(lena, resource, "deny", "shared the link")
    await ours.settle()
    assert await ours.wanted(lena) == set()
    standing = (await ours.look(lena))[resource]
    assert (standing.is_open, standing.is_denied, standing.missing) == (False, True, ())
    await ours.decide(lena, resource, "allow", "sorry")
    assert await ours.wanted(lena) == {resource}
    # The code of their links is chosen once.
    assert recovery_of((await ours.grants(lena))[resource], ours.ring) == code  # type: ignore[arg-type]


async def test_the_same_decision_once_more_is_no_deed(ours: Access) -> None:
    lena = await ours.person()
    resource = await ours.resource()
    await ours.decide(lena, resource, None)
    for _ in range(2):
        await ours.decide(lena, resource, "allow")
    assert await ours.journal(lena) == ["allowed"]
    assert (await ours.grants(lena))[resource].version == 1


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501], ids=["empty", "blank", "long"])
async def test_a_decision_has_a_reason(ours: Access, reason: str) -> None:
    resource = await ours.resource()
    with pytest.raises(ReasonMissing):
        await ours.decide(uuid4(), resource, "allow", reason)


async def test_what_is_not_there_or_archived_is_not_opened(ours: Access) -> None:
    lena = await ours.person()
    with pytest.raises(ResourceNotFound):
        await ours.decide(lena, uuid4(), "allow")
    resource = await ours.resource()
    await ours.decide(lena, resource, "allow")
    await ours.resources.archive(resource, version=1)
    with pytest.raises(ResourceArchived):
        await ours.decide(uuid4(), resource, "allow")
    await ours.decide(lena, resource, "deny")
    assert await ours.wanted(lena) == set()


async def test_without_a_ring_nothing_is_decided(database_url: str) -> None:
    async with access(database_url, has_ring=False) as ours:
        resource = await ours.resource()
        with pytest.raises(GrantsAreOff):
            await ours.decide(uuid4(), resource, "allow")


async def test_how_everything_stands_for_a_person(ours: Access) -> None:
    lena = await ours.person()
    await ours.learner(lena, 1)
    opened = await ours.resource(LessonPassed(1), position=3)
    waiting = await ours.resource(LessonPassed(1), position=2)
    missing = await ours.resource(
        AllOf((CoursePerCent(COURSE, 80), InGroup(GROUPS[0]))), position=1
    )
    await ours.settle()
    await ours.passes(1, lessons=[1], steps=[11, 12, 13, 14, 15])
    # Before the look that gives it: it is opening already.
    assert (await ours.look(lena))[opened].is_opening
    await ours.ask(lena)
    await ours.settle()
    await ours.confirm(lena)
    await ours.run("UPDATE grants SET granted = false WHERE resource_id = $1", waiting)
    standings = await ours.look(lena)
    assert list(standings) == [missing, waiting, opened]
    assert standings[missing].missing == (
        Missing("course", "Python", 33, 80),
        Missing("group", "Python · 1 · A"),
    )
    assert (standings[waiting].is_open, standings[waiting].is_opening) == (False, True)
    assert (standings[opened].is_open, standings[opened].opened_at) == (True, ours.clock.now())
    # Boomstream's own end of it.
    ends = ours.clock.now() + timedelta(days=1)
    await ours.run("UPDATE grants SET expires_at = $1", ends)
    assert (await ours.look(lena))[opened].expires_at == ends
    ours.clock.at += timedelta(days=1)
    standing = (await ours.look(lena))[opened]
    assert (standing.is_open, standing.is_opening, standing.missing) == (False, False, ())


async def test_of_all_that_opens_at_once_a_person_is_told_once(ours: Access) -> None:
    lena, boris = await ours.person(), await ours.person()
    first = await ours.resource(LessonPassed(1), title="First")
    second = await ours.resource(LessonPassed(1), title="Second")
    await ours.learner(lena, 1)
    await ours.passes(1, lessons=[1])
    await ours.ask(lena, boris)
    await ours.settle()
    assert await ours.tell() == []
    # One of two is confirmed: the other may come at any moment.
    await ours.confirm(lena)
    await ours.run("UPDATE grants SET granted = false WHERE resource_id = $1", second)
    assert await ours.tell() == []
    await ours.confirm(lena)
    (told,) = await ours.tell()
    assert told["person_id"] == str(lena)
    assert [one["title"] for one in told["resources"]] == ["First", "Second"]
    assert (told["opened"], told["lesson"], told["version"]) == (2, "Lesson 1", 1)
    assert told["page_url"] == "http://localhost:8080/sync/videos"
    assert await ours.tell() == [told]
    await ours.decide(lena, first, "deny", "shared the link")
    await ours.confirm(lena)
    (_, closed) = await ours.tell()
    assert (closed["resource_id"], closed["reason"], closed["version"]) == (
        str(first),
        "shared the link",
        2,
    )


@pytest.mark.parametrize(
    ("condition", "passed", "lesson"),
    [
        (AnyOf((LessonPassed(1), LessonPassed(2))), [2], "Lesson 2"),
        (AllOf((LessonPassed(1), FromDate(date(2026, 1, 1)))), [1], "Lesson 1"),
        (AllOf((LessonPassed(1), LessonPassed(2))), [1, 2], ""),
        (AnyOf((LessonPassed(1), FromDate(date(2026, 1, 1)))), [2], ""),
    ],
    ids=["one of two", "and a day", "two", "a day instead"],
)
async def test_the_lesson_that_opened_it_is_named_if_it_was_one(
    ours: Access, condition: Condition, passed: list[int], lesson: str
) -> None:
    lena = await ours.person()
    await ours.resource(condition)
    await ours.learner(lena, 1)
    await ours.passes(1, lessons=passed)
    await ours.ask(lena)
    await ours.settle()
    await ours.confirm(lena)
    (told,) = await ours.tell()
    assert told["lesson"] == lesson


async def test_what_an_operator_opened_names_no_lesson(ours: Access) -> None:
    lena = await ours.person()
    resource = await ours.resource(LessonPassed(1))
    await ours.decide(lena, resource, "allow", "a gift")
    await ours.confirm(lena)
    (told,) = await ours.tell()
    assert told["lesson"] == ""


async def test_what_fails_or_waits_long_keeps_nobody_from_being_told(ours: Access) -> None:
    lena = await ours.person()
    await ours.resource(FromDate(date(2026, 1, 1)))
    late = await ours.resource(FromDate(date(2026, 1, 1)))
    await ours.settle()
    await ours.confirm(lena)
    await ours.run("UPDATE grants SET granted = false, told = NULL WHERE resource_id = $1", late)
    assert await ours.tell() == []
    ours.clock.at += timedelta(minutes=3)
    (told,) = await ours.tell()
    assert (told["opened"], told["lesson"]) == (1, "")
    await ours.confirm(lena)
    await ours.run("UPDATE grants SET told = false WHERE resource_id = $1", late)
    failing = await ours.resource(FromDate(date(2026, 1, 1)))
    await ours.settle()
    await ours.run("UPDATE grants SET attempts = 1 WHERE resource_id = $1", failing)
    assert len(await ours.tell()) == 2


async def test_what_comes_back_after_a_loss_is_not_told_as_closed(ours: Access) -> None:
    lena = await ours.person()
    await ours.resource(FromDate(date(2026, 1, 1)))
    await ours.settle()
    await ours.confirm(lena)
    # It ran out, or is gone at Boomstream, before its person was told.
    await ours.run("UPDATE grants SET granted = false, attempts = 1")
    assert await ours.tell() == []
    other = await ours.resource(FromDate(date(2026, 1, 1)))
    await ours.settle()
    await ours.run(
        "UPDATE grants SET granted = true, granted_at = $2, told = false WHERE resource_id = $1",
        other,
        ours.clock.now(),
    )
    (told,) = await ours.tell()
    assert [one["resource_id"] for one in told["resources"]] == [str(other)]
    await ours.confirm(lena)
    assert [one["version"] for one in await ours.tell()] == [1, 2]


async def test_what_was_earned_is_earned_once_whoever_says_it_again(ours: Access) -> None:
    lena = await ours.person()
    resource = await ours.resource(InGroup(GROUPS[0]))
    again = [Earned(lena, resource, b"sealed", "k1"), Earned(lena, resource, b"other", "k1")]
    for one, fresh in zip(again, ([(lena, resource)], []), strict=True):
        async with ours.sync.service.database.transaction() as connection:
            assert await earn(connection, [one], ours.clock.now()) == fresh
    grant = (await ours.grants(lena))[resource]
    assert (grant.recovery, grant.version) == (b"sealed", 1)
    assert await ours.journal(lena) == ["earned"]


async def test_five_hundred_videos_fit_into_one_event(ours: Access) -> None:
    lena = await ours.person()
    await ours.run(
        """
        INSERT INTO resources
            (resource_id, kind, title, code, condition, position, created_at, changed_at)
        SELECT gen_random_uuid(), 'video', repeat('Ж', 200), 'c' || number,
            '{"from_date": "2026-01-01"}', number, $1, $1
        FROM generate_series(1, 500) AS number
        """,
        ours.clock.now(),
    )
    await ours.settle()
    await ours.confirm(lena)
    (told,) = await ours.tell()
    assert (len(told["resources"]), told["opened"]) == (50, 500)


async def test_two_who_tell_at_once_tell_once(ours: Access) -> None:
    people = [await ours.person() for _ in range(10)]
    await ours.resource(FromDate(date(2026, 1, 1)))
    await ours.settle()
    for one in people:
        await ours.confirm(one)
    await asyncio.gather(*(ours.tell() for _ in range(4)))
    told = await ours.tell()
    assert {UUID(one["person_id"]) for one in told} == set(people)
    assert len(told) == 10
