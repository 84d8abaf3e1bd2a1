"""The matrix: whose teams, which weeks, and what stands in its cells."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import pytest

from services.school.tables.progress.matrix import Span, arrange
from services.school.tables.progress.repository import Assignment, Mark, Student
from tests.school.tables import NOW, School, rows_of, school_tables, text_of


def _assignment(week: int, track: str | None = None, name: str = "A") -> Assignment:
    track_id = UUID(int=sum(map(ord, track))) if track else None
    return Assignment(uuid4(), name, week, track_id, track)


def test_assignments_stand_by_weeks_and_within_them_by_tracks() -> None:
    columns = [
        _assignment(1, "Base"),
        _assignment(1, "Base"),
        _assignment(1, "Web"),
        _assignment(2, "Web"),
        _assignment(2),
    ]
    matrix = arrange(columns, [], [])
    assert matrix.weeks == (Span(1, None, 3), Span(2, None, 2))
    assert matrix.tracks == (
        Span(1, "Base", 2),
        Span(1, "Web", 1),
        Span(2, "Web", 1),
        Span(2, None, 1),
    )
    assert matrix.has_tracks


def test_without_tracks_there_is_no_row_for_them() -> None:
    assert not arrange([_assignment(1), _assignment(2)], [], []).has_tracks


def test_each_mark_stands_in_its_own_row_and_column() -> None:
    first, second = _assignment(1), _assignment(1)
    ann, bob = Student(uuid4(), "Ann", "ann"), Student(uuid4(), "Bob", None)
    mark = Mark(uuid4(), bob.person_id, second.assignment_id, "review", None)
    matrix = arrange([first, second], [ann, bob], [mark])
    assert [line.marks for line in matrix.lines] == [(None, None), (None, mark)]


@dataclass
class Class:
    """A team in the third week of a program of four."""

    curator: UUID
    team: UUID
    ann: UUID
    bob: UUID
    tasks: dict[int, UUID]


async def _class(school: School) -> Class:
    curator = await school.person("Curator")
    ann = await school.person("Ann")
    bob = await school.person("Bob", github_login=None, github_id=None)
    course = await school.course("Python")
    program = await school.program(course)
    base = await school.track(course, "Base", 1)
    web = await school.track(course, "Web", 2)
    tasks = {}
    for number in range(1, 5):
        week = await school.week(program, number)
        # Written first, shown second: the track's place decides.
        await school.assignment(week, f"Site {number}", track_id=web)
        tasks[number] = await school.assignment(week, f"Task {number}", track_id=base)
    stream = await school.stream(course, program)
    team = await school.team(stream, curator, bob, ann)
    return Class(curator, team, ann, bob, tasks)


@pytest.mark.parametrize(
    ("who", "status"),
    [("curator", 200), ("administrator", 200), ("other curator", 404), ("student", 404)],
)
@pytest.mark.parametrize("format_", ["", "&format=csv"])
async def test_a_team_is_its_curators_and_the_administrators_to_see(
    database_url: str, who: str, status: int, format_: str
) -> None:
    async with school_tables(database_url) as (pages, school):
        made = await _class(school)
        other = await school.person()
        await school.team(await school.stream(await school.course()), other)
        asker = {"curator": made.curator, "student": made.ann}.get(who, other)
        role = "administrator" if who == "administrator" else "curator"
        path = f"/school/progress?team={made.team}{format_}"
        for accept in ("text/html", "application/json"):
            answer = await pages.get(path, asker, role, accept=accept)
            assert answer.status_code == status
            assert ("Bob" in answer.text) == (status == 200)


async def test_nothing_is_said_of_a_team_that_is_none(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        asker = await school.person()
        answer = await pages.get(f"/school/progress?team={uuid4()}", asker, "administrator")
        assert answer.status_code == 404
        empty = await pages.get("/school/progress", asker)
        assert "nobody's curator" in text_of(empty.text)
        assert (await pages.get("/school/progress?format=csv", asker)).status_code == 404


async def test_the_choice_is_of_teams_that_one_may_see(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        curator, other = await school.person(), await school.person()
        course = await school.course()
        over = await school.stream(course, finish_on=date(2026, 10, 3))
        running = await school.stream(course)
        old = await school.team(over, curator)
        new = await school.team(running, curator)
        others = await school.team(running, other)
        told = await pages.read("/school/progress", curator)
        assert [UUID(team["group_id"]) for team in told["teams"]] == [new, old]
        assert UUID(told["progress"]["team"]["group_id"]) == new
        every = await pages.read("/school/progress", uuid4(), "administrator")
        assert {UUID(team["group_id"]) for team in every["teams"]} == {new, old, others}


@pytest.mark.parametrize(("weeks", "last"), [("open", 3), ("all", 4)])
async def test_only_weeks_that_are_open_or_all_of_them(
    database_url: str, weeks: str, last: int
) -> None:
    async with school_tables(database_url) as (pages, school):
        made = await _class(school)
        told = await pages.read(f"/school/progress?weeks={weeks}", made.curator)
        names = [column["name"] for column in told["progress"]["assignments"]]
        expected = [
            name for week in range(1, last + 1) for name in (f"Task {week}", f"Site {week}")
        ]
        assert names == expected
        pages.clock.at = NOW.replace(day=7)
        told = await pages.read(f"/school/progress?weeks={weeks}", made.curator)
        assert len(told["progress"]["assignments"]) == (2 if weeks == "open" else 8)


async def test_before_its_start_a_stream_has_no_open_week(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        made = await _class(school)
        pages.clock.at = NOW.replace(month=9)
        page = text_of((await pages.get("/school/progress", made.curator)).text)
        assert "the stream has not begun" in page
        assert "no assignments in these weeks" in page
        pages.clock.at = NOW.replace(year=2027)
        page = text_of((await pages.get("/school/progress", made.curator)).text)
        assert "the stream is over" in page


async def test_what_is_retired_is_shown_where_somebody_has_begun_it(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        made = await _class(school)
        async with school.database.acquire() as connection:
            await connection.execute(
                "UPDATE assignments SET retired_at = $1 WHERE assignment_id = ANY($2)",
                NOW,
                [made.tasks[1], made.tasks[2]],
            )
        await school.work(made.ann, made.curator, assignment_id=made.tasks[1], group_id=made.team)
        told = await pages.read("/school/progress", made.curator)
        names = [column["name"] for column in told["progress"]["assignments"]]
        assert "Task 1" in names
        assert "Task 2" not in names


async def test_each_cell_has_its_icon_with_a_name_and_leads_to_the_work(
    database_url: str,
) -> None:
    async with school_tables(database_url) as (pages, school):
        made = await _class(school)
        place = {"group_id": made.team}
        begun = await school.work(
            made.ann, made.curator, "execution", assignment_id=made.tasks[1], **place
        )
        await school.work(
            made.ann, made.curator, "review", assignment_id=made.tasks[2], trouble="gone", **place
        )
        await school.work(
            made.bob, made.curator, "correction", assignment_id=made.tasks[1], **place
        )
        await school.work(made.bob, made.curator, "approved", assignment_id=made.tasks[2], **place)
        page = (await pages.get("/school/progress", made.curator)).text
        body = page[page.index("<tbody>") :]
        assert body.index(">Ann<") < body.index(">Bob<")
        for name in ("In the making", "On review", "Needs corrections", "Accepted"):
            assert body.count(f'role="img" aria-label="{name}"') == 1
        assert f'href="/school/submissions/{begun}"' in body
        assert body.count("Not begun") == 2 * 6 - 4
        assert "The pull request is gone" in body
        assert body.count("no GitHub") == 1
        russian = (await pages.get("/school/progress", made.curator, locale="ru")).text
        assert 'aria-label="Требует исправлений"' in russian
        assert "неделя 3" in text_of(russian)


async def test_a_work_of_another_team_is_not_in_this_ones_matrix(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        made = await _class(school)
        second = await school.team(await school.stream(await school.course()), made.curator)
        await school.work(made.ann, made.curator, assignment_id=made.tasks[1], group_id=second)
        told = await pages.read(f"/school/progress?team={made.team}", made.curator)
        assert [student["works"] for student in told["progress"]["students"]] == [[], []]


async def test_the_matrix_as_a_file(database_url: str) -> None:
    async with school_tables(database_url) as (pages, school):
        made = await _class(school)
        await school.work(
            made.ann, made.curator, "approved", assignment_id=made.tasks[2], group_id=made.team
        )
        path = "/school/progress?format=csv"
        answer = await pages.get(path, made.curator, locale="ru")
        header, ann, bob = rows_of(answer.content)
        assert header[:4] == [
            "Студент",
            "GitHub",
            "неделя 1 · Base · Task 1",
            "неделя 1 · Web · Site 1",
        ]
        assert ann == ["Ann", ann[1], "", "", "Принято", "", "", ""]
        assert bob == ["Bob", "", *[""] * 6]
        assert len((await pages.get(f"{path}&weeks=all", made.curator)).text.split("\n")[0]) > len(
            answer.text.split("\n")[0]
        )
