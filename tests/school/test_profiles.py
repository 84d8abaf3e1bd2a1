"""Profiles: who sees how much of whom, and what stands on the board."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from services.school.profiles import service
from tests.school.tables import NOW, Pages, School, school_tables, text_of


@dataclass
class Place:
    """Ann learns in one team and has sent a work to a reviewer besides."""

    people: dict[str, UUID]
    team: UUID
    works: dict[str, UUID]


async def _place(school: School) -> Place:
    people = {
        name: await school.person(name.title())
        for name in ("ann", "mate", "curator", "colleague", "reviewer", "stranger", "administrator")
    }
    course = await school.course()
    program = await school.program(course)
    week = await school.week(program, 1)
    task = await school.assignment(week, "First steps")
    stream = await school.stream(course, program)
    team = await school.team(stream, people["curator"], people["ann"], people["mate"])
    await school.team(stream, people["colleague"], people["stranger"])
    works = {
        "team": await school.work(
            people["ann"], people["curator"], assignment_id=task, group_id=team
        ),
        "alone": await school.work(people["ann"], people["reviewer"], "approved"),
    }
    return Place(people, team, works)


ALL, NONE = {"team", "alone"}, None


@pytest.mark.parametrize(
    ("viewer", "whose", "shown"),
    [
        ("ann", "ann", ALL),
        ("administrator", "ann", ALL),
        ("curator", "ann", ALL),
        ("reviewer", "ann", {"alone"}),
        # A student sees whom they learn from, and nothing of what those sent themselves.
        ("ann", "curator", NONE),
        ("mate", "curator", NONE),
        ("ann", "reviewer", NONE),
    ],
)
async def test_who_sees_which_works_of_whom(
    database_url: str, viewer: str, whose: str, shown: set[str] | None
) -> None:
    async with school_tables(database_url) as (pages, school):
        place = await _place(school)
        told = await _read(pages, place, viewer, whose)
        if shown is None:
            assert told["board"] is None
            return
        ids = {UUID(work["submission_id"]) for column in told["board"] for work in column["works"]}
        assert ids == {place.works[name] for name in shown}
        assert sum(column["total"] for column in told["board"]) == len(shown)


@pytest.mark.parametrize(
    ("viewer", "whose"),
    [
        ("mate", "ann"),
        ("stranger", "ann"),
        ("colleague", "ann"),
        ("ann", "mate"),
        ("ann", "colleague"),
        ("mate", "reviewer"),
        ("ann", "administrator"),
        ("curator", "colleague"),
        ("curator", "stranger"),
        ("administrator", "nobody"),
        ("ann", "nobody"),
    ],
)
async def test_everybody_else_finds_nobody(database_url: str, viewer: str, whose: str) -> None:
    async with school_tables(database_url) as (pages, school):
        place = await _place(school)
        role = "administrator" if viewer == "administrator" else "curator"
        person_id = place.people.get(whose, uuid4())
        for accept in ("text/html", "application/json"):
            answer = await pages.get(
                f"/school/people/{person_id}", place.people[viewer], role, accept=accept
            )
            assert answer.status_code == 404
            assert "There is no such person here" in text_of(answer.text)


async def _read(pages: Pages, place: Place, viewer: str, whose: str) -> dict[str, object]:
    role = "administrator" if viewer == "administrator" else "student"
    path = f"/school/people/{place.people[whose]}"
    page = await pages.get(path, place.people[viewer], role)
    assert page.status_code == 200
    assert whose.title() in text_of(page.text)
    told = await pages.read(path, place.people[viewer], role)
    assert isinstance(told, dict)
    return told


async def test_a_student_sees_only_the_teams_that_they_share_with_a_curator(
    database_url: str,
) -> None:
    async with school_tables(database_url) as (pages, school):
        place = await _place(school)
        course = await school.course()
        other = await school.team(await school.stream(course), place.people["curator"])
        ann = place.people["ann"]
        await school.team(await school.stream(course), place.people["colleague"], ann)
        path = f"/school/people/{place.people['curator']}"

        async def taught(viewer: str, *roles: str) -> set[UUID]:
            told = await pages.read(path, place.people[viewer], *roles)
            return {UUID(one["team"]["group_id"]) for one in told["teaches"]}

        assert await taught("ann") == {place.team}
        assert await taught("curator") == {place.team, other}
        assert await taught("administrator", "administrator") == {place.team, other}


async def test_who_reviews_a_single_work_learns_nothing_of_teams_and_tasks(
    database_url: str,
) -> None:
    async with school_tables(database_url) as (pages, school):
        place = await _place(school)
        told = await _read(pages, place, "reviewer", "ann")
        assert told["learns_in"] == told["teaches"] == told["tasks"] == []


async def test_a_private_note_is_on_nobodys_board(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        await school.work(student, curator, note="my secret")
        for accept in ("text/html", "application/json"):
            path = f"/school/people/{student}"
            answer = await pages.get(path, curator, "administrator", accept=accept)
            assert "my secret" not in answer.text


async def test_the_board_has_four_columns_newest_first_with_totals(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_IN_A_COLUMN", 2)
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        review = [
            await school.work(student, curator, changed_at=NOW - timedelta(days=age))
            for age in (3, 1, 2)
        ]
        await school.work(student, curator, "execution")
        await school.work(student, curator, "available")
        told = await pages.read(f"/school/people/{student}", student)
        columns = {column["status"]: column for column in told["board"]}
        assert list(columns) == ["execution", "review", "correction", "approved"]
        assert [columns[one]["total"] for one in columns] == [1, 3, 0, 0]
        shown = [UUID(work["submission_id"]) for work in columns["review"]["works"]]
        assert shown == [review[1], review[2]]
        page = text_of((await pages.get(f"/school/people/{student}", student)).text)
        assert "and 1 more" in page


async def test_tasks_are_of_open_weeks_of_running_streams_and_not_handed_in(
    database_url: str,
) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        course = await school.course()
        program = await school.program(course)
        first, third, fourth = [await school.week(program, number) for number in (1, 3, 4)]
        fresh = await school.assignment(first, "Fresh", due_day=3)
        sent = await school.assignment(first, "Sent")
        done = await school.assignment(first, "Done")
        returned = await school.assignment(third, "Returned", due_day=7)
        await school.assignment(first, "Retired", retired_at=NOW)
        await school.assignment(fourth, "Later")
        team = await school.team(await school.stream(course, program), curator, student)
        over = await school.stream(course, program, finish_on=date(2026, 10, 14))
        await school.team(over, curator, student)
        for assignment_id, status in (
            (sent, "review"),
            (done, "approved"),
            (returned, "correction"),
        ):
            await school.work(student, curator, status, assignment_id=assignment_id, group_id=team)
        told = (await pages.read(f"/school/people/{student}", student))["tasks"]
        assert [(one["name"], one["status"], one["due_on"], one["is_late"]) for one in told] == [
            ("Returned", "correction", "2026-10-21", False),
            ("Fresh", "available", "2026-10-03", True),
        ]
        page = await pages.get(f"/school/people/{student}", student)
        assert f'href="/school/teams/{team}/assignments/{fresh}"' in page.text
        assert "by 3 October" in page.text
        foreign = await pages.get(f"/school/people/{student}", curator)
        assert "Current assignments" in foreign.text
        assert "/assignments/" not in foreign.text


async def test_what_is_done_in_one_team_is_still_to_do_in_another(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        course = await school.course()
        program = await school.program(course)
        task = await school.assignment(await school.week(program, 1), "First steps")
        done = await school.team(await school.stream(course, program), curator, student)
        again = await school.team(await school.stream(course, program), curator, student)
        await school.work(student, curator, "approved", assignment_id=task, group_id=done)
        told = (await pages.read(f"/school/people/{student}", student))["tasks"]
        assert [UUID(one["group_id"]) for one in told] == [again]


async def test_courses_are_shown_with_their_week(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        course = await school.course("Python")
        program = await school.program(course)
        for number in range(1, 11):
            await school.week(program, number)
        streams = {
            "now": await school.stream(course, program),
            "later": await school.stream(course, program, start_on=date(2026, 11, 5)),
            "over": await school.stream(course, program, finish_on=date(2026, 10, 14)),
        }
        teams = {
            name: await school.team(stream, curator, student) for name, stream in streams.items()
        }
        page = await pages.get(f"/school/people/{student}", student)
        words = text_of(page.text)
        for said in ("week 3 of 10", "begins on 5 November", "the stream is over"):
            assert words.count(said) == 1, said
        assert f'href="/school/teams/{teams["now"]}/weeks/3"' in page.text
        assert f"/school/teams/{teams['later']}/weeks" not in page.text
        russian = text_of((await pages.get(f"/school/people/{student}", student, locale="ru")).text)
        assert "неделя 3 из 10" in russian
        assert "начнётся 5 ноября" in russian


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({}, ("link Telegram",)),
        ({"telegram_id": 7}, ()),
        ({"name": "", "telegram_id": 7}, ("say what you are called",)),
        ({"github_login": None, "telegram_id": 7}, ("link GitHub",)),
    ],
)
async def test_who_is_not_known_well_is_asked_on_their_own_profile_alone(
    database_url: str, known: dict[str, object], asked: tuple[str, ...]
) -> None:
    async with school_tables(database_url) as (pages, school):
        person = await school.person(**known)
        page = text_of((await pages.get(f"/school/people/{person}", person)).text)
        said = {"say what you are called", "link Telegram", "link GitHub"}
        assert {words for words in said if words in page} == set(asked)
        assert ("profile is not complete" in page) == bool(asked)
        foreign = await pages.get(f"/school/people/{person}", uuid4(), "administrator")
        assert "profile is not complete" not in foreign.text


async def test_an_address_that_is_no_id_is_no_page(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        assert (await pages.get("/school/people/x", await school.person())).status_code == 404
