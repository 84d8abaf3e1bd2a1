"""Linking one more way in, with proof of both sides, and never losing the last."""

import asyncio
import re

import httpx
import pytest

from tests.auth.conftest import OpenDesk
from tests.auth.desk import EVERY_PROVIDER, Browser, Desk, csrf_on

PROPOSAL = re.compile(r'name="proposal" value="([^"]+)"')


@pytest.fixture
async def desk(open_desk: OpenDesk) -> Desk:
    """One with every provider."""
    return await open_desk(**EVERY_PROVIDER)


def proposal_on(page: httpx.Response) -> dict[str, str]:
    found = PROPOSAL.search(page.text)
    assert found, page.text
    return {"proposal": found[1], "csrf": csrf_on(page)}


async def link_google(desk: Desk, browser: Browser, login: str = "student") -> httpx.Response:
    page = await desk.go(browser, "/me/ways/google/link", login)
    return await browser.post("/me/ways/confirm", **proposal_on(page))


async def issuers(desk: Desk) -> list[str]:
    async with desk.auth.database.acquire() as connection:
        rows = await connection.fetch("SELECT issuer FROM accounts ORDER BY issuer")
    return [row["issuer"] for row in rows]


async def test_one_person_comes_in_by_two_ways(desk: Desk) -> None:
    browser = await desk.sign_in()
    me = await browser.me()
    assert (await link_google(desk, browser)).headers["Location"] == "/me#ways"
    other = desk.browser()
    assert (await desk.go(other, "/login/via/google")).status_code == 303
    assert (await other.me())["person_id"] == me["person_id"]
    assert [event.version for event in await desk.events()] == [1, 2]


async def test_nothing_is_linked_before_the_page_is_told_yes(desk: Desk) -> None:
    browser = await desk.sign_in()
    page = await desk.go(browser, "/me/ways/google/link")
    assert "student@example.org" in page.text
    assert await issuers(desk) == ["github"]


async def test_a_yes_counts_once_and_in_its_own_session_alone(desk: Desk) -> None:
    browser, other = await desk.sign_in(), await desk.sign_in(login="parta-curator")
    said = proposal_on(await desk.go(browser, "/me/ways/google/link"))
    theirs = csrf_on(await other.get("/logout"))
    stolen = await other.post("/me/ways/confirm", proposal=said["proposal"], csrf=theirs)
    assert stolen.status_code == 410
    assert (await browser.post("/me/ways/confirm", **said)).status_code == 303
    assert (await browser.post("/me/ways/confirm", **said)).status_code == 410


async def test_a_yes_ends_after_ten_minutes(desk: Desk) -> None:
    browser = await desk.sign_in()
    said = proposal_on(await desk.go(browser, "/me/ways/google/link"))
    await desk.run("UPDATE proposals SET expires_at = now() - interval '1 second'")
    assert (await browser.post("/me/ways/confirm", **said)).status_code == 410
    assert await issuers(desk) == ["github"]


async def test_a_yes_needs_our_own_page(desk: Desk) -> None:
    browser = await desk.sign_in()
    said = proposal_on(await desk.go(browser, "/me/ways/google/link"))
    said["csrf"] = "another"
    assert (await browser.post("/me/ways/confirm", **said)).status_code == 403
    elsewhere = await browser.http.post(
        "/me/ways/confirm", data=said, headers={"Origin": "https://elsewhere.test"}
    )
    assert elsewhere.status_code == 403


async def test_an_account_of_another_person_is_refused_with_a_way_out(desk: Desk) -> None:
    await desk.go(desk.browser(), "/login/via/google")
    browser = await desk.sign_in()
    page = await desk.go(browser, "/me/ways/google/link")
    assert page.status_code == 409
    assert "belongs to another person" in page.text
    assert "add another way in there" in page.text


async def test_of_two_who_say_yes_to_one_account_one_has_it(desk: Desk) -> None:
    browsers = [await desk.sign_in(), await desk.sign_in(login="parta-curator")]
    said = [proposal_on(await desk.go(one, "/me/ways/google/link")) for one in browsers]
    answers = await asyncio.gather(
        *(
            one.post("/me/ways/confirm", **fields)
            for one, fields in zip(browsers, said, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert (await issuers(desk)).count("google") == 1


async def test_a_link_that_was_begun_by_one_is_not_finished_by_another(desk: Desk) -> None:
    browser = await desk.sign_in()
    begun = await browser.get("/me/ways/google/link")
    callback = await desk.agree(begun.headers["Location"])
    # The same browser, signed in as somebody else meanwhile.
    await desk.sign_in(browser, login="parta-curator")
    answer = await browser.get(callback)
    assert answer.status_code == 400
    assert "Somebody else is signed in" in answer.text
    assert "google" not in await issuers(desk)


async def test_linking_needs_somebody_who_is_signed_in(desk: Desk) -> None:
    answer = await desk.browser().get("/me/ways/google/link")
    assert answer.headers["Location"].startswith("/login?next=")


async def test_the_last_way_in_stays(desk: Desk) -> None:
    browser = await desk.sign_in()
    answer = await browser.post(
        "/me/ways/github/unlink", csrf=csrf_on(await browser.get("/logout"))
    )
    assert answer.status_code == 409
    assert await issuers(desk) == ["github"]


async def test_of_two_tabs_that_take_away_the_two_ways_one_is_told_no(desk: Desk) -> None:
    browser = await desk.sign_in()
    await link_google(desk, browser)
    csrf = csrf_on(await browser.get("/logout"))
    answers = await asyncio.gather(
        browser.post("/me/ways/github/unlink", csrf=csrf),
        browser.post("/me/ways/google/unlink", csrf=csrf),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert len(await issuers(desk)) == 1


async def test_a_way_that_is_switched_off_does_not_count_as_one(
    desk: Desk, open_desk: OpenDesk
) -> None:
    browser = await desk.sign_in()
    await link_google(desk, browser)
    without_google = (await open_desk()).browser()
    without_google.http.cookies = browser.http.cookies
    csrf = csrf_on(await without_google.get("/logout"))
    answer = await without_google.post("/me/ways/github/unlink", csrf=csrf)
    assert answer.status_code == 409


async def test_unlinking_ends_the_other_sessions_that_came_by_it(desk: Desk) -> None:
    browser = await desk.sign_in()
    await link_google(desk, browser)
    elsewhere = await desk.sign_in()
    answer = await browser.post(
        "/me/ways/github/unlink", csrf=csrf_on(await browser.get("/logout"))
    )
    assert answer.status_code == 303
    assert not await elsewhere.is_signed_in()
    assert await browser.is_signed_in()


async def test_the_same_mail_address_makes_nobody_the_same_person(desk: Desk) -> None:
    first = desk.browser()
    await desk.go(first, "/login/via/google")
    person_id = (await first.me())["person_id"]
    await desk.run("UPDATE persons SET email = 'curator@example.org'")
    second = desk.browser()
    await desk.go(second, "/login/via/google", "curator")
    assert (await second.me())["person_id"] != person_id
