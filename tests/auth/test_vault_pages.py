"""Granting the right to read one's mail at Google's sandbox, and taking it back."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from sandbox.app import create_app as create_sandbox
from sandbox.settings import SandboxSettings
from services.auth.errors import RightHasEnded
from services.auth.vault.contract import MAIL_READ, SCOPES
from tests.auth.conftest import Monotonic, OpenDesk
from tests.auth.desk import Browser, Desk
from tests.auth.granting import grow_old, told

GOOGLE = {
    "google_client_id": "google-client",
    "google_client_secret": "google-secret",
    "google_discovery_url": "http://127.0.0.1:8081/google/.well-known/openid-configuration",
}
CALLBACK = "/mail/connect/callback"


@pytest.fixture
async def sandbox(monotonic: Monotonic) -> AsyncIterator[Starlette]:
    settings = SandboxSettings(
        github_oauth_client_id="client",
        github_oauth_client_secret="client-secret",
        google_client_id="google-client",
        google_client_secret="google-secret",
        telegram_bot_token="4242:token",
    )
    app = create_sandbox(settings, monotonic=monotonic)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def desk(open_desk: OpenDesk) -> Desk:
    return await open_desk(**GOOGLE)


@pytest.fixture
async def browser(desk: Desk) -> Browser:
    """Somebody who came in by GitHub."""
    return await desk.sign_in()


async def begin(browser: Browser) -> str:
    """Press "connect"; gives Google's address."""
    answer = await browser.get("/mail/connect")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


async def consent(desk: Desk, url: str, **how: str) -> str:
    """Say yes at Google, or what `how` says; gives the callback's path and query."""
    answer = await desk.github.get(url, params=[*_fields(url), ("login", "student"), *how.items()])
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def _fields(url: str) -> list[tuple[str, str]]:
    return [(name, values[0]) for name, values in parse_qs(urlsplit(url).query).items()]


async def connect(desk: Desk, browser: Browser) -> None:
    """The whole way."""
    answer = await browser.get(await consent(desk, await begin(browser)))
    assert (answer.status_code, answer.headers.get("Location")) == (303, "/me#rights"), answer.text


async def count(desk: Desk) -> int:
    found: int = await desk.value("SELECT count(*) FROM rights")
    return found


async def access(desk: Desk) -> str:
    person_id = await desk.value("SELECT person_id FROM rights")
    return (await desk.auth.vault.access(person_id, MAIL_READ, by="mail")).access_token


async def test_google_is_asked_for_reading_mail_alone_and_for_staying_granted(
    browser: Browser,
) -> None:
    asked = dict(_fields(await begin(browser)))
    assert set(asked["scope"].split()) == {"openid", "email", SCOPES[MAIL_READ]}
    assert (asked["access_type"], asked["prompt"]) == ("offline", "consent")
    assert asked["redirect_uri"] == f"{browser.url}{CALLBACK}"
    assert asked["code_challenge_method"] == "S256"


async def test_what_was_granted_is_kept_and_refreshed(desk: Desk, browser: Browser) -> None:
    await connect(desk, browser)
    row = await desk.value("SELECT to_jsonb(rights) FROM rights")
    assert row["label"].endswith("@example.org")
    assert "•••" in row["label"]
    assert row["sealed"].startswith("v1:k1:")
    first = await access(desk)
    await grow_old(desk)
    assert await access(desk) != first


async def test_granted_twice_it_is_one_right(desk: Desk, browser: Browser) -> None:
    await connect(desk, browser)
    await connect(desk, browser)
    assert await count(desk) == 1
    await grow_old(desk)
    await access(desk)


async def test_taken_back_at_google_it_ends_with_one_event(desk: Desk, browser: Browser) -> None:
    await connect(desk, browser)
    await desk.github.post("http://127.0.0.1:8081/google/revoke_all", json={"person": "student"})
    await grow_old(desk)
    for _ in range(2):
        with pytest.raises(RightHasEnded):
            await access(desk)
    assert len(await told(desk)) == 1


async def test_taken_back_here_it_counts_no_more_at_google(desk: Desk, browser: Browser) -> None:
    await connect(desk, browser)
    right_id = await desk.value("SELECT right_id FROM rights")
    answer = await browser.press("/logout", f"/me/rights/{right_id}/revoke")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me#rights")
    counts = (await desk.github.get("http://127.0.0.1:8081/counts")).json()
    assert counts["google"]["POST /revoke"]["requests"] == 1
    with pytest.raises(RightHasEnded):
        await access(desk)


async def test_nobody_takes_back_anothers_right_nor_without_our_form(
    desk: Desk, browser: Browser
) -> None:
    await connect(desk, browser)
    path = f"/me/rights/{await desk.value('SELECT right_id FROM rights')}/revoke"
    other = await desk.sign_in(login="parta-curator")
    assert (await other.press("/logout", path)).status_code == 404
    assert (await browser.post(path)).status_code == 403
    assert (await desk.browser().post(path)).status_code == 401
    foreign = await browser.http.post(path, headers={"Origin": "https://elsewhere.example.org"})
    assert foreign.status_code == 403
    assert await desk.value("SELECT sealed IS NOT NULL FROM rights")


async def test_a_box_that_was_unticked_keeps_nothing(desk: Desk, browser: Browser) -> None:
    callback = await consent(desk, await begin(browser), withhold=SCOPES[MAIL_READ])
    answer = await browser.get(callback)
    assert answer.status_code == 403
    assert "does not cover reading the mail" in answer.text
    assert await count(desk) == 0


async def test_a_no_keeps_nothing_and_says_so(desk: Desk, browser: Browser) -> None:
    answer = await browser.get(await consent(desk, await begin(browser), deny="1"))
    assert answer.status_code == 403
    assert "The permission was not given" in answer.text
    assert await count(desk) == 0


async def test_only_who_began_and_is_signed_in_still_can_finish(
    desk: Desk, browser: Browser
) -> None:
    callback = await consent(desk, await begin(browser))
    other = await desk.sign_in(login="parta-curator")
    assert (await other.get(callback)).status_code == 400
    callback = await consent(desk, await begin(browser))
    await desk.sign_in(browser, login="parta-curator")
    answer = await browser.get(callback)
    assert (answer.status_code, "Somebody else is signed in" in answer.text) == (400, True)
    callback = await consent(desk, await begin(browser))
    await browser.press("/logout", "/logout")
    answer = await browser.get(callback)
    assert (answer.status_code, "Location" in answer.headers) == (400, False)
    assert await count(desk) == 0


async def test_a_callback_works_once(desk: Desk, browser: Browser) -> None:
    callback = await consent(desk, await begin(browser))
    assert (await browser.get(callback)).status_code == 303
    assert (await browser.get(callback)).status_code == 400
    assert await count(desk) == 1


async def test_an_attempt_to_sign_in_grants_nothing_and_a_grant_signs_nobody_in(
    desk: Desk, browser: Browser
) -> None:
    grant = urlsplit(await consent(desk, await begin(browser))).query
    stranger = desk.browser()
    stranger.http.cookies.update(
        {name: value for name, value in browser.http.cookies.items() if name != "parta"}
    )
    # Refused before Google is asked for anything: there is no such attempt for this.
    unknown = "This sign-in is over or was never begun"
    assert unknown in (await stranger.get(f"/login/callback?{grant}")).text
    assert not await stranger.is_signed_in()
    begun = await browser.get("/login/via/google")
    answer = await desk.github.get(f"{begun.headers['Location']}&login=student")
    sign_in = urlsplit(answer.headers["Location"]).query
    assert unknown in (await browser.get(f"{CALLBACK}?{sign_in}")).text
    assert await count(desk) == 0


async def test_who_is_not_signed_in_is_sent_to_sign_in(desk: Desk) -> None:
    answer = await desk.browser().get("/mail/connect")
    assert answer.headers["Location"] == "/login?next=%2Fmail%2Fconnect"


async def test_where_google_is_not_set_up_there_is_nothing_to_grant(open_desk: OpenDesk) -> None:
    desk = await open_desk()
    browser = await desk.sign_in()
    assert (await browser.get("/mail/connect")).status_code == 404
    assert (await browser.get(f"{CALLBACK}?state=x&code=y")).status_code == 404


async def test_a_code_and_a_token_stand_in_no_answer(desk: Desk, browser: Browser) -> None:
    callback = await consent(desk, await begin(browser))
    code = dict(_fields(callback))["code"]
    answer: httpx.Response = await browser.get(callback)
    assert code not in answer.text + answer.headers["Location"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"


async def test_the_page_shows_each_right_its_last_use_and_what_can_be_done(
    desk: Desk, browser: Browser
) -> None:
    assert 'href="/mail/connect"' in (await browser.get("/me")).text
    await connect(desk, browser)
    page = (await browser.get("/me")).text
    assert "Not used yet." in page
    right_id = await desk.value("SELECT right_id FROM rights")
    assert f'action="/me/rights/{right_id}/revoke"' in page
    await access(desk)
    assert "Last used by “Mail”" in (await browser.get("/me")).text
    await desk.auth.vault.take_back(await desk.value("SELECT person_id FROM rights"), right_id)
    page = (await browser.get("/me")).text
    assert "You took it back." in page
    assert "Connect again" in page
    assert f"/me/rights/{right_id}/revoke" not in page


async def test_the_page_shows_nobody_elses_rights(desk: Desk, browser: Browser) -> None:
    await connect(desk, browser)
    other = await desk.sign_in(login="parta-curator")
    assert "•••" not in (await other.get("/me")).text.split('id="rights"')[1].split("</section>")[0]
