"""Coming in by Telegram's widget and from a Mini App: by our own page, once, in time."""

import base64
import json
from typing import Any

import httpx
import pytest

from tests.auth.conftest import OpenDesk
from tests.auth.desk import Browser, Desk
from tests.auth.test_signed import TOKEN, init_data, widget

CALLBACK = "/login/telegram/callback"


@pytest.fixture
async def desk(open_desk: OpenDesk) -> Desk:
    return await open_desk(telegram_bot_token=TOKEN)


def fragment(pairs: list[tuple[str, str]]) -> str:
    told: dict[str, Any] = dict(pairs)
    told["id"], told["auth_date"] = int(told["id"]), int(told["auth_date"])
    return base64.b64encode(json.dumps(told, ensure_ascii=False).encode()).decode().rstrip("=")


async def open_app(browser: Browser, data: str, origin: str | None = None) -> httpx.Response:
    return await browser.http.post(
        "/login/telegram/webapp",
        data={"initData": data},
        headers={"Origin": origin or browser.url, "Accept": "application/json"},
    )


async def test_a_link_with_the_widgets_word_asks_first_and_a_press_comes_in(desk: Desk) -> None:
    browser, word = desk.browser(), widget()
    page = await browser.get(CALLBACK, **dict(word))
    assert "Ива" in page.text
    assert not await browser.is_signed_in()
    answer = await browser.post(CALLBACK, **dict(word), next="/school/submissions")
    assert answer.headers["Location"] == "/school/submissions"
    me = await browser.me()
    assert me["telegram"]["id"] == 700000001
    assert me["session"]["auth_method"] == "telegram"


async def test_the_word_behind_the_hash_comes_in_too(desk: Desk) -> None:
    browser = desk.browser()
    assert "telegram-login.js" in (await browser.get(CALLBACK)).text
    assert (await browser.post(CALLBACK, result=fragment(widget()))).status_code == 303
    assert await browser.is_signed_in()


async def test_a_word_counts_once(desk: Desk) -> None:
    word = dict(widget())
    assert (await desk.browser().post(CALLBACK, **word)).status_code == 303
    again = await desk.browser().post(CALLBACK, **word)
    assert again.status_code == 403
    assert "not confirmed by Telegram" in again.text


async def test_an_old_word_is_told_apart(desk: Desk) -> None:
    page = await desk.browser().post(CALLBACK, **dict(widget(auth_date="1700000000")))
    assert page.status_code == 403
    assert "too old" in page.text


async def test_another_site_cannot_send_the_form(desk: Desk) -> None:
    answer = await desk.browser().http.post(
        CALLBACK, data=dict(widget()), headers={"Origin": "https://elsewhere.test"}
    )
    assert answer.status_code == 403
    assert (await desk.browser().http.post(CALLBACK, data=dict(widget()))).status_code == 403


@pytest.mark.parametrize("result", ["%%%", "e30", "W10", "bnVsbA", "eyJpZCI6MS41fQ", "A" * 9000])
async def test_noise_behind_the_hash_is_refused(desk: Desk, result: str) -> None:
    answer = await desk.browser().post(CALLBACK, result=result)
    assert answer.status_code in (403, 422)


async def test_without_a_bot_there_is_no_widget(open_desk: OpenDesk) -> None:
    browser = (await open_desk()).browser()
    for path in ("/login/telegram", CALLBACK):
        assert (await browser.get(path)).status_code == 404
    assert "/login/telegram?" not in (await browser.get("/login")).text


async def test_the_widgets_page_is_told_where_to_come_back_to(desk: Desk) -> None:
    browser = desk.browser()
    assert "/login/telegram?next=" in (await browser.get("/login")).text
    answer = await browser.get("/login/telegram", next="//elsewhere.test")
    where = answer.headers["Location"]
    assert where.startswith("https://oauth.telegram.org/auth?bot_id=4242&")
    assert "elsewhere" not in where


async def test_a_mini_app_gets_a_bearer_for_ten_minutes_and_no_cookie(desk: Desk) -> None:
    browser = desk.browser()
    answer = await open_app(browser, init_data())
    assert answer.status_code == 200, answer.text
    assert "set-cookie" not in answer.headers
    given = answer.json()
    assert given["expires_in"] == 600
    token = given["token"]
    seen = await desk.browser().gateway.bearer(token)
    assert seen is not None
    # It is no way to one's own page, and no cookie.
    assert await desk.browser().gateway.bearer(token, "auth") is None
    assert await desk.browser().gateway.check(f"parta={token}") is None
    assert await desk.value("SELECT ends_at <= now() + interval '10 minutes' FROM sessions")


async def test_a_mini_apps_word_counts_once_and_from_our_own_page(desk: Desk) -> None:
    data = init_data()
    assert (await open_app(desk.browser(), data, "https://web.telegram.org")).status_code == 403
    assert (await open_app(desk.browser(), data)).status_code == 200
    assert (await open_app(desk.browser(), data)).status_code == 403


async def test_a_session_is_no_bearer(desk: Desk) -> None:
    browser = desk.browser()
    await browser.post(CALLBACK, **dict(widget()))
    session = browser.session()
    assert session is not None
    assert await browser.gateway.bearer(session) is None
