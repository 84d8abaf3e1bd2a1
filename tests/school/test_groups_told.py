"""Groups are told whole, whenever one changed; and what rules elsewhere may name and ask for."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.school.groups.telling.service import mark_renamed, tell_groups
from shared import outbox
from shared.identity import Identity
from shared.message import read
from tests.school.streams import School, Team, one_team


@pytest.fixture
async def team(database_url: str) -> AsyncIterator[Team]:
    async with one_team(database_url) as opened:
        yield opened


async def told(school: School) -> list[Any]:
    """Everything that was told of groups, in order, after all that is to be told is."""
    while await tell_groups(school.database, school.clock):
        pass
    async with school.database.acquire() as connection:
        rows = await outbox.list_unsent(connection, 1000)
    events = [read(row.message)[1] for row in rows]
    return [one for one in events if one.type == "school.group.changed.v1"]


async def test_a_group_that_stands_is_told_once_with_its_members(team: Team) -> None:
    school = team.school
    student = await school.person("octo-cat", "student")
    await team.join("octo-cat")
    (event,) = await told(school)
    assert event.group_id == team.group_id
    assert event.member_ids == (student,)
    assert event.title.startswith("Python · 1 · ")
    assert not event.deleted
    assert await told(school) == [event]


async def test_whatever_changes_who_is_in_a_group_is_told(team: Team) -> None:
    school = team.school
    await told(school)
    known: list[set[UUID]] = []

    async def members() -> set[UUID]:
        events = await told(school)
        known.append(set(events[-1].member_ids))
        assert len(events) == len(known) + 1
        return known[-1]

    anna = await school.person("anna", "student")
    await team.join("anna")
    assert await members() == {anna}
    # A seat is nobody yet; who signs in has it.
    await team.join("boris")
    assert len(await told(school)) == 2
    boris = await school.person("boris")
    assert await members() == {anna, boris}
    school.as_administrator()
    await school.save(f"{team.path}/members/{anna}/take-out")
    assert await members() == {boris}
    # Once more changes nothing, and is not told.
    await school.save(f"{team.path}/members/{anna}/take-out")
    assert len(await told(school)) == 4
    await school.person("boris", person_id=boris, deleted=True)
    assert await members() == set()


async def test_a_student_who_moves_is_told_of_in_both_groups(team: Team) -> None:
    school = team.school
    curator = await school.person("curator-2", "curator")
    other = await school.team(team.stream_id, "Other", curator)
    anna = await school.person("anna", "student")
    await team.join("anna")
    before = len(await told(school))
    school.as_administrator()
    await school.save(f"{team.path}/members/{anna}/move", to=str(other))
    events = (await told(school))[before:]
    assert {one.group_id: one.member_ids for one in events} == {team.group_id: (), other: (anna,)}


async def test_a_roster_that_is_taken_in_is_told(team: Team) -> None:
    school = team.school
    anna = await school.person("anna", "student")
    await told(school)
    school.as_administrator()
    (row,) = await school.rows("SELECT name, curator_id FROM groups")
    (curator,) = await school.rows(
        "SELECT github_login FROM people WHERE person_id = $1", row["curator_id"]
    )
    text = "team,curator,github,name\n"
    text += f"{row['name']},{curator['github_login']},anna,\n"
    text += f"New,{curator['github_login']},anna-2,\n"
    place, plan = await school.upload(f"/school/streams/{team.stream_id}/roster", text.encode())
    await school.save(place, digest=plan["digest"])
    events = (await told(school))[1:]
    assert {one.title.split(" · ")[-1]: one.member_ids for one in events} == {
        row["name"]: (anna,),
        "New": (),
    }


async def test_a_new_name_is_told_also_that_of_the_course(team: Team) -> None:
    school = team.school
    await told(school)
    (row,) = await school.rows("SELECT curator_id FROM groups")
    school.as_administrator()
    await school.save(team.path, name="Renamed", curator_id=str(row["curator_id"]))
    assert (await told(school))[-1].title == "Python · 1 · Renamed"
    await mark_renamed(school.database, school.clock)
    assert len(await told(school)) == 2
    await school.run("UPDATE courses SET name = 'Go'")
    await mark_renamed(school.database, school.clock)
    assert (await told(school))[-1].title == "Go · 1 · Renamed"


async def test_a_deleted_group_is_told_with_a_version_above_all_others(team: Team) -> None:
    school = team.school
    await school.person("anna", "student")
    await team.join("anna")
    (before,) = await told(school)
    school.as_administrator()
    await school.save(f"{team.path}/delete")
    last = (await told(school))[-1]
    assert (last.group_id, last.deleted, last.member_ids) == (team.group_id, True, ())
    assert last.version > before.version
    assert last.title == before.title


async def test_two_who_tell_at_once_tell_once(team: Team) -> None:
    school = team.school
    for number in range(20):
        await school.team(team.stream_id, f"Team {number}", uuid4())
    await asyncio.gather(*(tell_groups(school.database, school.clock) for _ in range(4)))
    events = await told(school)
    assert len(events) == len({one.group_id for one in events}) == 21


@pytest.fixture
async def as_sync(team: Team) -> School:
    """sync asks, in its own name."""
    team.school.known.identity = Identity(act="sync")
    return team.school


async def test_sync_may_ask_what_rules_may_name(team: Team, as_sync: School) -> None:
    assignment_id, retired = await _assignments(as_sync, team)
    found = await as_sync.json("/internal/rule-subjects")
    assert [one["group_id"] for one in found["groups"]] == [str(team.group_id)]
    assert found["assignments"] == [
        {"assignment_id": str(assignment_id), "title": "Python · Main · 2 · Tasks"}
    ]
    asked = f"/internal/rule-subjects?assignment_id={retired}&assignment_id={uuid4()}"
    found = await as_sync.json(asked)
    assert found["groups"] == []
    assert [one["assignment_id"] for one in found["assignments"]] == [str(retired)]
    found = await as_sync.json(f"/internal/rule-subjects?group_id={team.group_id}")
    assert [one["group_id"] for one in found["groups"]] == [str(team.group_id)]
    assert found["assignments"] == []


async def test_sync_may_ask_for_approved_works_page_by_page(team: Team, as_sync: School) -> None:
    assignment_id, _ = await _assignments(as_sync, team)
    await as_sync.run(
        """
        INSERT INTO submissions (
            submission_id, student_id, curator_id, title, status, version, created_at,
            changed_at, assignment_id, group_id
        )
        SELECT gen_random_uuid(), gen_random_uuid(), $1, 'T',
            CASE WHEN number <= 1500 THEN 'approved' ELSE 'review' END, 5, now(), now(), $2, $3
        FROM generate_series(1, 1600) AS number
        """,
        uuid4(),
        assignment_id,
        team.group_id,
    )
    path = f"/internal/assignments/{assignment_id}/approved"
    first = await as_sync.json(path)
    assert len(first["works"]) == 1000
    assert first["works"][-1]["submission_id"] == first["following"]
    second = await as_sync.json(f"{path}?after={first['following']}")
    assert (len(second["works"]), second["following"]) == (500, None)
    assert len({one["submission_id"] for one in first["works"] + second["works"]}) == 1500
    assert {one["version"] for one in first["works"]} == {5}
    assert await as_sync.json(f"/internal/assignments/{uuid4()}/approved") == {
        "works": [],
        "following": None,
    }


@pytest.mark.parametrize(
    "path", ["/internal/rule-subjects", f"/internal/assignments/{UUID(int=1)}/approved"], ids=str
)
async def test_nobody_but_sync_may_ask(team: Team, path: str) -> None:
    school = team.school
    school.as_administrator()
    assert (await school.get(path, "application/json")).status_code == 401
    school.known.identity = Identity(act="bot")
    assert (await school.get(path, "application/json")).status_code == 403


async def _assignments(school: School, team: Team) -> tuple[UUID, UUID]:
    """One that is offered, and one that is not any more."""
    (stream,) = await school.rows("SELECT course_id FROM streams")
    program_id, week_id = uuid4(), uuid4()
    await school.run(
        "INSERT INTO programs VALUES ($1, $2, 'main', 'Main')", program_id, stream["course_id"]
    )
    await school.run(
        "INSERT INTO weeks (week_id, program_id, number) VALUES ($1, $2, 2)", week_id, program_id
    )
    ids = (uuid4(), uuid4())
    for assignment_id, slug in zip(ids, ("tasks", "old"), strict=True):
        await school.run(
            """
            INSERT INTO assignments (assignment_id, week_id, slug, position, name, retired_at)
            VALUES ($1, $2, $3, 1, 'Tasks', CASE WHEN $3 = 'old' THEN now() END)
            """,
            assignment_id,
            week_id,
            slug,
        )
    return ids
