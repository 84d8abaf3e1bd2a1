"""How long a browser stays signed in, and how it is signed out."""

from services.auth.sessions.cookie import read_cookie
from tests.auth.conftest import OpenDesk
from tests.auth.desk import Desk, csrf_on


async def test_with_https_the_cookie_is_of_this_host_alone(open_desk: OpenDesk) -> None:
    desk = await open_desk(public_url="https://parta.example", github_oauth_redirect_url="")
    browser = desk.browser()
    begun = await browser.get("/login/github")
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


async def test_a_stranger_has_nothing_to_sign_out_of(desk: Desk) -> None:
    browser = desk.browser()
    assert (await browser.get("/logout")).headers["Location"] == "/"
    assert (await browser.post("/logout")).status_code == 303


async def test_every_form_is_refused_without_its_value_or_from_elsewhere(desk: Desk) -> None:
    browser = await desk.sign_in()
    csrf = csrf_on(await browser.get("/logout"))
    other = csrf_on(await (await desk.sign_in(login="parta-curator")).get("/logout"))
    for form in ("/logout", "/me/telegram/link", "/me/telegram/unlink", "/login/door/" + "A" * 22):
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
