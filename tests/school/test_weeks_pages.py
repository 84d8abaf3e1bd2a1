"""A team's weeks and assignments, as its student, its curator and strangers see them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.school.browser import Browser, school_pages
from tests.school.taught import GROUP, LINK, MEMBER, FakeSync, Taught, seen


@asynccontextmanager
async def site(
    database_url: str, sync: FakeSync | None = None, **when: int
) -> AsyncIterator[tuple[Browser, Taught]]:
    """A browser before a school with a team; its student is signed in."""
    sync = sync or FakeSync()
    async with school_pages(database_url, sync) as (browser, school):
        team = Taught(school, sync)
        await team.settle(**when)
        browser.as_person(school.student_id, "student")
        yield browser, team


def week(team: Taught, number: int) -> str:
    return f"/school/teams/{team.group_id}/weeks/{number}"


def task(team: Taught) -> str:
    return f"/school/teams/{team.group_id}/assignments/{team.assignment_id}"


async def test_the_landing_leads_to_the_present_week(database_url: str) -> None:
    async with site(database_url) as (browser, team):
        page = await browser.get("/school")
        assert week(team, 2) in page.text
        assert "Python, stream 26" in page.text
        assert "week 2 of 3" in page.text
        browser.as_person(uuid4())
        assert "You are in no team yet" in (await browser.get("/school")).text
        browser.as_person(uuid4(), "administrator", locale="ru")
        everything = (await browser.get("/school")).text
        assert "Mornings" in everything
        assert "/school/courses" in everything


async def test_a_week_shows_lessons_assignments_and_where_to_ask(database_url: str) -> None:
    async with site(database_url) as (browser, team):
        lesson_id = await team.lesson(slides_url="https://docs.google.com/presentation/d/x")
        page = (await browser.get(week(team, 1))).text
        assert "Of number 1" in page
        assert f"/school/lessons/{lesson_id}/video" in page
        assert f"/school/lessons/{lesson_id}/slides" in page
        assert "<em>name</em>" in page
        assert task(team) in page
        assert "due by" in page
        assert "Can be started" in page
        assert "https://t.me/+stream" in page
        assert "1 lesson, 1 assignment" in page


async def test_what_is_not_accepted_follows_into_later_weeks(database_url: str) -> None:
    async with site(database_url) as (browser, team):
        page = (await browser.get(week(team, 2))).text
        assert "From earlier weeks" in page
        assert "First steps" in page
        await team.send()
        assert "From earlier weeks" not in (await browser.get(week(team, 2))).text


async def test_a_closed_week_says_when_it_opens_and_nothing_else(database_url: str) -> None:
    async with site(database_url) as (browser, team):
        await team.lesson(week=3, name="A secret of later")
        page = (await browser.get(week(team, 3))).text
        assert "This week opens on" in page
        assert "Of number 3" not in page
        assert "A secret of later" not in page
        program = await browser.get(week(team, 3), accept="application/json")
        assert "A secret of later" not in program.text
        assert "Of number 3" not in program.text
        assert (await browser.get(week(team, 4))).status_code == 404
        assert (await browser.get(week(team, 0))).status_code == 404
        browser.as_person(team.school.curator_id, "curator")
        shown = (await browser.get(week(team, 3))).text
        assert "A secret of later" in shown
        assert "Students do not see this week yet" in shown


async def test_a_course_that_has_not_begun_or_is_over_says_so(database_url: str) -> None:
    async with site(database_url, begun_days_ago=-3) as (browser, team):
        page = (await browser.get(week(team, 1))).text
        assert "has not begun yet, begins on" in page
        assert "First steps" not in page
        assert (await browser.get(task(team))).status_code == 404
        await team.ends((team.school.clock.now() - timedelta(days=1)).date())
        assert "the course is over" in (await browser.get(week(team, 1))).text


@pytest.mark.parametrize("roles", [(), ("student",), ("curator",)])
async def test_a_stranger_finds_no_team_week_or_assignment(
    database_url: str, roles: tuple[str, ...]
) -> None:
    async with site(database_url) as (browser, team):
        browser.as_person(uuid4(), *roles)
        for path in (week(team, 1), task(team)):
            assert (await browser.get(path)).status_code == 404
        for deed in ("send", "drop", "begin", "take-back", "note"):
            answer = await browser.post(f"{task(team)}/{deed}", pull_url=LINK, note="x")
            assert answer.status_code == 404
        assert await team.events() == []


async def test_opening_an_assignment_begins_it_for_its_student_alone(database_url: str) -> None:
    async with site(database_url) as (browser, team):
        browser.as_person(team.school.curator_id, "curator")
        assert "My work" not in (await browser.get(task(team))).text
        browser.as_person(team.school.student_id, "student")
        ahead = await browser.get(task(team), **{"Sec-Purpose": "prefetch;prerender"})
        assert ahead.status_code == 200
        await browser.get(task(team), accept="application/json")
        assert await team.events() == []
        page = (await browser.get(task(team))).text
        assert "In the making" in page
        assert "<strong>this</strong>" in page
        assert "Fork the assignment" in page
        assert "https://github.com/Parta-Student/" in page
        await browser.get(task(team))
        assert [told["status"] for told in await team.events()] == ["execution"]


async def test_a_student_sends_takes_back_stops_and_begins_again(database_url: str) -> None:
    async with site(database_url) as (browser, team):
        await browser.get(task(team))
        for deed, words in (
            ("send", "On review"),
            ("take-back", "In the making"),
            ("drop", "Can be started"),
            ("begin", "In the making"),
        ):
            answer = await browser.post(f"{task(team)}/{deed}", pull_url=LINK)
            assert answer.status_code == 303
            assert words in (await browser.get(answer.headers["location"])).text
        assert [told["status"] for told in await team.events()] == [
            "execution",
            "review",
            "execution",
            "available",
            "execution",
        ]


async def test_a_wrong_link_is_told_beside_its_field_and_stays_there(database_url: str) -> None:
    async with site(database_url) as (browser, team):
        await browser.get(task(team))
        answer = await browser.post(f"{task(team)}/send", pull_url="https://github.com/o/<r>")
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert "https://github.com/Parta-Student/first-steps/pull/1" in answer.text
        assert "https://github.com/o/&lt;r&gt;" in answer.text
        another = await browser.post(
            f"{task(team)}/send", pull_url="https://github.com/another/x/pull/1"
        )
        assert "The link begins with https://github.com/Parta-Student/" in another.text
        team.sync.body = seen(draft=True).model_dump()
        draft = await browser.post(f"{task(team)}/send", pull_url=LINK)
        assert "Ready for review" in draft.text
        assert [told["status"] for told in await team.events()] == ["execution"]


async def test_the_second_of_two_tabs_is_shown_what_stands(database_url: str) -> None:
    async with site(database_url) as (browser, team):
        await browser.get(task(team))
        assert (
            await browser.post(f"{task(team)}/send", pull_url=LINK, version="1")
        ).status_code == 303
        late = await browser.post(f"{task(team)}/drop", version="1")
        assert late.status_code == 409
        assert "Meanwhile this work was changed. Now it is: On review" in late.text
        assert "Take it back from review" in late.text


async def test_a_note_is_seen_by_its_student_only(database_url: str) -> None:
    async with site(database_url) as (browser, team):
        await browser.get(task(team))
        assert (await browser.post(f"{task(team)}/note", note="Ask about loops")).status_code == 303
        assert "Ask about loops" in (await browser.get(task(team))).text
        work = await team.send()
        assert (await browser.post(f"{task(team)}/note", note="Later")).status_code == 409
        for role in ("curator", "administrator"):
            browser.as_person(team.school.curator_id, role)
            for path in (task(team), f"/school/submissions/{work.submission_id}"):
                for accept in ("text/html", "application/json"):
                    answer = await browser.get(path, accept=accept)
                    assert answer.status_code == 200
                    assert "Ask about loops" not in answer.text


async def test_after_the_last_day_the_page_has_a_banner_and_no_buttons(database_url: str) -> None:
    async with site(database_url) as (browser, team):
        work = await team.send()
        await team.ends()
        page = (await browser.get(task(team))).text
        assert "The course is over" in page
        assert f'action="{task(team)}/take-back"' not in page
        answer = await browser.post(f"{task(team)}/take-back")
        assert answer.status_code == 409
        browser.as_person(team.school.curator_id, "curator")
        shown = (await browser.get(f"/school/submissions/{work.submission_id}")).text
        assert "The course is over" in shown
        assert "Decide without a review" not in shown


async def test_trouble_is_told_to_both_sides(database_url: str) -> None:
    async with site(database_url) as (browser, team):
        work = await team.send()
        await team.run("UPDATE submissions SET trouble = 'gone'")
        path = f"/school/submissions/{work.submission_id}"
        for page in (task(team), path):
            assert "does not show this pull request any more" in (await browser.get(page)).text
        browser.as_person(team.school.curator_id, "curator", locale="ru")
        assert "больше не показывает этот пул-реквест" in (await browser.get(path)).text


async def test_a_script_in_a_text_is_text(database_url: str) -> None:
    async with site(database_url) as (browser, team):
        await team.run("UPDATE assignments SET content = '<script>alert(1)</script>'")
        await team.lesson(name="<script>alert(2)</script>", content="<img src=x onerror=alert(3)>")
        for path in (task(team), week(team, 1)):
            page = (await browser.get(path)).text
            assert "<script>alert" not in page
            assert "<img src=x" not in page


async def test_another_curator_of_a_student_reads_a_work_and_cannot_decide_it(
    database_url: str,
) -> None:
    async with site(database_url) as (browser, team):
        work = await team.send()
        address = f"/school/submissions/{work.submission_id}"
        other, second_team = uuid4(), uuid4()
        browser.as_person(other, "curator")
        assert (await browser.get(address)).status_code == 404
        now = team.school.clock.now()
        await team.run(GROUP, second_team, "Evenings", team.stream_id, other, now)
        await team.run(MEMBER, second_team, team.school.student_id, now)
        page = await browser.get(address)
        assert page.status_code == 200
        assert "Accept" not in page.text
        decided = await browser.post(f"{address}/decision", decision="approved")
        assert decided.status_code == 404
