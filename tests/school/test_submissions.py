"""The life of a work, from its being sent to its being accepted."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.school.errors import (
    GitHubNotLinked,
    NotACurator,
    PullOfAnother,
    PullTaken,
    StatusDoesNotAllow,
    SubmissionNotFound,
    TitleMissing,
    TooManyWorks,
)
from services.school.submissions import deeds, service
from services.school.submissions.history import repository as steps
from shared.errors import Forbidden
from shared.identity import Identity
from tests.school.works import HEAD, works


async def test_a_sent_work_is_on_review_and_told(database_url: str) -> None:
    async with works(database_url) as school:
        submission = await school.send()
        assert submission.status == "review"
        assert submission.version == 1
        assert await school.told() == ["review"]


async def test_an_approval_of_the_head_accepts_the_work(database_url: str) -> None:
    async with works(database_url) as school:
        await school.send()
        await school.review("approved")
        assert await school.told() == ["review", "approved"]


@pytest.mark.parametrize("state", ["changes_requested", "commented"])
async def test_remarks_send_the_work_back(database_url: str, state: str) -> None:
    async with works(database_url) as school:
        await school.send()
        await school.review(state)
        assert await school.told() == ["review", "correction"]


async def test_a_push_makes_an_older_review_stale(database_url: str) -> None:
    async with works(database_url) as school:
        await school.send()
        await school.push("b" * 40)
        await school.review("approved", commit=HEAD)
        assert await school.told() == ["review"]


async def test_somebody_elses_approval_does_not_count(database_url: str) -> None:
    async with works(database_url) as school:
        await school.send()
        await school.review("approved", by=1)
        assert await school.told() == ["review"]


async def test_a_dismissed_review_withdraws_its_verdict(database_url: str) -> None:
    async with works(database_url) as school:
        await school.send()
        review_id = await school.review("approved")
        await school.review("dismissed", review_id=review_id)
        assert await school.told() == ["review", "approved", "review"]


async def test_an_approval_that_arrives_after_its_dismissal_changes_nothing(
    database_url: str,
) -> None:
    async with works(database_url) as school:
        await school.send()
        await school.review("dismissed", review_id=5)
        await school.review("approved", review_id=5)
        assert await school.told() == ["review"]


async def test_a_later_review_outweighs_the_one_that_decided(database_url: str) -> None:
    async with works(database_url) as school:
        await school.send()
        await school.review("commented")
        await school.review("approved")
        await school.review("changes_requested")
        assert await school.told() == ["review", "correction", "approved", "correction"]


async def test_the_same_review_twice_changes_the_work_once(database_url: str) -> None:
    async with works(database_url) as school:
        await school.send()
        await school.review("approved", review_id=3)
        await school.review("approved", review_id=3)
        assert await school.told() == ["review", "approved"]


async def test_a_mended_work_is_sent_again_and_needs_a_new_review(database_url: str) -> None:
    async with works(database_url) as school:
        submission = await school.send()
        first = await school.review("commented")
        school.clock.advance(timedelta(hours=1))
        async with school.database.transaction() as connection:
            await service.send_again(
                connection,
                submission.submission_id,
                student_id=school.student_id,
                now=school.clock.now(),
            )
        await school.review("dismissed", review_id=first)
        assert await school.told() == ["review", "correction", "review"]
        await school.review("approved")
        assert (await school.told())[-1] == "approved"


async def test_a_curators_review_counts_once_their_github_is_known(database_url: str) -> None:
    async with works(database_url) as school:
        newcomer = uuid4()
        await school.person(newcomer, roles=("curator",))
        await school.send(curator_id=newcomer)
        await school.review("approved", by=555)
        assert await school.told() == ["review"]
        await school.person(newcomer, version=2, roles=("curator",), github_id=555)
        assert await school.told() == ["review", "approved"]


async def test_a_review_heard_before_its_head_decides_nothing(database_url: str) -> None:
    async with works(database_url) as school:
        await school.send()
        await school.review("approved", commit="c" * 40)
        assert await school.told() == ["review"]


async def test_what_the_curator_decided_by_hand_stands(database_url: str) -> None:
    async with works(database_url) as school:
        submission = await school.send()
        curator = Identity(person_id=school.curator_id, roles=("curator",))
        async with school.database.transaction() as connection:
            await deeds.decide_by_hand(
                connection,
                submission.submission_id,
                identity=curator,
                decision="correction",
                comment=" Please add a test. ",
                now=school.clock.now(),
            )
        await school.review("approved")
        assert await school.told() == ["review", "correction"]
        async with school.database.acquire() as connection:
            history = await steps.list_statuses(connection, submission.submission_id)
        assert [status.status for status in history] == ["review", "correction"]
        assert history[-1].comment == "Please add a test."


async def test_who_may_decide_is_a_matter_of_ownership_not_of_knowing_the_id(
    database_url: str,
) -> None:
    async with works(database_url) as school:
        submission = await school.send()
        for identity, refusal in (
            (Identity(person_id=school.student_id, roles=("curator",)), Forbidden),
            (Identity(person_id=uuid4(), roles=("curator",)), SubmissionNotFound),
        ):
            with pytest.raises(refusal):
                async with school.database.transaction() as connection:
                    await deeds.decide_by_hand(
                        connection,
                        submission.submission_id,
                        identity=identity,
                        decision="approved",
                        comment="",
                        now=school.clock.now(),
                    )
        assert await school.told() == ["review"]


async def test_a_work_on_review_cannot_be_sent_again(database_url: str) -> None:
    async with works(database_url) as school:
        await school.send()
        with pytest.raises(StatusDoesNotAllow):
            await school.send()
        assert await school.told() == ["review"]


async def test_a_pull_request_belongs_to_the_student_who_sent_it(database_url: str) -> None:
    async with works(database_url) as school:
        await school.send()
        namesake = uuid4()
        await school.person(namesake, roles=("student",), github_login="parta-student")
        with pytest.raises(PullTaken):
            await school.send(student_id=namesake)


async def test_a_pull_request_in_somebody_elses_repository_is_refused(database_url: str) -> None:
    async with works(database_url) as school:
        with pytest.raises(PullOfAnother):
            await school.send(pull_url="https://github.com/another/first-steps/pull/1")
        stranger = uuid4()
        await school.person(stranger, roles=("student",))
        with pytest.raises(GitHubNotLinked):
            await school.send(student_id=stranger)
        assert await school.told() == []


async def test_nobody_is_their_own_curator(database_url: str) -> None:
    async with works(database_url) as school:
        both = uuid4()
        await school.person(both, roles=("student", "curator"), github_login="parta-student")
        with pytest.raises(NotACurator):
            await school.send(student_id=both, curator_id=both)


async def test_there_is_an_end_to_new_works_in_a_day(database_url: str) -> None:
    async with works(database_url) as school:
        for number in range(service.MOST_NEW_A_DAY):
            await school.send(pull_url=f"https://github.com/parta-student/work/pull/{number + 1}")
        with pytest.raises(TooManyWorks):
            await school.send()
        school.clock.advance(timedelta(days=1, minutes=1))
        await school.send()


async def test_works_go_to_curators_only(database_url: str) -> None:
    async with works(database_url) as school:
        with pytest.raises(NotACurator):
            await school.send(curator_id=school.student_id)
        assert await school.told() == []


@pytest.mark.parametrize("title", ["", "  ", "\0", "x" * 201])
async def test_a_work_needs_a_name(database_url: str, title: str) -> None:
    async with works(database_url) as school:
        with pytest.raises(TitleMissing):
            await school.send(title=title)
