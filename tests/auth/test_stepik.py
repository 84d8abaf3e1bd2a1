"""Stepik linked and unlinked: who is matched with their progress there, and told to the others."""

import asyncio
import re
from collections.abc import Sequence
from uuid import UUID

import httpx
import pytest

from services.auth import commands
from services.auth.persons.repository import Account
from services.auth.persons.service import tell
from tests.auth.conftest import OpenDesk
from tests.auth.desk import EVERY_PROVIDER, SANDBOX, Browser, Desk, csrf_on

STUDENT = 500000001
"""The student's number at the sandbox's Stepik."""
PROPOSAL = re.compile(r'name="proposal" value="([^"]+)"')


@pytest.fixture
async def desk(open_desk: OpenDesk) -> Desk:
    return await open_desk(**EVERY_PROVIDER)


async def ask_to_link(desk: Desk, browser: Browser, login: str = "student") -> httpx.Response:
    return await desk.go(browser, "/me/ways/stepik/link", login)


async def say_yes(browser: Browser, page: httpx.Response) -> httpx.Response:
    found = PROPOSAL.search(page.text)
    assert found, page.text
    return await browser.post("/me/ways/confirm", proposal=found[1], csrf=csrf_on(page))


async def link(desk: Desk, browser: Browser, login: str = "student") -> None:
    answer = await say_yes(browser, await ask_to_link(desk, browser, login))
    assert answer.headers["Location"] == "/me#ways"


async def unlink(browser: Browser) -> httpx.Response:
    csrf = csrf_on(await browser.get("/logout"))
    return await browser.post("/me/ways/stepik/unlink", csrf=csrf)


async def told(desk: Desk) -> Sequence[tuple[int, int | None]]:
    return [(event.version, event.stepik_id) for event in await desk.events()]


async def test_who_comes_in_by_stepik_is_known_by_their_number_there(desk: Desk) -> None:
    browser = desk.browser()
    assert (await desk.go(browser, "/login/via/stepik")).status_code == 303
    me = await browser.me()
    assert (me["name"], me["session"]["auth_method"]) == ("Student", "stepik")
    assert me["stepik"] == {"id": STUDENT, "name": "Student"}
    assert await told(desk) == [(1, STUDENT)]


async def test_linking_tells_the_number_and_unlinking_takes_it_back(desk: Desk) -> None:
    browser = await desk.sign_in()
    page = await ask_to_link(desk, browser)
    assert "Link this Stepik account?" in page.text
    assert await told(desk) == [(1, None)]
    await say_yes(browser, page)
    assert await told(desk) == [(1, None), (2, STUDENT)]
    assert "Stepik" in (await browser.get("/me")).text
    assert (await unlink(browser)).status_code == 303
    assert await told(desk) == [(1, None), (2, STUDENT), (3, None)]


async def test_telling_everyone_again_says_the_number_at_the_same_version(desk: Desk) -> None:
    await desk.go(desk.browser(), "/login/via/stepik")
    await commands.republish(desk.auth.database)
    assert await told(desk) == [(1, STUDENT), (1, STUDENT)]


async def test_an_account_of_another_person_is_not_taken_from_them(desk: Desk) -> None:
    await desk.go(desk.browser(), "/login/via/stepik")
    browser = await desk.sign_in(login="parta-curator")
    page = await ask_to_link(desk, browser)
    assert page.status_code == 409
    assert [stepik_id for _, stepik_id in await told(desk)] == [STUDENT, None]


async def test_of_two_who_say_yes_to_one_account_one_has_it(desk: Desk) -> None:
    browsers = [await desk.sign_in(), await desk.sign_in(login="parta-curator")]
    pages = [await ask_to_link(desk, one) for one in browsers]
    answers = await asyncio.gather(
        *(say_yes(one, page) for one, page in zip(browsers, pages, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert [stepik_id for _, stepik_id in await told(desk)].count(STUDENT) == 1


async def test_a_second_account_does_not_silently_replace_the_first(desk: Desk) -> None:
    browser = await desk.sign_in()
    await link(desk, browser)
    page = await ask_to_link(desk, browser, "student2")
    assert page.status_code == 409
    assert (await told(desk))[-1] == (2, STUDENT)


async def test_the_only_way_in_cannot_be_taken_away(desk: Desk) -> None:
    browser = desk.browser()
    await desk.go(browser, "/login/via/stepik")
    assert (await unlink(browser)).status_code == 409
    assert await told(desk) == [(1, STUDENT)]


async def test_sessions_that_came_by_it_end_when_it_is_unlinked(desk: Desk) -> None:
    browser = await desk.sign_in()
    await link(desk, browser)
    elsewhere = desk.browser()
    await desk.go(elsewhere, "/login/via/stepik")
    await unlink(browser)
    assert not await elsewhere.is_signed_in()
    assert await browser.is_signed_in()


async def test_a_name_changed_there_is_taken_over(desk: Desk) -> None:
    browser = desk.browser()
    await desk.go(browser, "/login/via/stepik")
    await desk.run("UPDATE accounts SET name = 'Old'")
    await desk.run("UPDATE persons SET name = 'Old'")
    await desk.go(desk.browser(), "/login/via/stepik")
    assert (await browser.me())["name"] == "Student"


async def test_a_guest_is_nobody(desk: Desk) -> None:
    browser = desk.browser()
    begun = await browser.get("/login/via/stepik")
    callback = await desk.agree(begun.headers["Location"])
    provider = desk.auth.providers["stepik"]
    answered = provider._api  # type: ignore[attr-defined]
    guest = {"users": [{"id": 1, "full_name": "", "is_guest": True}]}
    provider._api = httpx.AsyncClient(  # type: ignore[attr-defined]
        transport=httpx.MockTransport(lambda request: httpx.Response(200, json=guest)),
        base_url=SANDBOX,
    )
    page = await browser.get(callback)
    provider._api = answered  # type: ignore[attr-defined]
    assert page.status_code == 400
    assert "did not confirm the sign-in" in page.text
    assert await desk.value("SELECT count(*) FROM persons") == 0


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"method": "POST /oauth2/token/", "status": 502}, id="no token"),
        pytest.param(
            {"method": "GET /api/stepics/{id}", "status": 502, "times": 3}, id="no profile"
        ),
    ],
)
async def test_when_stepik_is_away_nobody_comes_in_and_the_page_says_so(
    desk: Desk, fault: dict[str, object]
) -> None:
    browser = desk.browser()
    begun = await browser.get("/login/via/stepik")
    callback = await desk.agree(begun.headers["Location"])
    set_up = await desk.github.post(
        f"{SANDBOX}/faults", json={"system": "stepik", "times": 1, **fault}
    )
    assert set_up.status_code == 200, set_up.text
    page = await browser.get(callback)
    assert page.status_code == 503
    assert "does not answer right now" in page.text
    assert not await browser.is_signed_in()


async def test_without_its_application_it_is_off(open_desk: OpenDesk) -> None:
    desk = await open_desk()
    browser = desk.browser()
    assert "Stepik" not in (await browser.get("/login")).text
    assert (await browser.get("/login/via/stepik")).status_code == 404
    assert (await browser.get("/login/stepik/callback?state=x&code=y")).status_code == 404


async def test_an_account_that_was_linked_is_told_while_the_way_is_off(open_desk: OpenDesk) -> None:
    """Switching the sign-in off takes nobody's progress away."""
    desk = await open_desk()
    browser = await desk.sign_in()
    person_id = UUID((await browser.me())["person_id"])
    account = Account("stepik", str(STUDENT), None, "Student")
    async with desk.auth.database.transaction() as connection:
        await connection.execute(
            "INSERT INTO accounts (issuer, subject, person_id, name) VALUES ($1, $2, $3, $4)",
            account.issuer,
            account.subject,
            person_id,
            account.name,
        )
        await tell(connection, person_id)
    assert (await told(desk))[-1] == (2, STUDENT)
    page = await browser.get("/me")
    assert "switched off here" in page.text
