"""Google, VK ID, Telegram and Stepik: the whole way, and what must not come in by it."""

import asyncio
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.auth.conftest import OpenDesk
from tests.auth.desk import EVERY_PROVIDER, SANDBOX, Desk

CALLBACKS = {
    "google": "/login/callback",
    "vk": "/login/vk/callback",
    "telegram": "/login/telegram/oidc/callback",
    "stepik": "/login/stepik/callback",
}
every_provider = pytest.mark.parametrize("name", CALLBACKS)
WITH_PKCE = [name for name in CALLBACKS if name != "stepik"]
"""Stepik documents no PKCE."""


@pytest.fixture
async def desk(open_desk: OpenDesk) -> Desk:
    return await open_desk(**EVERY_PROVIDER)


@every_provider
async def test_a_person_comes_in_and_is_the_same_next_time(desk: Desk, name: str) -> None:
    first, second = desk.browser(), desk.browser()
    answer = await desk.go(first, f"/login/via/{name}?next=/school/submissions")
    assert answer.headers["Location"] == "/school/submissions"
    assert (await desk.go(second, f"/login/via/{name}")).status_code == 303
    me = await first.me()
    assert me["person_id"] == (await second.me())["person_id"]
    assert me["name"] == "Student"
    assert me["session"]["auth_method"] == name


@every_provider
async def test_it_is_asked_with_a_long_state_and_pkce_if_it_can_at_the_registered_address(
    desk: Desk, name: str
) -> None:
    begun = await desk.browser().get(f"/login/via/{name}")
    asked = parse_qs(urlsplit(begun.headers["Location"]).query)
    assert asked.get("code_challenge_method") == (["S256"] if name in WITH_PKCE else None)
    assert asked["redirect_uri"] == [f"http://localhost:8080{CALLBACKS[name]}"]
    assert len(asked["state"][0]) >= 32
    assert asked["response_type"] == ["code"]


@every_provider
async def test_a_way_back_works_once(desk: Desk, name: str) -> None:
    browser = desk.browser()
    begun = await browser.get(f"/login/via/{name}")
    callback = await desk.agree(begun.headers["Location"])
    answers = await asyncio.gather(browser.get(callback), browser.get(callback))
    assert sorted(answer.status_code for answer in answers) == [303, 400]
    assert (await browser.get(callback)).status_code == 400


@every_provider
async def test_another_browser_does_not_come_in(desk: Desk, name: str) -> None:
    begun = await desk.browser().get(f"/login/via/{name}")
    callback = await desk.agree(begun.headers["Location"])
    victim = desk.browser()
    assert (await victim.get(callback)).status_code == 400
    assert not await victim.is_signed_in()


@every_provider
async def test_a_no_at_the_provider_is_told_and_changes_nothing(desk: Desk, name: str) -> None:
    browser = desk.browser()
    begun = await browser.get(f"/login/via/{name}")
    state = parse_qs(urlsplit(begun.headers["Location"]).query)["state"][0]
    page = await browser.get(CALLBACKS[name], error="access_denied", state=state)
    assert page.status_code == 403
    assert "declined" in page.text
    assert await desk.value("SELECT count(*) FROM persons") == 0


@pytest.mark.parametrize("name", WITH_PKCE)
async def test_a_code_of_another_attempt_is_refused(desk: Desk, name: str) -> None:
    """A code that was stolen, put into one's own way back: its PKCE verifier is another."""
    victim, thief = desk.browser(), desk.browser()
    theirs = await victim.get(f"/login/via/{name}")
    stolen = parse_qs(urlsplit(await desk.agree(theirs.headers["Location"])).query)
    own = await thief.get(f"/login/via/{name}")
    state = parse_qs(urlsplit(own.headers["Location"]).query)["state"]
    mixed = {**stolen, "state": state}
    page = await thief.get(f"{CALLBACKS[name]}?{urlencode(mixed, doseq=True)}")
    assert page.status_code == 400
    assert not await thief.is_signed_in()


@every_provider
async def test_a_state_of_one_provider_is_none_of_anothers(desk: Desk, name: str) -> None:
    browser = desk.browser()
    begun = await browser.get(f"/login/via/{name}")
    brought = await desk.agree(begun.headers["Location"])
    page = await browser.get(f"/users/accounts/github/login/callback/?{urlsplit(brought).query}")
    assert page.status_code == 400


async def test_vk_may_say_everything_in_one_parameter(desk: Desk) -> None:
    browser = desk.browser()
    begun = await browser.get("/login/via/vk")
    callback = await desk.agree(f"{begun.headers['Location']}&payload=1")
    assert "payload=" in callback
    assert (await browser.get(callback)).status_code == 303
    assert await browser.is_signed_in()


async def test_vk_without_its_device_id_is_refused(desk: Desk) -> None:
    browser = desk.browser()
    begun = await browser.get("/login/via/vk")
    brought = parse_qs(urlsplit(await desk.agree(begun.headers["Location"])).query)
    del brought["device_id"]
    page = await browser.get(f"/login/vk/callback?{urlencode(brought, doseq=True)}")
    assert page.status_code == 400


async def test_the_telegram_that_signs_in_is_the_one_that_chats(desk: Desk) -> None:
    browser = desk.browser()
    await desk.go(browser, "/login/via/telegram")
    assert (await browser.me())["telegram"]["id"] == 700000001
    assert [event.telegram_id for event in await desk.events()] == [700000001]


async def test_telegram_may_leave_the_nonce_out_but_not_say_another(desk: Desk) -> None:
    for nonce, status in ((None, 303), ("another", 400)):
        spoilt = await desk.github.post(
            f"{SANDBOX}/telegram/spoil", json={"claims": {"nonce": nonce}}
        )
        assert spoilt.status_code == 200, spoilt.text
        assert (await desk.go(desk.browser(), "/login/via/telegram")).status_code == status


@pytest.mark.parametrize("forgery", ["none", "hs256", "jwk", "other_key", "unknown_key", "payload"])
@pytest.mark.parametrize("name", ["google", "telegram"])
async def test_a_forged_id_token_lets_nobody_in(desk: Desk, name: str, forgery: str) -> None:
    await desk.github.post(f"{SANDBOX}/{name}/spoil", json={"forgery": forgery})
    browser = desk.browser()
    assert (await desk.go(browser, f"/login/via/{name}")).status_code == 400
    assert not await browser.is_signed_in()


async def test_a_code_that_another_issuer_claims_is_refused(desk: Desk) -> None:
    browser = desk.browser()
    begun = await browser.get("/login/via/google")
    callback = await desk.agree(begun.headers["Location"])
    changed = re.sub(r"&iss=[^&]*", "", callback) + "&iss=https%3A%2F%2Felsewhere.test"
    assert (await browser.get(changed)).status_code == 400
