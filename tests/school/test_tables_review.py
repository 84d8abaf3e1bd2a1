"""The tables of works: whose they show, in which order, page by page."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.school.tables.cursors import OLDEST, Cursor, read_cursor
from services.school.tables.review import service
from shared.errors import NotFound
from tests.school.tables import NOW, Pages, School, rows_of, school_tables, text_of


async def _two_curators(school: School) -> tuple[UUID, UUID, dict[str, UUID]]:
    """Two curators with a team each in one stream, and a work of each kind for the first."""
    curator, other = await school.person("Curator"), await school.person("Other")
    student, stranger = await school.person("Student"), await school.person("Stranger")
    course = await school.course()
    program = await school.program(course)
    week = await school.week(program, 1)
    task = await school.assignment(week, "First steps")
    stream = await school.stream(course, program)
    team = await school.team(stream, curator, student)
    others = await school.team(stream, other, stranger)
    works = {
        "team": await school.work(student, curator, assignment_id=task, group_id=team),
        "alone": await school.work(student, curator),
        "other": await school.work(stranger, other, assignment_id=task, group_id=others),
    }
    return curator, other, works


def _ids(told: dict[str, list[dict[str, str]]]) -> list[UUID]:
    return [UUID(work["submission_id"]) for work in told["works"]]


async def test_a_curator_sees_the_works_of_their_teams_and_their_own_ones(
    database_url: str,
) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, other, works = await _two_curators(school)
        own = await pages.read("/school/review", curator, "curator")
        assert set(_ids(own)) == {works["team"], works["alone"]}
        assert own["counts"] == {"review": 2, "correction": 0, "execution": 0}
        assert _ids(await pages.read("/school/review", other, "curator")) == [works["other"]]


async def test_a_work_follows_its_team_to_another_curator(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, other, works = await _two_curators(school)
        async with school.database.acquire() as connection:
            await connection.execute(
                "UPDATE groups SET curator_id = $1 WHERE curator_id = $2", other, curator
            )
        assert _ids(await pages.read("/school/review", curator)) == [works["alone"]]
        assert set(_ids(await pages.read("/school/review", other))) == {
            works["team"],
            works["other"],
        }


@pytest.mark.parametrize(
    ("who", "whose", "status", "count"),
    [
        ("curator", None, 200, 2),
        ("curator", "curator", 200, 2),
        ("curator", "other", 404, 0),
        ("curator", "nobody", 404, 0),
        ("student", None, 200, 0),
        ("student", "curator", 404, 0),
        ("administrator", None, 200, 3),
        ("administrator", "curator", 200, 2),
        ("administrator", "other", 200, 1),
        ("administrator", "nobody", 200, 0),
    ],
)
async def test_only_administrators_choose_whose_works_they_see(
    database_url: str, who: str, whose: str | None, status: int, count: int
) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, other, _ = await _two_curators(school)
        people = {"curator": curator, "other": other, "nobody": uuid4()}
        path = "/school/review" + (f"?curator={people[whose]}" if whose else "")
        answer = await pages.get(path, people.get(who, uuid4()), who, accept="application/json")
        assert answer.status_code == status
        assert len(answer.json().get("works", [])) == count
        sheet = await pages.get(
            f"{path}{'&' if whose else '?'}format=csv", people.get(who, uuid4()), who
        )
        assert sheet.status_code == status
        if status == 200:
            assert len(rows_of(sheet.content)) == count + 1


async def test_nobody_is_asked_to_sign_in(database_url: str) -> None:
    async with school_tables(database_url) as (pages, _):
        for path in ("/school/review", "/school/progress", "/school/activity"):
            assert (await pages.client.get(path)).status_code == 401


async def test_the_oldest_comes_first_and_each_status_has_its_table(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        ages = {"young": 1, "old": 300, "middle": 20}
        works = {
            name: await school.work(student, curator, changed_at=NOW - timedelta(hours=age))
            for name, age in ages.items()
        }
        returned = await school.work(student, curator, "correction")
        begun = await school.work(student, curator, "execution")
        await school.work(student, curator, "approved")
        await school.work(student, curator, "available")
        on_review = await pages.read("/school/review", curator)
        assert _ids(on_review) == [works["old"], works["middle"], works["young"]]
        assert on_review["counts"] == {"review": 3, "correction": 1, "execution": 1}
        assert _ids(await pages.read("/school/review?status=correction", curator)) == [returned]
        assert _ids(await pages.read("/school/review?status=execution", curator)) == [begun]
        refused = await pages.get("/school/review?status=approved", curator)
        assert refused.status_code == 422


@pytest.mark.parametrize(
    ("finish_on", "zone", "is_shown"),
    [
        (date(2026, 10, 16), "Europe/Moscow", True),
        (date(2026, 10, 15), "Europe/Moscow", True),
        (date(2026, 10, 14), "Europe/Moscow", False),
        # Noon in UTC of the 15th is the 16th already in Auckland, and still the 15th in Honolulu.
        (date(2026, 10, 15), "Pacific/Auckland", False),
        (date(2026, 10, 15), "Pacific/Honolulu", True),
        (date(2026, 10, 14), "Pacific/Honolulu", False),
    ],
)
async def test_a_stream_that_is_over_is_not_shown(
    database_url: str, finish_on: date, zone: str, is_shown: bool
) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        course = await school.course()
        stream = await school.stream(course, finish_on=finish_on, zone=zone)
        team = await school.team(stream, curator, student)
        await school.work(student, curator, group_id=team)
        told = await pages.read("/school/review", curator)
        assert len(told["works"]) == told["counts"]["review"] == int(is_shown)


async def test_page_follows_page_without_a_gap_also_among_equal_moments(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PAGE", 2)
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        works = {
            await school.work(student, curator, changed_at=NOW - timedelta(days=one // 4))
            for one in range(7)
        }
        seen: list[UUID] = []
        after, numbers = "", []
        while True:
            told = await pages.read(f"/school/review?after={after}", curator)
            page = await pages.get(f"/school/review?after={after}", curator)
            numbers.append(page.text.count('data-label="№"'))
            assert f'data-label="№">{len(seen) + 1}<' in page.text
            seen += _ids(told)
            if told["next"] is None:
                break
            assert f"after={told['next']}" in page.text
            after = told["next"]
        assert numbers == [2, 2, 2, 1]
        assert len(seen) == 7
        assert set(seen) == works


@pytest.mark.parametrize(
    "word",
    ["x", "1.2.3", "0.0.zz.0", "-1.0." + "0" * 32 + ".0", "0." + "9" * 30 + "." + "0" * 32 + ".0"],
)
async def test_a_cursor_that_nobody_gave_is_no_page(database_url: str, word: str) -> None:
    async with school_tables(database_url) as (pages, school):
        answer = await pages.get(f"/school/review?after={word}", await school.person())
        assert answer.status_code == 404


def test_a_cursor_reads_back_as_it_was_written() -> None:
    cursor = Cursor(200, NOW + timedelta(microseconds=123457), uuid4(), 7)
    assert read_cursor(str(cursor), beginning=OLDEST) == cursor
    with pytest.raises(NotFound):
        read_cursor(f"{cursor}.1", beginning=OLDEST)


async def test_the_page_says_who_what_and_since_when_in_both_languages(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        curator = await school.person("Curator")
        student = await school.person("Ann <b>Lee</b>")
        await school.work(
            student, curator, title="First & last", changed_at=NOW - timedelta(hours=5)
        )
        page = await pages.get("/school/review", curator)
        assert "Ann &lt;b&gt;Lee" in page.text
        words = text_of(page.text)
        for said in ("5 hours ago", "Oct 15, 10:00", "(Europe/Moscow)", "First & last"):
            assert said in words.replace("15 Oct 2026", "Oct 15"), said
        assert "Open the pull request" in words
        assert "Look at GitHub now" in words
        russian = text_of((await pages.get("/school/review", curator, locale="ru")).text)
        for said in ("На проверке 1", "5 часов назад", "Отдельная работа", "Скачать CSV"):
            assert said in russian, said


async def test_what_is_pressed_on_is_there(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        await school.work(student, curator)
        page = await pages.get("/school/review", curator)
        (action,) = re.findall(r'<form method="post" action="([^"]+)"', page.text)
        # A form's address takes nothing but forms; one that nobody serves would be no page.
        assert (await pages.get(action, curator)).status_code == 405


async def test_a_private_note_is_shown_to_nobody_here(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        await school.work(student, curator, note="my secret")
        for path in ("/school/review", "/school/review?format=csv"):
            for accept in ("text/html", "application/json"):
                answer = await pages.get(path, curator, "administrator", accept=accept)
                assert "my secret" not in answer.text


async def test_the_comment_given_last_stays_until_the_next_one(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        work = await school.work(student, curator)
        at = NOW - timedelta(hours=1)
        await school.step(work, 2, "correction", at, comment="Older word")
        await school.step(work, 3, "correction", at, comment="Latest word")
        await school.step(work, 4, "review", at)
        (told,) = (await pages.read("/school/review", curator))["works"]
        assert told["comment"] == "Latest word"


async def test_trouble_and_unchecked_links_are_marked(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        await school.work(student, curator, is_checked=False)
        page = await pages.get("/school/review", curator)
        assert "link not checked" in page.text
        assert "The pull request is" not in page.text
        await school.work(student, curator, trouble="gone")
        await school.work(student, curator, trouble="blocked")
        page = await pages.get("/school/review", curator)
        assert "The pull request is gone" in page.text
        assert "The pull request is blocked" in page.text


async def test_students_without_github_are_marked_and_counted(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, other = await school.person(), await school.person()
        linked = await school.person("Linked")
        missing = await school.person("Missing", github_login=None, github_id=None)
        absent = await school.person("Absent", github_login=None, github_id=None)
        course = await school.course()
        stream = await school.stream(course)
        over = await school.stream(course, finish_on=date(2026, 10, 2))
        await school.team(stream, curator, linked, missing)
        await school.team(stream, curator, missing)
        await school.team(stream, other, absent)
        await school.team(over, curator, absent)
        told = (await pages.read("/school/review", curator))["without_github"]
        assert told["total"] == 1
        assert [one["name"] for one in told["first"]] == ["Missing"]
        everywhere = await pages.read("/school/review", uuid4(), "administrator")
        assert everywhere["without_github"]["total"] == 2
        page = await pages.get("/school/review", curator)
        assert "1 student has not linked GitHub" in page.text
        russian = await pages.get("/school/review", uuid4(), "administrator", locale="ru")
        assert "2 студента не привязали GitHub" in russian.text
        await school.work(missing, curator)
        marked = await pages.get("/school/review", curator)
        assert "no GitHub" in marked.text


async def test_many_rows_are_one_page_and_a_handful_of_statements(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, student = await school.person(), await school.person()
        for _ in range(3):
            await school.work(student, curator)
        few = await _statements(pages, curator)
        for _ in range(20):
            await school.work(student, curator)
        assert await _statements(pages, curator) == few


async def _statements(pages: Pages, curator: UUID) -> int:
    """How often the database is asked for the page."""
    # The pool gives out again what was given back last.
    async with pages.app.state.service.database.acquire() as connection:
        inner = connection._con
    seen: list[str] = []

    def note(record: Any) -> None:
        seen.append(record.query)

    inner.add_query_logger(note)
    try:
        await pages.get("/school/review", curator)
    finally:
        inner.remove_query_logger(note)
    assert seen
    return len(seen)
