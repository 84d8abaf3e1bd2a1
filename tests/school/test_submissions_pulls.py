"""What becomes of works when their pull requests are lost, found again, renamed, recreated."""

import asyncio
from datetime import timedelta

import pytest

from services.school.submissions import repository, service
from services.school.submissions.history import repository as steps
from services.school.submissions.pulls import repository as pulls
from services.school.submissions.repository import Submission
from shared.events import PullChanged, PullLost
from tests.school.taught import LINK, Taught, pull_changed, pull_lost, seen, taught
from tests.school.works import START
from tests.support.waiting import eventually

NEW_NAME = "parta-student/renamed"


async def learn(team: Taught, *events: PullChanged | PullLost) -> None:
    """sync tells, each in a transaction of its own."""
    for event in events:
        async with team.school.database.transaction() as connection:
            if isinstance(event, PullChanged):
                await service.learn_pull(connection, event, team.school.clock, team.public_url)
            else:
                await service.learn_loss(connection, event, team.school.clock, team.public_url)


async def stands(team: Taught, work: Submission) -> Submission:
    """The work as it is now."""
    async with team.school.database.acquire() as connection:
        found = await repository.find(connection, work.submission_id)
    assert found is not None
    return found


async def troubles(team: Taught) -> list[str | None]:
    """What was told of trouble, after the sending."""
    return [told["trouble"] for told in (await team.events())[1:]]


@pytest.mark.parametrize("reason", ["gone", "blocked"])
async def test_a_lost_pull_request_is_told_once_and_the_status_stays(
    database_url: str, reason: str
) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        await learn(team, pull_lost(reason=reason), pull_lost(reason=reason))
        lost = await stands(team, work)
        assert (lost.status, lost.trouble, lost.version) == ("review", reason, work.version + 1)
        assert lost.changed_at == work.changed_at, "how long it waits does not begin anew"
        assert await troubles(team) == [reason]
        told = (await team.events())[-1]
        assert (told["status"], told["was"], told["version"]) == ("review", "review", 2)
        assert told["page_url"] == f"{team.public_url}/school/submissions/{work.submission_id}"
        async with team.school.database.acquire() as connection:
            history = await steps.list_statuses(connection, work.submission_id)
        assert [step.trouble for step in history] == [None, reason]


async def test_it_is_told_as_well_when_it_is_found_again(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        await learn(team, pull_changed(1), pull_lost(), pull_changed(1), pull_changed(2))
        assert await troubles(team) == ["gone", "found"]
        assert (await stands(team, work)).trouble is None
        await learn(team, pull_lost(lost_at=START + timedelta(days=20_000)))
        assert await troubles(team) == ["gone", "found", "gone"]


async def test_one_that_was_never_seen_is_lost_by_its_name(database_url: str) -> None:
    async with taught(database_url) as team:
        await team.run("DELETE FROM pulls")
        work = await team.send(asks=False)
        assert not work.is_checked
        await learn(team, pull_lost(repository_id=0, lost_at=START))
        assert (await stands(team, work)).trouble == "gone"


async def test_yesterdays_loss_of_what_github_showed_today_is_none(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        await learn(team, pull_lost(lost_at=team.school.clock.now() - timedelta(days=1)))
        assert (await stands(team, work)).trouble is None


async def test_yesterdays_news_does_not_find_what_is_lost_today(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        await learn(team, pull_changed(60), pull_lost(), pull_changed(30))
        assert (await stands(team, work)).trouble == "gone"


async def test_a_link_sent_anew_is_in_no_trouble(database_url: str) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        await learn(team, pull_lost())
        await team.change_mind(work, "take_back")
        assert (await stands(team, work)).trouble == "gone"
        assert (await team.send()).trouble is None


async def test_a_review_decides_although_the_pull_request_was_in_trouble(database_url: str) -> None:
    async with taught(database_url) as team:
        await team.send()
        await team.school.review("commented")
        await learn(team, pull_lost(), pull_changed(60))
        await team.school.review("approved")
        assert [told["status"] for told in await team.events()] == [
            "review",
            "correction",
            "correction",
            "correction",
            "approved",
        ]


async def test_an_unchecked_link_is_checked_by_the_first_news_of_it(database_url: str) -> None:
    async with taught(database_url) as team:
        await team.run("DELETE FROM pulls")
        work = await team.send(asks=False)
        await learn(team, pull_changed(repository_id=4711))
        checked = await stands(team, work)
        assert (checked.is_checked, checked.repository_id) == (True, 4711)
        assert len(await team.events()) == 1, "nothing to tell anybody"


async def test_a_rename_carries_works_reviews_and_facts_with_it(database_url: str) -> None:
    async with taught(database_url) as team:
        await learn(team, pull_changed(1))
        work = await team.send()
        await team.school.review("commented")
        await learn(team, pull_changed(1, repository="Parta-Student/Renamed"))
        moved = await stands(team, work)
        assert moved.repository == NEW_NAME
        assert moved.pull_url == "https://github.com/Parta-Student/Renamed/pull/1"
        assert moved.title == work.title
        # A late word of the old name, of a review and of the pull request: neither undoes it.
        await team.school.review("approved")
        await learn(team, pull_changed(0))
        assert (await stands(team, work)).status == "approved"
        assert (await stands(team, work)).repository == NEW_NAME
        assert await team.run("SELECT count(*) FROM pulls") == 1
        assert await team.run("SELECT count(DISTINCT repository) FROM reviews") == 1


async def test_a_rename_reaches_every_pull_request_of_the_repository(database_url: str) -> None:
    async with taught(database_url) as team:
        first = await team.send()
        other = await team.assignment(name="Second steps")
        team.sync.body |= {"number": 2}
        second = await team.send(LINK.replace("/1", "/2"), assignment_id=other)
        await learn(team, pull_changed(1, repository=NEW_NAME))
        for work, number in ((first, 1), (second, 2)):
            moved = await stands(team, work)
            assert (moved.repository, moved.number) == (NEW_NAME, number)
            assert moved.pull_url == f"https://github.com/{NEW_NAME}/pull/{number}"


async def test_one_pull_request_sent_by_both_its_names_breaks_nothing(database_url: str) -> None:
    async with taught(database_url) as team:
        await team.send()
        other = await team.assignment(name="Second steps")
        new_link = f"https://github.com/{NEW_NAME}/pull/1"
        await team.send(new_link, asks=False, assignment_id=other)
        await learn(team, pull_changed(1, repository=NEW_NAME), pull_lost())
        assert await troubles(team) == [None, "gone", "gone"]


async def test_one_that_was_sent_by_two_old_names_is_renamed_once_more(database_url: str) -> None:
    async with taught(database_url) as team:
        first = await team.send()
        other = await team.assignment(name="Second steps")
        new_link = f"https://github.com/{NEW_NAME}/pull/1"
        second = await team.send(new_link, asks=False, assignment_id=other)
        await learn(team, pull_changed(1, repository=NEW_NAME))
        await learn(team, pull_changed(1, repository="parta-student/again"))
        names = {(await stands(team, work)).repository for work in (first, second)}
        assert "parta-student/again" in names
        await learn(team, pull_lost(repository="parta-student/again"))
        assert await troubles(team) == [None, "gone", "gone"]


async def test_facts_under_two_old_names_become_one_under_the_new(database_url: str) -> None:
    async with taught(database_url) as team:
        await learn(team, pull_changed(1))
        team.sync.body |= {"repository": NEW_NAME, "head_sha": "b" * 40}
        await team.send()
        await learn(team, pull_changed(1, repository="parta-student/again"))
        assert await team.run("SELECT count(*) FROM pulls WHERE repository_id = 1") == 1


async def test_a_work_follows_its_repository_though_another_has_its_name_by_now(
    database_url: str,
) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        await learn(team, pull_changed(60, repository_id=5000, head_sha="b" * 40))
        assert (await stands(team, work)).repository_id == 1
        await learn(team, pull_changed(1, repository=NEW_NAME))
        assert (await stands(team, work)).repository == NEW_NAME
        await team.school.review("approved")
        assert (await stands(team, work)).status == "approved"


async def test_news_of_a_pull_request_and_its_sending_wait_for_one_another_in_one_order(
    database_url: str,
) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        await learn(team, pull_changed(1), pull_lost())

        async def has_to_wait() -> bool:
            return bool(await team.run("SELECT count(*) FROM pg_locks WHERE NOT granted"))

        async with team.school.database.transaction() as page:
            await repository.lock(page, work.submission_id)
            telling = asyncio.create_task(learn(team, pull_changed(60)))
            await eventually(has_to_wait)
            await pulls.keep_seen(page, seen())
        await telling
        assert (await stands(team, work)).trouble is None


async def test_a_repository_made_anew_under_the_old_name_takes_the_works_place(
    database_url: str,
) -> None:
    async with taught(database_url) as team:
        work = await team.send()
        await learn(team, pull_lost(), pull_changed(60, repository_id=5000, head_sha="b" * 40))
        found = await stands(team, work)
        assert (found.trouble, found.repository_id) == (None, 5000)


async def test_a_loss_of_what_nobody_sent_is_nobodys(database_url: str) -> None:
    async with taught(database_url) as team:
        await learn(team, pull_lost(number=99))
        assert await team.events() == []
