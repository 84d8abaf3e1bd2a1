"""The pages of works: who sees what, in which language, and what a wrong form gets."""

import re
from uuid import uuid4

import pytest

from tests.school.browser import school_pages
from tests.school.taught import FakeSync, seen
from tests.school.works import PULL_URL


async def test_nobody_is_sent_to_the_sign_in_and_back(database_url: str) -> None:
    async with school_pages(database_url) as (browser, _):
        answer = await browser.get("/school/submissions?week=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fschool%2Fsubmissions%3Fweek%3D1"


async def test_a_program_without_a_person_gets_401_in_json(database_url: str) -> None:
    async with school_pages(database_url) as (browser, _):
        answer = await browser.get("/school/submissions", accept="application/json")
    assert answer.status_code == 401
    assert answer.json()["error"] == "NotSignedIn"


async def test_a_student_sends_a_work_and_its_curator_sees_it(database_url: str) -> None:
    async with school_pages(database_url) as (browser, school):
        browser.as_person(school.student_id, "student")
        sent = await browser.post(
            "/school/submissions",
            title="First <steps>",
            pull_url=PULL_URL,
            curator_id=str(school.curator_id),
        )
        assert sent.status_code == 303
        page = await browser.get(sent.headers["location"])
        assert "First &lt;steps&gt;" in page.text
        assert "On review" in page.text
        browser.as_person(school.curator_id, "curator", locale="ru")
        works_page = await browser.get("/school/submissions")
        assert "Работы на проверку" in works_page.text
        card = await browser.get("/school/card")
        assert "1 работа ждёт вашей проверки" in card.text
        assert await school.told() == ["review"]


async def test_what_a_student_sees_of_another_is_that_there_is_nothing(database_url: str) -> None:
    async with school_pages(database_url) as (browser, school):
        submission = await school.send()
        browser.as_person(uuid4(), "student", "curator")
        for answer in (
            await browser.get(f"/school/submissions/{submission.submission_id}"),
            await browser.get(f"/school/submissions/{uuid4()}"),
            await browser.post(f"/school/submissions/{submission.submission_id}/send"),
            await browser.post(
                f"/school/submissions/{submission.submission_id}/decision", decision="approved"
            ),
        ):
            assert answer.status_code == 404


async def test_a_curator_decides_by_hand_and_the_student_cannot(database_url: str) -> None:
    async with school_pages(database_url) as (browser, school):
        submission = await school.send()
        path = f"/school/submissions/{submission.submission_id}/decision"
        browser.as_person(school.student_id, "student", "curator")
        assert (await browser.post(path, decision="approved")).status_code == 403
        browser.as_person(school.curator_id, "curator")
        assert (await browser.post(path, decision="approved")).status_code == 303
        assert await school.told() == ["review", "approved"]


@pytest.mark.parametrize("csrf", ["", "wrong", "rightx", "é"])
async def test_a_form_without_its_secret_changes_nothing(database_url: str, csrf: str) -> None:
    async with school_pages(database_url) as (browser, school):
        browser.as_person(school.student_id, "student")
        answer = await browser.post(
            "/school/submissions",
            csrf=csrf,
            title="Work",
            pull_url=PULL_URL,
            curator_id=str(school.curator_id),
        )
        assert answer.status_code == 403
        assert await school.told() == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"pull_url": "https://example.org/"}, "looks like https://github.com/"),
        ({"title": " "}, "give the work a name"),
        ({"curator_id": "nobody"}, "check what you entered"),
        ({"curator_id": str(uuid4())}, "choose a curator"),
    ],
)
async def test_a_wrong_entry_is_told_in_the_readers_words(
    database_url: str, fields: dict[str, str], words: str
) -> None:
    async with school_pages(database_url) as (browser, school):
        browser.as_person(school.student_id, "student")
        entered = {
            "title": "Work",
            "pull_url": PULL_URL,
            "curator_id": str(school.curator_id),
            **fields,
        }
        answer = await browser.post("/school/submissions", **entered)
        assert answer.status_code == 422
        assert words in re.sub(r"\s+", " ", answer.text)
        assert await school.told() == []


async def test_only_a_student_sends_works(database_url: str) -> None:
    async with school_pages(database_url) as (browser, school):
        browser.as_person(school.student_id, "teacher")
        answer = await browser.post(
            "/school/submissions",
            title="Work",
            pull_url=PULL_URL,
            curator_id=str(school.curator_id),
        )
        assert answer.status_code == 403
        assert await school.told() == []


@pytest.mark.parametrize(
    ("sync", "words"),
    [
        (FakeSync(404, {"reason": "gone"}), "GitHub shows no such pull request"),
        (FakeSync(200, seen(state="merged").model_dump()), "merged already"),
        (FakeSync(200, seen(draft=True).model_dump()), "is a draft"),
    ],
)
async def test_a_work_that_stands_alone_is_looked_at_as_well(
    database_url: str, sync: FakeSync, words: str
) -> None:
    async with school_pages(database_url, sync) as (browser, school):
        browser.as_person(school.student_id, "student")
        entered = {"title": "Work", "pull_url": PULL_URL, "curator_id": str(school.curator_id)}
        answer = await browser.post("/school/submissions", **entered)
        assert answer.status_code == 422
        assert words in answer.text
        assert await school.told() == []


async def test_an_unchecked_link_says_so_and_is_looked_at_on_request(database_url: str) -> None:
    sync = FakeSync(503, {})
    async with school_pages(database_url, sync) as (browser, school):
        async with school.database.transaction() as connection:
            await connection.execute("DELETE FROM pulls")
        browser.as_person(school.student_id, "student")
        sent = await browser.post(
            "/school/submissions",
            title="Work",
            pull_url=PULL_URL,
            curator_id=str(school.curator_id),
        )
        page = await browser.get(sent.headers["location"])
        assert "could not be asked about this link yet" in page.text
        browser.as_person(school.curator_id, "curator")
        away = await browser.post(f"{sent.headers['location']}/look")
        assert away.status_code == 503
        sync.status = 200
        looked = await browser.post(f"{sent.headers['location']}/look")
        assert looked.status_code == 303
        assert "GitHub is being asked" in (await browser.get(looked.headers["location"])).text
        assert sync.asked[-1].startswith("POST /internal/github/refresh")
        browser.as_person(uuid4(), "student", "curator")
        assert (await browser.post(f"{sent.headers['location']}/look")).status_code == 404


async def test_a_decision_on_what_has_moved_meanwhile_is_refused_in_the_readers_words(
    database_url: str,
) -> None:
    async with school_pages(database_url) as (browser, school):
        submission = await school.send()
        path = f"/school/submissions/{submission.submission_id}/decision"
        browser.as_person(school.curator_id, "curator", locale="ru")
        first = await browser.post(path, decision="approved", version=str(submission.version))
        assert first.status_code == 303
        second = await browser.post(path, decision="correction", version=str(submission.version))
        assert second.status_code == 409
        assert "Сейчас её статус: Принято" in second.text
        assert await school.told() == ["review", "approved"]
