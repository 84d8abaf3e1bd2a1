"""Rosters: what one would change in a stream, what is done of it, and what goes out again."""

import asyncio
import csv
import io
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.cells import guard
from tests.school.streams import School, streams_school, words
from tests.school.test_exchange_roster import FULL
from tests.support.waiting import eventually


@dataclass
class Stream:
    """A stream in a school, and its administrator's way to change its teams by files."""

    school: School
    stream_id: UUID
    curator_id: UUID

    @property
    def path(self) -> str:
        return f"/school/streams/{self.stream_id}"

    async def upload(self, body: str) -> tuple[str, Any]:
        self.school.as_administrator()
        return await self.school.upload(f"{self.path}/roster", body.encode())

    async def take(self, body: str, **ticked: str) -> None:
        place, preview = await self.upload(body)
        await self.school.save(place, digest=preview["digest"], **ticked)

    async def teams(self) -> dict[str, set[str]]:
        """Whom each team has, or waits for."""
        rows = await self.school.rows(
            """
            SELECT team.name, coalesce(lower(person.github_login), seat.github_login) AS login
            FROM groups AS team
            LEFT JOIN (
                SELECT group_id, person_id, NULL AS github_login FROM group_members
                UNION ALL
                SELECT group_id, NULL, github_login FROM seats
            ) AS seat USING (group_id)
            LEFT JOIN people AS person USING (person_id)
            WHERE team.stream_id = $1
            """,
            self.stream_id,
        )
        found: dict[str, set[str]] = {row["name"]: set() for row in rows}
        for row in rows:
            if row["login"]:
                found[row["name"]].add(row["login"])
        return found

    async def export(self) -> str:
        self.school.as_administrator()
        answer = await self.school.get(f"{self.path}/roster.csv")
        assert answer.status_code == 200
        return answer.content.decode("utf-8-sig")


@pytest.fixture
async def stream(database_url: str) -> AsyncIterator[Stream]:
    async with streams_school(database_url) as school:
        stream_id = await school.stream(await school.course())
        yield Stream(school, stream_id, await school.person("Curator", "curator"))


async def test_a_roster_makes_teams_members_and_seats(stream: Stream) -> None:
    student = await stream.school.person("One", "student", name="Known")
    place, preview = await stream.upload(FULL)
    assert await stream.teams() == {}
    assert [one["team"] for one in preview["new_teams"]] == ["First", "Second"]
    assert [(one["github"], one["name"]) for one in preview["added"]] == [
        ("one", "Known"),
        ("two", ""),
    ]
    page = words(await stream.school.get(place))
    assert "New teams" in page
    assert "Join a team" in page
    assert await stream.school.save(place, digest=preview["digest"]) == stream.path
    assert await stream.teams() == {"First": {"one", "two"}, "Second": set()}
    assert (
        len(await stream.school.rows("SELECT FROM group_members WHERE person_id = $1", student))
        == 1
    )
    _, again = await stream.upload(FULL)
    assert again["unchanged"] == 2
    assert "nothing to change" in words(await stream.school.get(_))


async def test_students_move_between_teams(stream: Stream) -> None:
    await stream.school.person("one", "student")
    await stream.take(FULL)
    place, preview = await stream.upload("team,curator,github\nSecond,,one\nThird,curator,two\n")
    assert [(one["github"], one["was"], one["team"]) for one in preview["moved"]] == [
        ("one", ["First"], "Second"),
        ("two", ["First"], "Third"),
    ]
    await stream.school.save(place, digest=preview["digest"])
    assert await stream.teams() == {"First": set(), "Second": {"one"}, "Third": {"two"}}


async def test_who_is_not_on_the_roster_goes_only_when_that_is_ticked(stream: Stream) -> None:
    await stream.school.person("one", "student")
    await stream.take(FULL)
    shorter = "team,github\nFirst,three\n"
    place, preview = await stream.upload("team,github\nFirst,one\n")
    assert [one["github"] for one in preview["leaving"]] == ["two"]
    assert "Take out 1 student who is not on the roster" in words(await stream.school.get(place))
    await stream.take(shorter)
    assert (await stream.teams())["First"] == {"one", "two", "three"}
    await stream.take(shorter, take_out="true")
    assert (await stream.teams())["First"] == {"three"}


async def test_a_member_whom_no_login_names_is_never_taken_out(stream: Stream) -> None:
    await stream.take(FULL)
    student = await stream.school.person("one", "student")
    await stream.school.person(None, "student", person_id=student)
    _, preview = await stream.upload("team,github\nFirst,two\n")
    assert preview["leaving"] == []
    assert (await stream.export()).splitlines()[1:] == [
        "First,curator,two,",
        "Second,curator,,",
    ]
    (group,) = await stream.school.rows("SELECT group_id FROM groups WHERE name = 'First'")
    assert await stream.school.members(group["group_id"]) == {student}


async def test_works_are_the_rosters_curators_from_now_on(stream: Stream) -> None:
    school = stream.school
    await stream.take(FULL)
    (group,) = await school.rows("SELECT group_id FROM groups WHERE name = 'First'")
    work = await school.work(group["group_id"], uuid4(), stream.curator_id, status="review")
    second = await school.person("other", "curator")
    place, preview = await stream.upload("team,curator,github\nFirst,OTHER,one\nSecond,,\n")
    assert preview["curators"] == [{"team": "First", "curator": "other", "was": "curator"}]
    await school.save(place, digest=preview["digest"])
    (row,) = await school.rows("SELECT submission_id, curator_id FROM curated_submissions")
    assert (row["submission_id"], row["curator_id"]) == (work, second)


async def test_what_the_school_knows_otherwise_is_named_line_by_line(stream: Stream) -> None:
    school = stream.school
    await school.person("plain", "student")
    await school.person("twin")
    await school.person("twin")
    await stream.take("team,curator,github\nOld,curator,learner\n")
    await school.person("learner", "curator")
    _, preview = await stream.upload(
        "team,curator,github\n"
        "First,nobody,one\n"
        "First,plain,two\n"
        "First,curator,three\n"
        "First,learner,four\n"
        "New,,five\n"
        "First,curator,curator\n"
        "First,,twin\n"
        "Old,learner,six\n"
        "Old,,seven\n"
    )
    assert [(one["place"], one["problem"]) for one in preview["problems"]] == [
        ("line 2", "nobody has signed in with the curator's login “nobody” yet"),
        ("line 3", "“plain” does not have the role of a curator"),
        ("line 5", "the team “First” has another curator on line 4"),
        ("line 6", "the team “New” is new and has no curator"),
        ("line 7", "A curator does not learn in their own team"),
        ("line 8", "Two people are known by this GitHub login"),
        ("line 9", "A curator does not learn in their own team"),
    ]
    assert [one["github"] for one in preview["added"]] == ["three", "seven"]
    assert preview["leaving"] == []


async def test_nothing_is_done_until_wrong_lines_are_mended_or_left_out(stream: Stream) -> None:
    school = stream.school
    await stream.take("team,curator,github\nFirst,curator,old\n")
    place, preview = await stream.upload("team,curator,github\nFirst,curator,one\nFirst,,a--b\n")
    page = words(await school.get(place))
    assert "<strong>line 3:</strong> “a--b” cannot be a GitHub login" in page
    assert "Apply the good lines" in page
    answer = await school.post(place, digest=preview["digest"])
    assert answer.status_code == 409
    assert await stream.teams() == {"First": {"old"}}
    await school.save(place, digest=preview["digest"], good_lines_only="true", take_out="true")
    assert await stream.teams() == {"First": {"old", "one"}}


async def test_what_changed_meanwhile_stops_it(stream: Stream) -> None:
    school = stream.school
    await stream.take(FULL)
    place, preview = await stream.upload("team,github\nSecond,one\n")
    await stream.take("team,curator,github\nThird,curator,one\n")
    school_place = await school.post(place, digest=preview["digest"])
    assert school_place.status_code == 404
    owner = school.as_administrator()
    place, preview = await school.upload(f"{stream.path}/roster", b"team,github\nSecond,one\n")
    await stream.take("team,curator,github\nFirst,curator,one\n")
    school.as_person(owner, "administrator")
    answer = await school.post(place, digest=preview["digest"])
    assert answer.status_code == 409
    assert "open the preview again" in words(answer)
    assert (await stream.teams())["First"] == {"one", "two"}


async def test_who_signs_in_meanwhile_does_not_stop_it(stream: Stream) -> None:
    place, preview = await stream.upload(FULL)
    student = await stream.school.person("one", "student")
    await stream.school.save(place, digest=preview["digest"])
    (row,) = await stream.school.rows("SELECT person_id FROM group_members")
    assert row["person_id"] == student


async def test_a_second_press_waits_for_the_first_and_is_no_error(stream: Stream) -> None:
    school = stream.school
    place, preview = await stream.upload(FULL)

    async def are_waiting() -> bool:
        return len(await school.rows("SELECT FROM pg_locks WHERE NOT granted")) == 2

    async with school.database.transaction() as connection:
        await connection.execute("LOCK TABLE seats")
        presses = [
            asyncio.create_task(school.post(place, digest=preview["digest"])) for _ in range(2)
        ]
        await eventually(are_waiting)
    assert [(await press).status_code for press in presses] == [303, 303]
    assert len(await school.rows("SELECT FROM groups")) == 2
    assert "has been applied" in words(await school.get(place))


async def test_a_roster_belongs_to_its_stream_and_to_who_uploaded_it(stream: Stream) -> None:
    school = stream.school
    other = await school.stream(await school.course("other"))
    place, preview = await stream.upload(FULL)
    elsewhere = place.replace(str(stream.stream_id), str(other))
    assert (await school.get(elsewhere)).status_code == 404
    assert (await school.post(elsewhere, digest=preview["digest"])).status_code == 404
    school.as_administrator()
    assert (await school.get(place)).status_code == 404
    assert (await school.post(place, digest=preview["digest"])).status_code == 404
    school.as_person(stream.curator_id, "curator")
    for path in (place, f"{stream.path}/roster", f"{stream.path}/roster.csv"):
        assert (await school.get(path)).status_code == 403
    assert (await school.post(place, digest=preview["digest"])).status_code == 403
    assert (await school.post(f"{stream.path}/roster", file=FULL.encode())).status_code == 403
    school.as_administrator()
    answer = await school.post(f"{stream.path}/roster", file=FULL.encode(), csrf="wrong")
    assert answer.status_code == 403
    for path in ("roster", "roster.csv"):
        assert (await school.get(f"/school/streams/{uuid4()}/{path}")).status_code == 404
    answer = await school.post(f"/school/streams/{uuid4()}/roster", file=FULL.encode())
    assert answer.status_code == 404
    assert await school.rows("SELECT FROM groups") == []


async def test_a_roster_that_cannot_be_read_is_answered_with_its_reason(stream: Stream) -> None:
    stream.school.as_administrator(locale="ru")
    answer = await stream.school.post(f"{stream.path}/roster", file=b"a,b\n1,2\n")
    assert answer.status_code == 422
    assert "не хватает: team/команда" in words(answer)


async def test_formulas_go_out_as_text_and_come_back_as_they_were(stream: Stream) -> None:
    body = "team,curator,github,name\n'=1+1,curator,one,'+7 (900)\n'@x,curator,two,it's\n"
    await stream.take(body)
    assert set(await stream.teams()) == {"=1+1", "@x"}
    exported = await stream.export()
    assert exported.replace("\r\n", "\n") == body
    _, preview = await stream.upload(exported)
    assert (preview["unchanged"], preview["problems"]) == (2, [])


NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20).map(
    lambda name: " ".join(name.split())
)
LOGINS = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,3})?", fullmatch=True).filter(
    lambda login: login != "curator"
)
ROSTERS = st.dictionaries(
    NAMES.filter(bool), st.dictionaries(LOGINS, NAMES, max_size=3), min_size=1, max_size=4
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(wanted=ROSTERS)
async def test_a_stream_becomes_what_its_roster_says_and_gives_it_back(
    stream: Stream, wanted: dict[str, dict[str, str]]
) -> None:
    seen: set[str] = set()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["team", "curator", "github", "name"])
    expected: dict[str, set[str]] = {}
    for team, students in wanted.items():
        kept = {login: name for login, name in students.items() if login not in seen}
        seen |= set(kept)
        expected[team] = set(kept)
        for login, name in kept.items() or (("", ""),):
            writer.writerow([guard(team), "curator", login, guard(name)])
    await stream.take(text.getvalue(), take_out="true")
    teams = await stream.teams()
    assert {team: teams[team] for team in expected} == expected
    assert all(not students for team, students in teams.items() if team not in expected)
    _, preview = await stream.upload(await stream.export())
    assert preview["problems"] == []
    assert not any(preview[kind] for kind in ("new_teams", "added", "moved", "leaving", "renamed"))


async def test_two_thousand_lines_with_fifty_broken_ones(stream: Stream) -> None:
    """Each broken line is named; the preview, and doing it, take less than two seconds each."""
    school = stream.school
    await school.run(
        """
        INSERT INTO people (person_id, version, name, github_login)
        SELECT gen_random_uuid(), 1, 'Student', 'Student-' || number
        FROM generate_series(1, 1000) AS number
        """
    )
    lines = [
        f"Team {number % 100},curator,{'bad--login' if number % 40 == 0 else f'student-{number}'},"
        for number in range(1, 2_001)
    ]
    body = "team,curator,github,name\n" + "\n".join(lines)
    await stream.take("team,curator,github\nTeam 1,curator,student-2\n")
    place, preview = await stream.upload(body)
    assert [one["place"] for one in preview["problems"]] == [
        f"line {number + 1}" for number in range(40, 2_001, 40)
    ]
    assert (len(preview["added"]), len(preview["moved"])) == (1_949, 1)
    began = time.process_time()
    page = await school.get(place)
    assert page.status_code == 200
    assert page.text.count("cannot be a GitHub login") == 50
    previewed = time.process_time()
    await school.save(place, digest=preview["digest"], good_lines_only="true")
    applied = time.process_time()
    assert previewed - began < 2
    assert applied - previewed < 2
    assert sum(len(students) for students in (await stream.teams()).values()) == 1_950
    assert len(await school.rows("SELECT FROM group_members")) == 975
