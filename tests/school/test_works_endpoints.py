"""Works as the bot asks for them: in a person's name, with that person's rights, each once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.school.browser import Browser, school_pages
from tests.school.taught import LINK, FakeSync, Taught

WORKS = "/internal/works"


@asynccontextmanager
async def bot(database_url: str) -> AsyncIterator[tuple[Browser, Taught]]:
    """The bot before a school with a team."""
    sync = FakeSync()
    async with school_pages(database_url, sync) as (browser, school):
        team = Taught(school, sync)
        await team.settle()
        browser.as_service("bot")
        yield browser, team


def sending(team: Taught, **changes: Any) -> dict[str, Any]:
    """The body of a sent link."""
    return {
        "person_id": str(team.school.student_id),
        "assignment_id": str(team.assignment_id),
        "group_id": str(team.group_id),
        "pull_url": LINK,
        **changes,
    }


async def listed(browser: Browser, person_id: UUID) -> dict[str, Any]:
    """Somebody's works."""
    answer = await browser.get(f"{WORKS}?person_id={person_id}", accept="application/json")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


async def test_only_the_bot_asks(database_url: str) -> None:
    async with bot(database_url) as (browser, team):
        browser.as_service("sync")
        answer = await browser.command(f"{WORKS}/send", sending(team))
        assert answer.status_code == 403
        browser.as_person(team.school.student_id, "student")
        path = f"{WORKS}?person_id={team.school.student_id}"
        assert (await browser.get(path, accept="application/json")).status_code == 401


async def test_a_sent_link_is_a_work_with_all_that_a_card_shows(database_url: str) -> None:
    async with bot(database_url) as (browser, team):
        answer = await browser.command(f"{WORKS}/send", sending(team), key="one")
        assert answer.status_code == 200
        work = answer.json()
        start_on = await team.run("SELECT start_on FROM streams")
        assert work["due_on"] == str(start_on + timedelta(days=6))
        assert (work["status"], work["may"]) == ("review", ["take_back"])
        assert (work["is_checked"], work["trouble"], work["version"]) == (True, None, 1)
        assert work["page_url"].endswith(f"/school/submissions/{work['submission_id']}")
        assert (work["student_name"], work["curator_name"]) == ("Somebody", "Somebody")


async def test_a_repeated_command_is_done_once_and_answered_alike(database_url: str) -> None:
    async with bot(database_url) as (browser, team):
        first = await browser.command(f"{WORKS}/send", sending(team), key="one")
        again = await browser.command(f"{WORKS}/send", sending(team), key="one")
        assert (again.status_code, again.json()) == (200, first.json())
        other = await browser.command(
            f"{WORKS}/send", sending(team, pull_url=LINK + "/files"), key="one"
        )
        assert other.status_code == 409
        assert len(await team.events()) == 1
        path = f"{WORKS}/{first.json()['submission_id']}/take-back"
        body = {"person_id": str(team.school.student_id)}
        for _ in range(2):
            back = await browser.command(path, body, key="two")
            assert back.json()["status"] == "execution"
        assert [told["status"] for told in await team.events()] == ["review", "execution"]
        # Another press does not stop the work: that is another deed, of the page.
        assert (await browser.command(path, body, key="three")).status_code == 409


async def test_a_curator_decides_and_the_buttons_follow(database_url: str) -> None:
    async with bot(database_url) as (browser, team):
        work = await team.send()
        curator_id = team.school.curator_id
        (waiting,) = (await listed(browser, curator_id))["to_review"]
        assert waiting["may"] == ["approve", "return"]
        path = f"{WORKS}/{work.submission_id}/decision"
        body = {"person_id": str(curator_id), "decision": "correction", "comment": "Add a test"}
        decided = await browser.command(path, body, key="a")
        assert (decided.json()["status"], decided.json()["may"]) == ("correction", [])
        late = await browser.command(path, {**body, "decision": "approved"}, key="b")
        assert late.status_code == 409
        assert late.json()["error"] == "WorkMoved"
        assert late.json()["title"].endswith("Требует исправлений")
        assert late.json()["advice"]
        own = (await listed(browser, team.school.student_id))["own"]
        assert [(one["status"], one["may"]) for one in own] == [("correction", ["send"])]
        assert (await team.events())[-1]["comment"] == "Add a test"


async def test_who_a_work_does_not_concern_finds_none(database_url: str) -> None:
    async with bot(database_url) as (browser, team):
        work = await team.send()
        stranger = uuid4()
        await team.school.person(stranger, roles=("curator", "student"))
        body = {"person_id": str(stranger)}
        path = f"{WORKS}/{work.submission_id}"
        for answer in (
            await browser.get(f"{path}?person_id={stranger}", accept="application/json"),
            await browser.command(f"{path}/take-back", body),
            await browser.command(f"{path}/decision", {**body, "decision": "approved"}),
            await browser.command(f"{WORKS}/send", sending(team, person_id=str(stranger))),
        ):
            assert answer.status_code == 404
        assert (await listed(browser, stranger)) == {
            "own": [],
            "to_review": [],
            "own_total": 0,
            "to_review_total": 0,
        }
        student = {"person_id": str(team.school.student_id), "decision": "approved"}
        assert (await browser.command(f"{path}/decision", student)).status_code == 403


async def test_what_is_wrong_with_a_link_comes_in_the_persons_language(database_url: str) -> None:
    async with bot(database_url) as (browser, team):
        wrong = sending(team, pull_url="https://github.com/o/r")
        russian = await browser.command(f"{WORKS}/send", wrong, locale="ru")
        english = await browser.command(f"{WORKS}/send", wrong, locale="en")
        assert russian.status_code == english.status_code == 422
        assert russian.json()["title"].startswith("Ссылка на пул-реквест выглядит так")
        assert english.json()["detail"] == english.json()["title"]
        assert "https://github.com/Parta-Student/first-steps/pull/1" in english.json()["advice"]


async def test_choices_begin_with_the_best_guess(database_url: str) -> None:
    async with bot(database_url) as (browser, team):
        begun = await team.assignment(name="Begun", repository_url=None)
        newest = await team.assignment(week=2, name="Newest", repository_url=None)
        await team.assignment(week=3, name="Closed")
        await team.begin(assignment_id=begun)
        asked = {"person_id": str(team.school.student_id), "pull_url": f"{LINK}/files"}
        answer = await browser.command(f"{WORKS}/choices", asked)
        choices = answer.json()["choices"]
        assert [one["title"] for one in choices] == ["First steps", "Begun", "Newest"]
        assert [one["status"] for one in choices] == ["available", "execution", "available"]
        assert choices[2]["assignment_id"] == str(newest)
        assert choices[2]["week"] == 2
        # Where it was sent before comes first; what is on review takes no link.
        work = await team.send(assignment_id=newest)
        titles = await browser.command(f"{WORKS}/choices", asked)
        assert [one["title"] for one in titles.json()["choices"]] == ["First steps", "Begun"]
        await team.decide(work, "correction")
        titles = await browser.command(f"{WORKS}/choices", asked)
        assert titles.json()["choices"][0]["title"] == "Newest"
        await team.ends()
        assert (await browser.command(f"{WORKS}/choices", asked)).json() == {"choices": []}
        wrong = await browser.command(f"{WORKS}/choices", {**asked, "pull_url": "no link"})
        assert wrong.status_code == 422


async def test_works_are_listed_by_who_has_to_do_something(database_url: str) -> None:
    async with bot(database_url) as (browser, team):
        done = await team.send()
        await team.decide(done, "approved")
        begun = await team.assignment(name="Begun")
        await team.begin(assignment_id=begun)
        told = await listed(browser, team.school.student_id)
        assert [one["title"] for one in told["own"]] == ["Begun", "First steps"]
        assert told["own_total"] == 2
        assert told["own"][0]["pull_url"] is None


async def test_places_of_chats_are_for_administrators(database_url: str) -> None:
    async with bot(database_url) as (browser, team):
        path = f"/internal/places?person_id={team.school.curator_id}"
        assert (await browser.get(path, accept="application/json")).status_code == 403
        administrator = uuid4()
        await team.school.person(administrator, roles=("administrator",))
        answer = await browser.get(
            f"/internal/places?person_id={administrator}", accept="application/json"
        )
        places = answer.json()["places"]
        assert [one["place"] for one in places] == ["course", "stream", "team"]
        assert [one["name"] for one in places] == ["Python", "Python 26", "Python 26, Mornings"]
        assert [UUID(one["place_id"]) for one in places] == [
            team.course_id,
            team.stream_id,
            team.group_id,
        ]
        assert places[2]["stream_id"] == str(team.stream_id)
        await team.ends((team.school.clock.now() - timedelta(days=5)).date())
        answer = await browser.get(
            f"/internal/places?person_id={administrator}", accept="application/json"
        )
        assert [one["place"] for one in answer.json()["places"]] == ["course"]
