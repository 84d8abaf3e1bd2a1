"""How long a browser stays signed in, and how it is signed out."""

import re
from uuid import UUID

import pytest
from fastapi.routing import APIRoute

from services.auth.app import ROUTERS
from services.auth.sessions.cookie import read_cookie
from services.auth.sessions.device import device_of
from tests.auth.conftest import OpenDesk
from tests.auth.desk import Desk, csrf_on

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
WEBKIT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"


def forms() -> set[str]:
    """Every address of ours that takes what a browser posts."""
    return {
        re.sub(r"{\w+}", str(UUID(int=1)), route.path)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and "POST" in route.methods
        if not route.path.startswith("/internal/")
    }


async def test_with_https_the_cookie_is_of_this_host_alone(open_desk: OpenDesk) -> None:
    desk = await open_desk(public_url="https://parta.example", github_oauth_redirect_url="")
    browser = desk.browser()
    begun = await browser.get("/login/via/github")
    assert begun.headers["Set-Cookie"].startswith("__Host-parta-browser=")
    assert "Secure" in begun.headers["Set-Cookie"]
    token = "A" * 22
    await desk.run(
        "INSERT INTO persons (person_id, name) VALUES ('00000000-0000-0000-0000-000000000001', 'x')"
    )
    await desk.run(
        "INSERT INTO doors VALUES"
        " (sha256($1), '00000000-0000-0000-0000-000000000001', now() + interval '1 minute')",
        token.encode(),
    )
    answer = await browser.post(f"/login/door/{token}")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-parta=")
    for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=7776000"):
        assert part in cookie
    assert "Domain" not in cookie
    assert await browser.is_signed_in()


async def test_without_https_the_cookie_has_its_plain_name(desk: Desk) -> None:
    browser = await desk.sign_in()
    assert browser.session() is not None
    assert len(str(browser.session())) >= 22


async def test_a_session_that_idled_thirty_days_is_over(desk: Desk) -> None:
    browser = await desk.sign_in()
    await desk.run("UPDATE sessions SET last_used_at = now() - interval '29 days 23 hours'")
    assert await browser.is_signed_in()
    await desk.run("UPDATE sessions SET last_used_at = now() - interval '30 days 1 minute'")
    assert not await browser.is_signed_in()


async def test_a_session_in_use_every_day_ends_all_the_same(desk: Desk) -> None:
    browser = await desk.sign_in()
    left = await desk.value("SELECT extract(day FROM ends_at - now()) FROM sessions")
    assert left == 89
    await desk.run("UPDATE sessions SET ends_at = now() - interval '1 second'")
    assert not await browser.is_signed_in()


async def test_use_is_written_down_at_most_once_a_minute(desk: Desk) -> None:
    browser = await desk.sign_in()
    written = await desk.value("SELECT last_used_at FROM sessions")
    await browser.me()
    assert await desk.value("SELECT last_used_at FROM sessions") == written
    await desk.run("UPDATE sessions SET last_used_at = last_used_at - interval '61 seconds'")
    await browser.me()
    assert await desk.value("SELECT last_used_at > $1 FROM sessions", written)


async def test_a_long_user_agent_is_cut_and_cleaned(desk: Desk) -> None:
    browser = desk.browser()
    browser.http.headers["User-Agent"] = "Mozilla\t" + "x" * 500
    await desk.sign_in(browser)
    kept = await desk.value("SELECT user_agent FROM sessions")
    assert len(kept) == 200
    assert kept.startswith("Mozilla xxx")


async def test_signing_out_is_asked_for_and_done_by_a_press(desk: Desk) -> None:
    browser = await desk.sign_in()
    page = await browser.get("/logout")
    assert page.status_code == 200
    assert await browser.is_signed_in()
    answer = await browser.post("/logout", csrf=csrf_on(page))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert browser.session() is None
    assert await desk.value("SELECT count(*) FROM sessions") == 0


async def test_a_stolen_cookie_is_worth_nothing_after_signing_out(desk: Desk) -> None:
    browser = await desk.sign_in()
    stolen = f"parta={browser.session()}"
    assert await browser.gateway.check(stolen)
    await browser.press("/logout", "/logout")
    assert await browser.gateway.check(stolen) is None


async def test_signing_out_here_leaves_the_other_browser_in(desk: Desk) -> None:
    here, there = await desk.sign_in(), await desk.sign_in()
    await here.press("/logout", "/logout")
    assert await there.is_signed_in()


async def test_the_page_lists_where_one_is_signed_in_and_which_is_this_one(desk: Desk) -> None:
    here = desk.browser()
    here.http.headers["User-Agent"] = FIREFOX
    there = await desk.sign_in()
    await desk.sign_in(here)
    await desk.run(
        "UPDATE sessions SET last_used_at = last_used_at + interval '1 hour'"
        " WHERE user_agent = 'Test Browser'"
    )
    page = (await here.get("/me")).text
    listed = page[page.index('id="sessions"') :]
    assert listed.index("Firefox on Linux") < listed.index("a browser")
    assert listed.count("this one") == 1
    assert listed.index("this one") < listed.index("a browser")
    me = await there.me()
    assert [(one["browser"], one["system"]) for one in me["sessions"]] == [
        (None, None),
        ("Firefox", "Linux"),
    ]
    assert me["sessions"][0]["session_id"] == me["session"]["session_id"]
    for other in (await (await desk.sign_in(login="parta-curator")).me())["sessions"]:
        assert other not in me["sessions"]


async def test_another_session_is_ended_from_here_and_is_out_at_its_next_request(
    desk: Desk,
) -> None:
    here, there = await desk.sign_in(), await desk.sign_in()
    assert await desk.identity(there) is not None
    stolen = f"parta={there.session()}"
    ended = (await there.me())["session"]["session_id"]
    answer = await here.press("/me", f"/me/sessions/{ended}/end")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me#sessions")
    assert await there.gateway.check(stolen) is None
    assert not await there.is_signed_in()
    assert await here.is_signed_in()
    assert (await here.press("/me", f"/me/sessions/{ended}/end")).status_code == 303


async def test_ending_the_session_that_asks_is_signing_out(desk: Desk) -> None:
    browser = await desk.sign_in()
    here = (await browser.me())["session"]["session_id"]
    answer = await browser.press("/me", f"/me/sessions/{here}/end")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert browser.session() is None


async def test_nobody_ends_another_persons_session(desk: Desk) -> None:
    mine, theirs = await desk.sign_in(), await desk.sign_in(login="parta-curator")
    wanted = (await theirs.me())["session"]["session_id"]
    assert (await mine.press("/me", f"/me/sessions/{wanted}/end")).status_code == 303
    assert (await mine.press("/me", "/me/sessions/end-others")).status_code == 303
    assert await theirs.is_signed_in()
    assert (await mine.press("/me", "/me/sessions/nonsense/end")).status_code == 404


async def test_all_other_sessions_end_at_once(desk: Desk) -> None:
    here = await desk.sign_in()
    others = [await desk.sign_in() for _ in range(3)]
    answer = await here.http.post(
        "/me/sessions/end-others",
        data={"csrf": csrf_on(await here.get("/me"))},
        headers={"Origin": here.url, "Accept": "application/json"},
    )
    assert answer.json() == {"ended": 3}
    assert [await other.is_signed_in() for other in others] == [False] * 3
    assert await here.is_signed_in()
    assert "everywhere else" not in (await here.get("/me")).text


async def test_many_sessions_are_shown_in_portions_and_none_that_is_over(desk: Desk) -> None:
    browser = await desk.sign_in()
    await desk.run(
        "INSERT INTO sessions"
        " SELECT gen_random_uuid(), sha256(n::text::bytea), person_id, '', 'door', '', created_at,"
        "  CASE WHEN n > 40 THEN now() - interval '31 days' ELSE now() - n * interval '1 h' END,"
        "  ends_at"
        " FROM sessions, generate_series(1, 50) AS n"
    )
    first = await browser.me()
    assert (len(first["sessions"]), first["next_sessions"]) == (20, 2)
    json = {"Accept": "application/json"}
    seen = [one["session_id"] for one in first["sessions"]]
    for page, after in ((2, 3), (3, None)):
        told = (await browser.http.get("/me", params={"sessions": page}, headers=json)).json()
        assert told["next_sessions"] == after
        seen += [one["session_id"] for one in told["sessions"]]
    assert len(seen) == len(set(seen)) == 41
    assert 'href="/me?sessions=2#sessions"' in (await browser.get("/me")).text
    assert (await browser.get("/me", sessions="0")).status_code == 422


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        (f"{WEBKIT} (KHTML, like Gecko) Chrome/120.0 Safari/537.36", ("Chrome", "Windows")),
        (f"{WEBKIT} Chrome/120.0 Safari/537.36 Edg/120.0", ("Edge", "Windows")),
        (f"{WEBKIT} Chrome/120.0 YaBrowser/24.1 Safari/537.36", ("Yandex Browser", "Windows")),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) CriOS/120.0 Safari/604.1",
            ("Chrome", "iPhone"),
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17.0 Safari/605.1.15",
            ("Safari", "macOS"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36",
            ("Chrome", "Android"),
        ),
        ("curl/8.0 (Linux)", ("", "Linux")),
        ("Firefox", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_device_is_named_in_words(user_agent: str, device: tuple[str, str]) -> None:
    assert device_of(user_agent) == device


async def test_a_stranger_has_nothing_to_sign_out_of(desk: Desk) -> None:
    browser = desk.browser()
    assert (await browser.get("/logout")).headers["Location"] == "/"
    assert (await browser.post("/logout")).status_code == 303


async def test_every_form_is_refused_without_its_value_or_from_elsewhere(desk: Desk) -> None:
    browser = await desk.sign_in()
    csrf = csrf_on(await browser.get("/logout"))
    other = csrf_on(await (await desk.sign_in(login="parta-curator")).get("/logout"))
    known = {"/logout", "/me/settings", "/me/telegram/link", f"/login/door/{UUID(int=1)}"}
    assert known <= forms()
    for form in sorted(forms()):
        for given in ("", "wrong", "щ", other):
            answer = await browser.post(form, csrf=given)
            assert answer.status_code == 403, (form, given)
        for origin in ("https://evil.example", "null", browser.url + ".evil.example", None):
            headers = {"Origin": origin} if origin else {}
            answer = await browser.http.post(form, data={"csrf": csrf}, headers=headers)
            assert answer.status_code == 403, (form, origin)
    assert await browser.is_signed_in()
    assert await desk.value("SELECT count(*) FROM link_codes") == 0


def test_a_cookie_is_read_only_when_there_is_no_doubt() -> None:
    def read(*lines: bytes) -> str | None:
        return read_cookie([(b"cookie", line) for line in lines], "parta")

    good, other = b"A" * 22, b"B" * 22
    assert read(b"parta=" + good) == good.decode()
    assert read(b"x=1; parta=" + good + b"; y=2") == good.decode()
    assert read(b"x=1", b"parta=" + good) == good.decode()
    assert read(b'odd[]="un;closed; parta=' + good) == good.decode()
    assert read(b"parta-browser=" + other + b"; parta=" + good) == good.decode()
    for refused in (
        b"",
        b"parta",
        b"parta=",
        b"parta=" + good + b"; parta=" + other,
        b"parta=" + good + b"; parta=" + good,
        b'parta="' + good + b'"',
        b"Parta=" + good,
        b"parta =x",
        b"parta=" + good[:-1],
        b"parta=" + good * 4,
        b"parta=" + good + b"\xff",
        b"parta=%41" + good,
    ):
        assert read(refused) is None, refused
    assert read(b"parta=" + good, b"parta=" + other) is None
