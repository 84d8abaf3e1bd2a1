"""Teams: who may see and keep them, and what becomes of works when they change."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from tests.school.streams import Team, one_team, words


@pytest.fixture
async def team(database_url: str) -> AsyncIterator[Team]:
    async with one_team(database_url) as opened:
        yield opened


async def test_an_administrator_makes_a_team_and_sees_it_in_the_stream(team: Team) -> None:
    school = team.school
    school.as_administrator()
    place = await school.save(
        f"/school/streams/{team.stream_id}/teams",
        name=" The <second> ",
        curator_id=str(team.curator_id),
    )
    page = words(await school.get(place))
    assert "<h1>The &lt;second&gt;</h1>" in page
    assert "Curator: Name of Curator" in page
    listed = await school.json(f"/school/streams/{team.stream_id}")
    assert [one["name"] for one in listed["teams"]] == ["First", "The <second>"]
    school.as_administrator(locale="ru")
    page = words(await school.get(f"/school/streams/{team.stream_id}"))
    assert "Куратор: Name of Curator" in page


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": " "}, 422),
        ({"name": "x" * 101}, 422),
        ({"name": "First"}, 409),
        ({"curator_id": str(uuid4())}, 422),
        ({"curator_id": "nobody"}, 422),
    ],
)
async def test_a_team_that_cannot_be_is_not_made(
    team: Team, fields: dict[str, str], status: int
) -> None:
    school = team.school
    school.as_administrator()
    entered = {"name": "New", "curator_id": str(team.curator_id)} | fields
    answer = await school.post(f"/school/streams/{team.stream_id}/teams", **entered)
    assert answer.status_code == status
    assert len(await school.rows("SELECT FROM groups")) == 1


async def test_who_is_no_curator_gets_no_team(team: Team) -> None:
    school = team.school
    school.as_administrator()
    for person_id in (
        await school.person("student", "student"),
        await school.person(None, "curator", deleted=True),
    ):
        answer = await school.post(
            f"/school/streams/{team.stream_id}/teams", name="New", curator_id=str(person_id)
        )
        assert answer.status_code == 422


async def test_a_curator_reads_their_team_and_keeps_none(team: Team) -> None:
    school = team.school
    student = await school.person("student", "student")
    await team.join("student")
    school.as_person(team.curator_id, "curator")
    page = await school.get(team.path)
    assert page.status_code == 200
    assert f"/school/people/{student}" in page.text
    assert "<form" not in page.text
    for path in _ways_to_change(team, student):
        answer = await school.post(path, **_fields(team))
        assert answer.status_code == 403, path
    assert await school.members(team.group_id) == {student}


async def test_what_others_see_of_a_team_is_that_there_is_none(team: Team) -> None:
    school = team.school
    student = await school.person("student", "student")
    await team.join("student")
    for person_id, roles in ((student, ["student"]), (None, ["curator", "teacher"]), (None, [])):
        school.as_person(person_id, *roles)
        assert (await school.get(team.path)).status_code == 404
        for path in _ways_to_change(team, student):
            assert (await school.post(path, **_fields(team))).status_code == 404, path
        stream = f"/school/streams/{team.stream_id}"
        assert (await school.get(stream)).status_code == 403
        answer = await school.post(f"{stream}/teams", name="x", curator_id=str(team.curator_id))
        assert answer.status_code == 403
    assert await school.members(team.group_id) == {student}


def _ways_to_change(team: Team, student: UUID) -> list[str]:
    ways = ("move", "delete", "members", f"members/{student}/take-out", f"members/{student}/move")
    return [team.path, *(f"{team.path}/{way}" for way in (*ways, "seats/give-up"))]


def _fields(team: Team) -> dict[str, str]:
    return {
        "name": "x",
        "curator_id": str(team.curator_id),
        "stream_id": str(team.stream_id),
        "login": "student",
        "to": str(team.group_id),
    }


async def test_a_class_is_no_team(team: Team) -> None:
    school = team.school
    class_id = uuid4()
    await school.run(
        "INSERT INTO groups (group_id, kind, name, created_at) VALUES ($1, 'class', '1', now())",
        class_id,
    )
    school.as_administrator()
    assert (await school.get(f"/school/teams/{class_id}")).status_code == 404
    assert (await school.post(f"/school/teams/{class_id}/delete")).status_code == 404


async def test_a_form_without_its_secret_changes_nothing(team: Team) -> None:
    school = team.school
    school.as_administrator()
    for path in _ways_to_change(team, uuid4()):
        assert (await school.post(path, csrf="wrong", **_fields(team))).status_code == 403
    assert [row["name"] for row in await school.rows("SELECT name FROM groups")] == ["First"]


async def test_a_teams_works_are_its_curators_of_now(team: Team) -> None:
    school = team.school
    second = await school.person("second", "curator")
    other_team = await school.team(team.stream_id, "Second", team.curator_id)
    work = await school.work(team.group_id, uuid4(), team.curator_id, status="review")
    elsewhere = await school.work(other_team, uuid4(), team.curator_id, status="review")
    school.as_administrator()
    await school.save(team.path, name="Renamed", curator_id=str(second))
    rows = await school.rows("SELECT submission_id, curator_id FROM curated_submissions")
    curators = {row["submission_id"]: row["curator_id"] for row in rows}
    assert curators == {work: second, elsewhere: team.curator_id}
    assert "<h1>Renamed</h1>" in words(await school.get(team.path))


async def test_a_team_moves_between_streams_of_its_course(team: Team) -> None:
    school = team.school
    second = await school.stream(team.course_id, 2)
    foreign = await school.stream(await school.course("other"))
    school.as_administrator()
    assert (await school.post(f"{team.path}/move", stream_id=str(foreign))).status_code == 422
    assert (await school.post(f"{team.path}/move", stream_id=str(uuid4()))).status_code == 404
    await school.save(f"{team.path}/move", stream_id=str(second))
    assert (await school.json(team.path))["stream_id"] == str(second)


async def test_a_team_with_works_moves_only_where_its_program_is_taught(team: Team) -> None:
    school = team.school
    await school.work(team.group_id, uuid4(), team.curator_id)
    program_id = uuid4()
    await school.run(
        "INSERT INTO programs (program_id, course_id, slug, name) VALUES ($1, $2, 'p', 'P')",
        program_id,
        team.course_id,
    )
    other = await school.stream(team.course_id, 2, program_id=program_id)
    same = await school.stream(team.course_id, 3)
    empty = await school.team(team.stream_id, "Empty", team.curator_id)
    school.as_administrator()
    await school.save(f"/school/teams/{empty}/move", stream_id=str(other))
    assert (await school.post(f"{team.path}/move", stream_id=str(other))).status_code == 409
    await school.save(f"{team.path}/move", stream_id=str(same))


async def test_a_team_goes_when_no_work_was_begun_in_it(team: Team) -> None:
    school = team.school
    work = await school.work(team.group_id, uuid4(), team.curator_id)
    await team.join("waited-for")
    assert (await school.post(f"{team.path}/delete")).status_code == 409
    assert "cannot be deleted" in words(await school.get(team.path))
    await school.run("DELETE FROM submissions WHERE submission_id = $1", work)
    assert await school.save(f"{team.path}/delete") == f"/school/streams/{team.stream_id}"
    assert (await school.get(team.path)).status_code == 404
    assert await school.rows("SELECT FROM seats") == []
