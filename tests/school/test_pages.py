"""The pages of works: who sees what, in which language, and what a wrong form gets."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr

from services.school.app import create_app
from services.school.settings import SchoolSettings
from shared.identity import ANONYMOUS, Identity
from tests.school.works import PULL_URL, Works, works

ORIGIN = "http://localhost:8080"


class Known:
    """Says of every request that it is this person's."""

    def __init__(self) -> None:
        self.identity = ANONYMOUS

    async def identify(self, token: str | None) -> Identity:
        return self.identity


class Browser:
    """A person's browser, signed in as whom the test says."""

    def __init__(self, client: httpx.AsyncClient, known: Known) -> None:
        self._client = client
        self._known = known

    def as_person(self, person_id: UUID, *roles: str, locale: str = "en") -> None:
        self._known.identity = Identity(
            person_id=person_id, roles=roles, csrf="right", locale=locale, zone="Europe/Moscow"
        )

    async def get(self, path: str, accept: str = "text/html") -> httpx.Response:
        return await self._client.get(path, headers={"Accept": accept})

    async def post(self, path: str, csrf: str = "right", **fields: str) -> httpx.Response:
        return await self._client.post(
            path,
            data={"csrf": csrf, **fields},
            headers={"Accept": "text/html", "Origin": ORIGIN, "Cookie": "parta=x"},
        )


@asynccontextmanager
async def school_pages(database_url: str) -> AsyncIterator[tuple[Browser, Works]]:
    app = create_app(
        SchoolSettings(
            database_url=SecretStr(database_url), service_secret=SecretStr("a-secret-for-tests")
        )
    )
    known = Known()
    app.state.service.verifier = known
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ORIGIN) as client,
        works(database_url) as school,
    ):
        yield Browser(client, known), school


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
