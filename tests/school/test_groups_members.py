"""Students of teams: taken in by login, waited for, seated, moved, taken out."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.school.streams import Team, one_team, said, words


@pytest.fixture
async def team(database_url: str) -> AsyncIterator[Team]:
    async with one_team(database_url) as opened:
        yield opened


@pytest.mark.parametrize("login", ["Octo-Cat", "@octo-cat", " https://github.com/OCTO-cat/ "])
async def test_a_student_is_taken_in_by_their_login_however_it_is_written(
    team: Team, login: str
) -> None:
    school = team.school
    student = await school.person("octo-CAT", "student")
    await team.join(login)
    assert await school.members(team.group_id) == {student}
    await team.join(login)
    assert await school.members(team.group_id) == {student}


@pytest.mark.parametrize(
    "login", ["", "a b", "-a", "a-", "a--b", "x" * 40, "ольга", "ſam", "ıvan", "https://x.y/a"]
)
async def test_what_is_no_login_is_refused(team: Team, login: str) -> None:
    school = team.school
    school.as_administrator()
    answer = await school.post(f"{team.path}/members", login=login)
    assert answer.status_code == 422
    assert await school.seats(team.group_id) == set()


async def test_whom_nobody_knows_has_a_seat_until_they_sign_in(team: Team) -> None:
    school = team.school
    await team.join("New-Student", name="  Anna   <b>  ")
    assert await school.seats(team.group_id) == {"new-student"}
    page = words(await school.get(team.path))
    assert "Anna &lt;b&gt;" in page
    assert "Have not signed in yet" in page
    student = await school.person("NEW-student")
    assert await school.members(team.group_id) == {student}
    assert await school.seats(team.group_id) == set()


async def test_a_repeated_event_seats_once_and_brings_nobody_back(team: Team) -> None:
    school = team.school
    await team.join("student")
    student = await school.person("student", version=3)
    await school.person("student", person_id=student, version=3)
    assert await school.members(team.group_id) == {student}
    school.as_administrator()
    await school.save(f"{team.path}/members/{student}/take-out")
    await school.person("student", person_id=student, version=3)
    assert await school.members(team.group_id) == set()


async def test_a_late_event_with_an_old_login_takes_nobodys_seat(team: Team) -> None:
    school = team.school
    await team.join("old-login")
    student = await school.person("new-login", version=5)
    await school.person("old-login", person_id=student, version=4)
    assert await school.members(team.group_id) == set()
    assert await school.seats(team.group_id) == {"old-login"}


async def test_a_new_login_finds_its_seat(team: Team) -> None:
    school = team.school
    student = await school.person("before", version=1)
    await team.join("after")
    assert await school.members(team.group_id) == set()
    await school.person("after", person_id=student, version=2)
    assert await school.members(team.group_id) == {student}


async def test_who_is_deleted_leaves_their_teams_and_no_page_breaks(team: Team) -> None:
    school = team.school
    await team.join("student")
    student = await school.person("student")
    await school.work(team.group_id, student, team.curator_id)
    await school.person(None, person_id=student, name="", deleted=True)
    await school.person(None, person_id=team.curator_id, name="", deleted=True)
    assert await school.members(team.group_id) == set()
    school.as_administrator()
    page = await school.get(team.path)
    assert page.status_code == 200
    assert "The curator has left" in page.text
    assert (await school.get(f"/school/streams/{team.stream_id}")).status_code == 200


async def test_a_deleted_person_takes_no_seat(team: Team) -> None:
    school = team.school
    await team.join("student")
    await school.person("student", deleted=True)
    assert await school.members(team.group_id) == set()
    assert await school.seats(team.group_id) == {"student"}


async def test_nobody_learns_in_their_own_team(team: Team) -> None:
    school = team.school
    school.as_administrator()
    assert (await school.post(f"{team.path}/members", login="curator")).status_code == 409
    other = await school.person("other", "curator")
    await team.join("other")
    answer = await school.post(team.path, name="First", curator_id=str(other))
    assert answer.status_code == 409
    second = await school.team(team.stream_id, "Second", other)
    move = f"{team.path}/members/{other}/move"
    assert (await school.post(move, to=str(second))).status_code == 409
    assert await school.members(team.group_id) == {other}


async def test_a_curators_own_seat_goes_and_they_do_not_join(team: Team) -> None:
    school = team.school
    await school.run(
        "INSERT INTO seats (group_id, github_login, added_at) VALUES ($1, 'curator', now())",
        team.group_id,
    )
    await school.person("Curator", "curator", person_id=team.curator_id)
    assert await school.members(team.group_id) == set()
    assert await school.seats(team.group_id) == set()


async def test_a_student_is_in_one_team_of_a_stream(team: Team) -> None:
    school = team.school
    second = await school.team(team.stream_id, "Second", team.curator_id)
    elsewhere = await school.team(
        await school.stream(team.course_id, 2), "Elsewhere", team.curator_id
    )
    await school.person("member")
    for login in ("member", "waited-for"):
        await team.join(login)
        answer = await school.post(f"/school/teams/{second}/members", login=login)
        assert answer.status_code == 409
        await school.save(f"/school/teams/{elsewhere}/members", login=login)


async def test_a_login_that_two_people_have_names_neither(team: Team) -> None:
    school = team.school
    await school.person("same")
    await school.person("SAME")
    school.as_administrator()
    answer = await school.post(f"{team.path}/members", login="same")
    assert answer.status_code == 409
    assert "sign in once" in words(answer)


async def test_a_student_moves_to_another_team_and_their_works_stay(team: Team) -> None:
    school = team.school
    student = await school.person("student")
    await team.join("student")
    work = await school.work(team.group_id, student, team.curator_id)
    second = await school.team(team.stream_id, "Second", team.curator_id)
    await school.save(f"{team.path}/members/{student}/move", to=str(second))
    assert await school.members(team.group_id) == set()
    assert await school.members(second) == {student}
    await school.save(f"{team.path}/members/{student}/move", to=str(second))
    (row,) = await school.rows("SELECT group_id FROM submissions WHERE submission_id = $1", work)
    assert row["group_id"] == team.group_id


async def test_a_student_moves_within_the_stream_only(team: Team) -> None:
    school = team.school
    student = await school.person("student")
    await team.join("student")
    elsewhere = await school.team(await school.stream(team.course_id, 2), "Else", team.curator_id)
    answer = await school.post(f"{team.path}/members/{student}/move", to=str(elsewhere))
    assert answer.status_code == 404
    assert await school.members(team.group_id) == {student}


async def test_a_seat_is_given_up(team: Team) -> None:
    school = team.school
    await team.join("waited-for")
    await school.save(f"{team.path}/seats/give-up", login="a\0b")
    await school.save(f"{team.path}/seats/give-up", login="Waited-For")
    assert await school.seats(team.group_id) == set()


async def test_a_team_has_an_end(team: Team) -> None:
    school = team.school
    await school.run(
        """
        INSERT INTO seats (group_id, github_login, added_at)
        SELECT $1, 'seat-' || number, now() FROM generate_series(1, 500) AS number
        """,
        team.group_id,
    )
    school.as_administrator()
    answer = await school.post(f"{team.path}/members", login="one-more", accept="application/json")
    assert (answer.status_code, said(answer)["error"]) == (409, "TeamFull")
    await school.save(f"{team.path}/members", login="seat-7", name="Known already")


async def test_who_signs_in_while_they_are_taken_in_is_met_by_one_of_both(team: Team) -> None:
    """Neither sees the other's rows before it commits; still nobody is left on a seat."""
    school = team.school
    school.as_administrator()

    async def join(number: int) -> None:
        await school.save(f"{team.path}/members", login=f"racer-{number}")

    racers = await asyncio.gather(
        *(school.person(f"racer-{number}", version=1) for number in range(8)),
        *(join(number) for number in range(8)),
    )
    assert await school.seats(team.group_id) == set()
    assert await school.members(team.group_id) == {one for one in racers if one}
