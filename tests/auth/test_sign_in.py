"""Signing in with GitHub, and all the ways in which one must not come in."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from services.auth.providers.contract import Granted
from services.auth.sign_in.next_path import local_path
from tests.auth.conftest import Monotonic, OpenDesk
from tests.auth.desk import CALLBACK, Desk


async def test_a_person_comes_in_with_github_and_lands_where_they_wanted(desk: Desk) -> None:
    browser = desk.browser()
    page = await browser.get("/login", next="/school/submissions?page=2")
    assert "/login/via/github?next=/school/submissions%3Fpage%3D2" in page.text
    callback = await desk.consent(await desk.begin(browser, "/school/submissions?page=2"))
    assert callback.startswith(f"{CALLBACK}?")
    answer = await browser.get(callback)
    assert answer.headers["Location"] == "/school/submissions?page=2"
    me = await browser.me()
    assert me["github"] == {"id": 90000001, "login": "parta-student"}
    assert me["name"] == "Student"
    assert me["session"]["auth_method"] == "github"


async def test_github_is_asked_with_pkce_for_no_scope_at_the_registered_address(desk: Desk) -> None:
    asked = parse_qs(urlsplit(await desk.begin(desk.browser())).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"http://localhost:8080{CALLBACK}"]
    assert "scope" not in asked


async def test_the_same_account_is_the_same_person_next_time(desk: Desk) -> None:
    first = await (await desk.sign_in()).me()
    second = await (await desk.sign_in()).me()
    assert first["person_id"] == second["person_id"]
    assert len(await desk.events()) == 1


async def test_two_first_sign_ins_at_once_make_one_person(desk: Desk) -> None:
    browsers = [desk.browser(), desk.browser()]
    callbacks = [await desk.consent(await desk.begin(one)) for one in browsers]
    await asyncio.gather(*(one.get(path) for one, path in zip(browsers, callbacks, strict=True)))
    assert len({(await one.me())["person_id"] for one in browsers}) == 1
    assert await desk.value("SELECT count(*) FROM persons") == 1


async def test_a_login_and_name_changed_on_github_are_taken_over_and_told_once(desk: Desk) -> None:
    browser = await desk.sign_in()
    await desk.run("UPDATE accounts SET login = 'old-login', name = 'Old Name'")
    await desk.run("UPDATE persons SET name = 'Old Name'")
    await desk.sign_in()
    told = (await desk.events())[1:]
    assert [(one.version, one.name, one.github_login) for one in told] == [
        (2, "Student", "parta-student")
    ]
    assert (await browser.me())["name"] == "Student"


async def test_a_name_of_ones_own_stays_when_githubs_changes(desk: Desk) -> None:
    browser = await desk.sign_in()
    await desk.run("UPDATE accounts SET name = 'Old Name'")
    await desk.run("UPDATE persons SET name = 'My own'")
    await desk.sign_in()
    assert (await browser.me())["name"] == "My own"
    assert len(await desk.events()) == 1


async def test_a_state_of_another_browser_is_refused_and_used_up(desk: Desk) -> None:
    thief, victim = desk.browser(), desk.browser()
    callback = await desk.consent(await desk.begin(thief))
    await desk.begin(victim)
    answer = await victim.get(callback)
    assert answer.status_code == 400
    assert "another browser" in answer.text
    assert not await victim.is_signed_in()
    assert (await thief.get(callback)).status_code == 400
    assert not await thief.is_signed_in()


async def test_a_browser_that_began_nothing_is_refused(desk: Desk) -> None:
    callback = await desk.consent(await desk.begin(desk.browser()))
    stranger = desk.browser()
    assert (await stranger.get(callback)).status_code == 400
    assert not await stranger.is_signed_in()


async def test_a_callback_works_once(desk: Desk) -> None:
    browser = desk.browser()
    callback = await desk.consent(await desk.begin(browser))
    assert (await browser.get(callback)).status_code == 303
    again = await browser.get(callback)
    assert again.status_code == 400
    assert "over or was never begun" in again.text


async def test_a_code_used_by_somebody_else_lets_nobody_in(desk: Desk) -> None:
    browser = desk.browser()
    code = parse_qs(urlsplit(await desk.consent(await desk.begin(browser))).query)["code"][0]
    for _ in range(2):
        state = parse_qs(urlsplit(await desk.begin(browser)).query)["state"][0]
        answer = await browser.get(CALLBACK, code=code, state=state)
        assert answer.status_code == 400
        assert "did not confirm" in answer.text
    assert not await browser.is_signed_in()


async def test_a_code_too_old_for_github_is_refused(desk: Desk, monotonic: Monotonic) -> None:
    browser = desk.browser()
    callback = await desk.consent(await desk.begin(browser))
    monotonic.seconds += 601
    assert (await browser.get(callback)).status_code == 400
    assert not await browser.is_signed_in()


async def test_an_attempt_older_than_ten_minutes_is_refused(desk: Desk) -> None:
    browser = desk.browser()
    callback = await desk.consent(await desk.begin(browser))
    assert await desk.value("SELECT expires_at - now() FROM attempts") is not None
    await desk.run("UPDATE attempts SET expires_at = expires_at - interval '10 minutes'")
    answer = await browser.get(callback)
    assert answer.status_code == 400
    assert "took too long" in answer.text


async def test_two_tabs_sign_in_side_by_side(desk: Desk) -> None:
    browser = desk.browser()
    callbacks = [await desk.consent(await desk.begin(browser, f"/me?tab={n}")) for n in (1, 2)]
    for number, callback in enumerate(callbacks, start=1):
        assert (await browser.get(callback)).headers["Location"] == f"/me?tab={number}"


async def test_who_declines_is_told_that_nothing_happened(desk: Desk) -> None:
    browser = desk.browser()
    refused = await desk.github.get(f"{await desk.begin(browser)}&deny=1")
    back = urlsplit(refused.headers["Location"])
    answer = await browser.get(f"{back.path}?{back.query}")
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text


async def test_an_error_speaks_the_readers_language(desk: Desk) -> None:
    answer = await desk.browser(language="ru").get(CALLBACK, code="x", state="y")
    assert answer.status_code == 400
    assert "уже завершён или не начинался" in answer.text


@pytest.mark.parametrize(
    "fault",
    [
        {"method": "POST /login/oauth/access_token", "status": 502},
        {"method": "GET /user", "status": 502, "times": 3},
        {"method": "GET /user", "status": 404},
    ],
)
async def test_when_github_is_away_nobody_comes_in_and_the_page_says_so(
    desk: Desk, fault: dict[str, object]
) -> None:
    browser = desk.browser()
    callback = await desk.consent(await desk.begin(browser))
    set_up = await desk.github.post(
        "http://sandbox/faults", json={"system": "github", "times": 1, **fault}
    )
    assert set_up.status_code == 200, set_up.text
    answer = await browser.get(callback)
    assert answer.status_code == 503
    assert "does not answer right now" in answer.text
    assert not await browser.is_signed_in()


async def test_outside_calls_hold_no_transaction(desk: Desk, sandbox: Starlette) -> None:
    browser = desk.browser()
    callback = await desk.consent(await desk.begin(browser))
    seen = []
    provider = desk.auth.providers["github"]
    fetch = provider.fetch_profile

    async def look(granted: Granted, *, nonce: str) -> object:
        seen.append(
            await desk.value(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
            )
        )
        return await fetch(granted, nonce=nonce)

    provider.fetch_profile = look  # type: ignore[method-assign, assignment]
    assert (await browser.get(callback)).status_code == 303
    assert seen == [0]


async def test_a_session_planted_before_the_sign_in_is_worth_nothing_after_it(desk: Desk) -> None:
    thief = await desk.sign_in(login="parta-student2")
    planted = thief.session()
    victim = desk.browser()
    victim.http.cookies.set("parta", str(planted), domain="localhost.local", path="/")
    await desk.sign_in(victim)
    assert victim.session() != planted
    assert not await thief.is_signed_in()
    assert (await victim.me())["name"] == "Student"


async def test_a_token_that_auth_never_made_is_not_taken_for_a_session(desk: Desk) -> None:
    browser = desk.browser()
    browser.http.cookies.set("parta", "A" * 22, domain="localhost.local", path="/")
    await desk.sign_in(browser)
    assert browser.session() != "A" * 22


ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n//evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "/.//evil.example",
    "http:evil.example",
    "evil.example",
    "/\x00",
    "",
    "//[",
    "/" + "a" * 3000,
]


async def test_nobody_is_sent_elsewhere_after_signing_in(desk: Desk) -> None:
    for wanted in ELSEWHERE:
        browser = desk.browser()
        answer = await browser.get(await desk.consent(await desk.begin(browser, wanted)))
        assert answer.headers["Location"] == "/me", wanted
        assert "evil" not in (await desk.browser().get("/login", next=wanted)).text


@pytest.mark.parametrize("wanted", ["/me", "/school/submissions?next=//x#part", "/a/b?c=d%2F"])
def test_our_own_pages_are_kept(wanted: str) -> None:
    assert local_path(wanted) == wanted


async def test_a_provider_without_credentials_is_off(open_desk: OpenDesk) -> None:
    desk = await open_desk(github_oauth_client_id="", github_oauth_secret=None)
    browser = desk.browser()
    page = await browser.get("/login")
    assert "GitHub" not in page.text
    assert (await browser.get("/login/via/github")).status_code == 404
    assert (await browser.get(CALLBACK, code="x", state="y")).status_code == 404


async def test_an_unknown_provider_is_no_page(desk: Desk) -> None:
    assert (await desk.browser().get("/login/via/myspace")).status_code == 404


async def test_one_who_is_signed_in_is_not_sent_round_and_round(desk: Desk) -> None:
    browser = await desk.sign_in()
    assert (await browser.get("/login")).headers["Location"] == "/me"
    assert (await browser.get("/")).headers["Location"] == "/me"
    offered = await browser.get("/login", next="/school/submissions")
    assert offered.status_code == 200
    assert 'href="/school/submissions"' in offered.text


async def test_the_front_page_welcomes_a_stranger(desk: Desk) -> None:
    page = await desk.browser(language="ru").get("/")
    assert page.status_code == 200
    assert "Школьная парта" in page.text


async def test_nothing_of_a_sign_in_can_be_read_in_the_tables(desk: Desk) -> None:
    browser = desk.browser()
    address = await desk.begin(browser)
    state = parse_qs(urlsplit(address).query)["state"][0]
    kept = str(await desk.value("SELECT (SELECT array_agg(a) FROM attempts a)::text"))
    assert state not in kept
    assert str(browser.http.cookies["parta-browser"]) not in kept
    await browser.get(await desk.consent(address))
    kept = str(await desk.value("SELECT (SELECT array_agg(s) FROM sessions s)::text"))
    assert str(browser.session()) not in kept


async def test_an_answer_that_is_no_answer_is_github_being_away(open_desk: OpenDesk) -> None:
    desk = await open_desk()
    provider = desk.auth.providers["github"]
    html = httpx.MockTransport(lambda _: httpx.Response(200, text="<html>unicorn</html>"))
    provider._application._transport = html  # type: ignore[attr-defined]
    browser = desk.browser()
    callback = await desk.consent(await desk.begin(browser))
    assert (await browser.get(callback)).status_code == 503
