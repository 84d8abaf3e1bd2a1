"""Works of assignments: begun, sent, taken back, decided, closed with their stream."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.school.errors import (
    AssignmentNotFound,
    GitHubNotLinked,
    LooksUsedUp,
    PullBlocked,
    PullClosed,
    PullGone,
    PullInTaskRepository,
    PullIsDraft,
    PullMerged,
    PullNotYours,
    PullOfAnother,
    PullSentElsewhere,
    PullTaken,
    SentTooOften,
    StatusDoesNotAllow,
    StreamIsOver,
    SubmissionNotFound,
    TeamLeft,
    TeamNotFound,
    WorkMoved,
)
from services.school.submissions import deeds, moving, repository
from services.school.submissions.github import WITHIN
from services.school.submissions.history import repository as steps
from services.school.submissions.links import read_pull_link
from services.school.submissions.looks.repository import MOST_AN_HOUR
from services.school.submissions.looks.service import FORGET_LOOKS, look_at
from shared.errors import Forbidden
from shared.identity import Identity
from tests.school.taught import LINK, REPOSITORY, TASK_REPOSITORY, seen, taught


async def test_opening_an_assignment_begins_it_once(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.begin()
        again = await team.begin()
        assert work is not None
        assert again is not None
        assert (work.status, work.version) == ("execution", 1)
        assert (again.submission_id, again.version) == (work.submission_id, 1)
        (told,) = await team.events()
        assert told["status"] == "execution"
        assert told["assignment_id"] == str(team.assignment_id)
        assert told["group_id"] == str(team.group_id)
        assert told["curator_name"] == "Somebody"
        assert told["pull_url"] == ""
        assert told["page_url"] == f"{team.public_url}/school/submissions/{work.submission_id}"


async def test_two_tabs_that_open_it_at_once_begin_it_once(database_url: str) -> None:
    async with taught(database_url) as team:
        both = await asyncio.gather(team.begin(), team.begin())
        assert {one.version for one in both if one} == {1}
        assert len(await team.events()) == 1


async def test_the_whole_way_to_and_fro_is_kept(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.begin()
        assert work is not None
        await team.change_mind(work, "drop")
        await team.change_mind(work, "begin")
        await team.send()
        await team.change_mind(work, "take_back")
        await team.send()
        await team.decide(work, "correction", comment=" Add a test. ")
        await team.send()
        await team.decide(work, "approved")
        await team.decide(work, "correction")
        assert [told["status"] for told in await team.events()] == [
            "execution",
            "available",
            "execution",
            "review",
            "execution",
            "review",
            "correction",
            "review",
            "approved",
            "correction",
        ]
        async with team.school.database.acquire() as connection:
            history = await steps.list_statuses(connection, work.submission_id)
        assert [step.version for step in history] == list(range(1, 11))
        assert [step.was for step in history] == [None, *[step.status for step in history[:-1]]]
        assert history[6].comment == "Add a test."
        assert history[6].changed_by == team.school.curator_id


async def test_a_link_is_looked_at_and_kept_as_github_spells_it(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.send(" HTTP://www.github.com/parta-student/FIRST-steps/pull/1/files?w=1 ")
        assert work.pull_url == "https://github.com/Parta-Student/First-Steps/pull/1"
        assert (work.repository, work.number) == ("parta-student/first-steps", 1)
        assert (work.is_checked, work.repository_id) == (True, 1)
        assert team.sync.asked == [
            "GET /internal/github/pull?repository=parta-student%2Ffirst-steps&number=1"
        ]


async def test_a_renamed_repository_is_kept_by_its_new_name(database_url: str) -> None:
    async with taught(database_url) as team:
        team.sync.body = seen(repository="Parta-Student/Second-Steps").model_dump()
        work = await team.send()
        assert work.repository == "parta-student/second-steps"
        assert work.pull_url == "https://github.com/Parta-Student/Second-Steps/pull/1"


async def test_a_repository_that_went_to_another_account_is_not_ones_own(
    database_url: str,
) -> None:
    async with taught(database_url) as team:
        team.sync.body = seen(repository="another/first-steps").model_dump()
        with pytest.raises(PullOfAnother):
            await team.send()
        assert await team.events() == []


@pytest.mark.parametrize(
    ("status", "body", "refusal"),
    [
        (404, {"reason": "gone"}, PullGone),
        (451, {"reason": "blocked"}, PullBlocked),
        (200, seen(state="closed").model_dump(), PullClosed),
        (200, seen(state="merged").model_dump(), PullMerged),
        (200, seen(draft=True).model_dump(), PullIsDraft),
    ],
)
async def test_what_cannot_be_reviewed_is_refused(
    database_url: str, status: int, body: dict[str, Any], refusal: type[Exception]
) -> None:
    async with taught(database_url) as team:
        team.sync.status, team.sync.body = status, body
        with pytest.raises(refusal):
            await team.send()
        assert await team.events() == []


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, {}), (503, {}), (404, {"error": "NotFound"}), (200, {}), (200, {"state": "odd"})],
)
async def test_where_github_cannot_be_asked_the_link_is_taken_and_says_so(
    database_url: str, status: int, body: dict[str, Any]
) -> None:
    async with taught(database_url) as team:
        await team.run("DELETE FROM pulls")
        team.sync.status, team.sync.body = status, body
        work = await team.send()
        assert (work.status, work.is_checked) == ("review", False)


async def test_a_sync_that_is_away_costs_four_seconds_at_most(database_url: str) -> None:
    async with taught(database_url) as team:
        team.sync.error = httpx.ConnectError("away")
        by = {"student_id": team.school.student_id, "now": team.school.clock.now()}
        place = read_pull_link(LINK)
        assert await look_at(team.school.database, team.sync.github(), place, **by) is None
        assert await look_at(team.school.database, None, place, **by) is None
        assert WITHIN <= 4


async def test_what_was_heard_of_before_is_checked_without_asking(database_url: str) -> None:
    async with taught(database_url) as team:
        await team.school.push()
        work = await team.send(asks=False)
        assert (work.is_checked, work.repository_id) == (True, 1)


@pytest.mark.parametrize(
    ("policy", "task_repository", "link", "refusal"),
    [
        ("own_repo", TASK_REPOSITORY, "https://github.com/another/x/pull/1", PullOfAnother),
        (
            "any_repo_except_task",
            TASK_REPOSITORY,
            "https://github.com/Parta-School/other/pull/1",
            PullInTaskRepository,
        ),
        ("any_repo_except_task", TASK_REPOSITORY, "https://github.com/another/x/pull/1", None),
        ("any_repo_except_task", None, "https://github.com/parta-school/x/pull/1", None),
        ("any_repo", TASK_REPOSITORY, "https://github.com/parta-school/x/pull/1", None),
    ],
)
async def test_an_assignments_policy_says_whose_repository_it_may_be(
    database_url: str,
    policy: str,
    task_repository: str | None,
    link: str,
    refusal: type[Exception] | None,
) -> None:
    async with taught(database_url) as team:
        assignment_id = await team.assignment(policy=policy, repository_url=task_repository)
        if refusal is None:
            work = await team.send(link, asks=False, assignment_id=assignment_id)
            assert work.status == "review"
            return
        with pytest.raises(refusal):
            await team.send(link, assignment_id=assignment_id)
        assert team.sync.asked == [], "nobody is asked about what is refused anyway"


async def test_in_anybodys_repository_the_pull_request_is_ones_own(database_url: str) -> None:
    async with taught(database_url) as team:
        assignment_id = await team.assignment(policy="any_repo")
        team.sync.body = seen(author_id=5, author_login="somebody").model_dump()
        with pytest.raises(PullNotYours) as refused:
            await team.send(assignment_id=assignment_id)
        assert refused.value.facts == {"author": "somebody"}
        await team.send()  # in a repository of one's own a partner may have opened it


async def test_without_github_it_is_not_known_whose_the_link_is(database_url: str) -> None:
    async with taught(database_url) as team:
        newcomer = uuid4()
        await team.school.person(newcomer)
        await team.join(newcomer)
        with pytest.raises(GitHubNotLinked):
            await team.send(student_id=newcomer)


async def test_who_is_not_in_the_team_finds_nothing_there(database_url: str) -> None:
    async with taught(database_url) as team:
        stranger = uuid4()
        await team.school.person(stranger, github_login="stranger")
        for person_id in (stranger, team.school.curator_id):
            with pytest.raises(TeamNotFound):
                await team.begin(student_id=person_id)
            with pytest.raises(TeamNotFound):
                await team.send(student_id=person_id)
        with pytest.raises(TeamNotFound):
            await team.begin(group_id=uuid4())


async def test_an_assignment_of_a_week_that_is_closed_is_not_there(database_url: str) -> None:
    async with taught(database_url) as team:
        later = await team.assignment(week=3)
        elsewhere = uuid4()
        for assignment_id in (later, elsewhere):
            with pytest.raises(AssignmentNotFound):
                await team.begin(assignment_id=assignment_id)
            with pytest.raises(AssignmentNotFound):
                await team.send(assignment_id=assignment_id)
        team.school.clock.advance(timedelta(days=6))
        assert await team.begin(assignment_id=later)


async def test_a_retired_assignment_stays_for_those_who_began_it(database_url: str) -> None:
    async with taught(database_url) as team:
        other = await team.assignment()
        await team.begin()
        await team.run("UPDATE assignments SET retired_at = now()")
        assert await team.begin()
        with pytest.raises(AssignmentNotFound):
            await team.begin(assignment_id=other)


async def test_before_its_first_day_a_stream_has_no_open_week(database_url: str) -> None:
    async with taught(database_url, begun_days_ago=-3) as team:
        with pytest.raises(AssignmentNotFound):
            await team.begin()


async def test_after_the_last_day_no_hand_moves_a_work(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        await team.ends()
        with pytest.raises(StreamIsOver):
            await team.change_mind(work, "take_back")
        with pytest.raises(StreamIsOver):
            await team.decide(work, "approved")
        other = await team.assignment()
        assert await team.begin(assignment_id=other) is None
        with pytest.raises(StreamIsOver):
            await team.send("https://github.com/parta-student/x/pull/2", assignment_id=other)
        assert [told["status"] for told in await team.events()] == ["review"]


async def test_the_last_day_is_a_day_of_the_stream_in_its_own_zone(database_url: str) -> None:
    async with taught(database_url) as team:
        await team.run("UPDATE streams SET zone = 'Pacific/Kiritimati'")
        now = team.school.clock.now()
        day_there = (now + timedelta(hours=14)).date()
        await team.ends(day_there)
        work = await team.send()
        await team.ends(day_there - timedelta(days=1))
        with pytest.raises(StreamIsOver):
            await team.decide(work, "approved")


async def test_reviews_go_on_deciding_what_was_sent_in_time(database_url: str) -> None:
    async with taught(database_url) as team:
        await team.send()
        await team.ends()
        await team.school.review("commented")
        await team.school.review("approved")
        assert [told["status"] for told in await team.events()] == [
            "review",
            "correction",
            "approved",
        ]


async def test_what_stood_on_the_last_day_stands(database_url: str) -> None:
    async with taught(database_url) as team:
        await team.send()
        review_id = await team.school.review("approved")
        team.school.clock.advance(timedelta(days=2))
        await team.ends()
        await team.school.review("changes_requested")
        await team.school.review("dismissed", review_id=review_id)
        assert [told["status"] for told in await team.events()] == ["review", "approved"]


async def test_of_two_who_decide_at_one_moment_one_is_told_what_stands(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        administrator = Identity(person_id=uuid4(), roles=("administrator",))
        both = await asyncio.gather(
            team.decide(work, "approved", version=work.version),
            team.decide(work, "correction", version=work.version, identity=administrator),
            return_exceptions=True,
        )
        refused = [one for one in both if isinstance(one, WorkMoved)]
        decided = [one for one in both if not isinstance(one, BaseException)]
        assert len(refused) == len(decided) == 1
        assert refused[0].words["status"] in ("Accepted", "Needs corrections")
        assert [told["status"] for told in await team.events()] == ["review", decided[0].status]


async def test_a_chat_that_saw_no_version_overturns_nobodys_decision(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        await team.decide(work, "approved", only_waiting=True)
        with pytest.raises(WorkMoved):
            await team.decide(work, "correction", only_waiting=True)


async def test_of_two_tabs_of_a_student_the_later_is_told_what_stands(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.begin()
        assert work is not None
        await team.send(version=work.version)
        with pytest.raises(WorkMoved):
            await team.send(version=work.version)
        with pytest.raises(WorkMoved):
            await team.change_mind(work, "drop", version=work.version)
        with pytest.raises(StatusDoesNotAllow):
            await team.send()


async def test_deeds_belong_to_the_student_and_to_the_curator_each(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        stranger = Identity(person_id=uuid4(), roles=("student", "curator"))
        with pytest.raises(SubmissionNotFound):
            await team.decide(work, "approved", identity=stranger)
        with pytest.raises(SubmissionNotFound):
            await team.change_mind(work, "take_back", identity=stranger)
        with pytest.raises(Forbidden):
            await team.change_mind(work, "take_back", identity=team.curator)
        own = Identity(person_id=team.school.student_id, roles=("administrator", "curator"))
        with pytest.raises(Forbidden):
            await team.decide(work, "approved", identity=own)


async def test_a_teams_new_curator_decides_what_was_sent_to_the_old_one(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        newcomer = uuid4()
        await team.school.person(newcomer, roles=("curator",), github_id=777)
        await team.run("UPDATE groups SET curator_id = $1", newcomer)
        with pytest.raises(SubmissionNotFound):
            await team.decide(work, "approved")
        await team.school.review("approved", by=777)
        assert (await team.events())[-1]["curator_id"] == str(newcomer)
        assert (await team.events())[-1]["status"] == "approved"


async def test_a_pull_request_is_sent_for_one_work_at_a_time(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        other = await team.assignment(name="Second steps")
        with pytest.raises(PullSentElsewhere) as refused:
            await team.send(assignment_id=other)
        assert refused.value.facts == {"work": "First steps"}
        await team.change_mind(work, "take_back")
        moved = await team.send(assignment_id=other)
        assert moved.status == "review"
        async with team.school.database.acquire() as connection:
            left = await repository.find(connection, work.submission_id)
        assert left is not None
        assert (left.pull_url, left.status) == (None, "execution")


async def test_a_pull_request_of_another_student_is_taken(database_url: str) -> None:
    async with taught(database_url) as team:
        await team.send()
        namesake = uuid4()
        await team.school.person(namesake, github_login="parta-student", github_id=90000001)
        await team.join(namesake)
        with pytest.raises(PullTaken):
            await team.send(student_id=namesake)


async def test_two_students_who_send_one_pull_request_at_once(database_url: str) -> None:
    async with taught(database_url) as team:
        namesake = uuid4()
        await team.school.person(namesake, github_login="parta-student", github_id=90000001)
        await team.join(namesake)
        both = await asyncio.gather(
            team.send(), team.send(student_id=namesake), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in both) == ["PullTaken", "Submission"]


async def test_a_work_does_not_go_to_and_fro_all_day(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        await team.run(
            """
            INSERT INTO submission_statuses (submission_id, version, status, changed_at)
            SELECT $1, number + 100, 'review', $2 FROM generate_series(1, $3) AS number
            """,
            work.submission_id,
            team.school.clock.now(),
            moving.MOST_STEPS_A_DAY,
        )
        with pytest.raises(SentTooOften):
            await team.change_mind(work, "take_back")
        team.school.clock.advance(timedelta(days=1, minutes=1))
        await team.change_mind(work, "take_back")


async def test_a_note_is_its_students_own_and_rests_during_review(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.begin()
        assert work is not None
        database = team.school.database

        async def note(text: str, identity: Identity) -> None:
            async with database.transaction() as connection:
                await deeds.keep_note(connection, work.submission_id, identity=identity, note=text)

        await note(" Ask about loops.\0 ", team.student)
        with pytest.raises(Forbidden):
            await note("Mine now", team.curator)
        with pytest.raises(SubmissionNotFound):
            await note("Mine now", Identity(person_id=uuid4(), roles=("curator",)))
        async with database.acquire() as connection:
            read = repository.find_note
            assert await read(connection, work.submission_id, team.school.student_id) == (
                "Ask about loops."
            )
            assert await read(connection, work.submission_id, team.school.curator_id) == ""
        await team.send()
        with pytest.raises(StatusDoesNotAllow):
            await note("During the review", team.student)
        assert all("Ask about loops" not in str(told) for told in await team.events())


async def test_one_student_cannot_use_up_githubs_limit(database_url: str) -> None:
    async with taught(database_url) as team:
        team.sync.status, team.sync.body = 404, {"reason": "gone"}
        for number in range(1, MOST_AN_HOUR + 1):
            with pytest.raises(PullGone):
                await team.send(f"https://github.com/{REPOSITORY}/pull/{number}")
        with pytest.raises(LooksUsedUp):
            await team.send()
        assert len(team.sync.asked) == MOST_AN_HOUR
        team.school.clock.advance(timedelta(hours=1, seconds=1))
        with pytest.raises(PullGone):
            await team.send()
        assert await FORGET_LOOKS.run(team.school.database, team.school.clock) == MOST_AN_HOUR


async def test_who_left_the_team_moves_their_work_no_more(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        await team.run("DELETE FROM group_members WHERE person_id = $1", team.school.student_id)
        with pytest.raises(TeamLeft):
            await team.change_mind(work, "take_back")
        assert (await team.decide(work, "approved")).status == "approved"
