"""Linking Telegram by a one-time code: the right chat, the right page, once, replacing nothing."""

import asyncio
import re
from datetime import datetime
from typing import Any

import httpx

from tests.auth.conftest import OpenDesk
from tests.auth.desk import Browser, Desk, csrf_on

LINK = re.compile(r"https://t\.me/parta_test_bot\?start=([A-Za-z0-9_-]{22,64})")
SHOWN = re.compile(r'name="code" value="([0-9a-f]+)"')
CHAT, OTHER_CHAT = 700000001, 700000002


async def press(browser: Browser, path: str) -> httpx.Response:
    return await browser.post(path, csrf=csrf_on(await browser.get("/logout")))


async def make_code(browser: Browser) -> str:
    page = await press(browser, "/me/telegram/link")
    assert page.status_code == 200
    found = LINK.search(page.text)
    assert found, page.text
    return found[1]


async def offer(desk: Desk, code: str, chat: int = CHAT, key: str | None = None) -> httpx.Response:
    return await desk.ask_as("bot", "/internal/links/offer", key, code=code, telegram_id=chat)


async def accept(desk: Desk, code: str, chat: int = CHAT, key: str | None = None) -> httpx.Response:
    return await desk.ask_as(
        "bot", "/internal/links/accept", key, code=code, telegram_id=chat, telegram_name="Ива"
    )


async def shown(browser: Browser) -> dict[str, str]:
    """What the form on the page holds."""
    page = await browser.get("/me/telegram/link")
    found = SHOWN.search(page.text)
    csrf = csrf_on(await browser.get("/logout"))
    return {"csrf": csrf, "code": found[1] if found else ""}


async def confirm(browser: Browser) -> httpx.Response:
    return await browser.post("/me/telegram/confirm", **await shown(browser))


async def state(browser: Browser) -> str:
    answer = await browser.http.get("/me/telegram/link", headers={"Accept": "application/json"})
    found: str = answer.json()["state"]
    return found


async def link(desk: Desk, browser: Browser, chat: int = CHAT) -> Any:
    code = await make_code(browser)
    assert (await offer(desk, code, chat)).status_code == 200
    answer = await accept(desk, code, chat)
    assert answer.status_code == 200, answer.text
    assert (await confirm(browser)).status_code == 303
    return answer.json()


def reason(answer: httpx.Response) -> str:
    assert answer.status_code == 409, answer.text
    assert answer.json()["error"] == "LinkRefused"
    found: str = answer.json()["reason"]
    return found


async def test_a_chat_is_shown_whose_account_it_is_and_the_page_who_said_yes(desk: Desk) -> None:
    browser = await desk.sign_in()
    code = await make_code(browser)
    shown = (await offer(desk, code)).json()
    assert shown["account"] == "S•••t (GitHub p•••t)"
    assert datetime.fromisoformat(shown["valid_until"]).tzinfo is not None
    assert (await browser.me())["telegram"] is None
    assert await state(browser) == "waiting"
    linked = (await accept(desk, code)).json()
    assert (await browser.me())["telegram"] is None
    assert await state(browser) == "accepted"
    assert "Ива" in (await browser.get("/me/telegram/link")).text
    assert (await confirm(browser)).headers["Location"] == "/me#ways"
    assert await state(browser) == "over"
    me = await browser.me()
    assert linked == {
        "person_id": me["person_id"],
        "name": "Student",
        "roles": [],
        "locale": "en",
    }
    assert me["telegram"] == {"id": CHAT, "name": "Ива"}
    assert [(one.version, one.telegram_id) for one in await desk.events()] == [
        (1, None),
        (2, CHAT),
    ]


async def test_a_code_that_nobody_made_is_unknown(desk: Desk) -> None:
    assert reason(await offer(desk, "A" * 22)) == "unknown"
    assert reason(await accept(desk, "A" * 22)) == "unknown"


async def test_a_code_is_accepted_only_after_it_was_offered(desk: Desk) -> None:
    code = await make_code(await desk.sign_in())
    assert reason(await accept(desk, code)) == "unknown"


async def test_a_code_belongs_to_the_chat_that_opened_it_first(desk: Desk) -> None:
    browser = await desk.sign_in()
    code = await make_code(browser)
    assert (await offer(desk, code)).status_code == 200
    assert reason(await offer(desk, code, OTHER_CHAT)) == "used"
    assert reason(await accept(desk, code, OTHER_CHAT)) == "used"
    assert (await browser.me())["telegram"] is None
    assert (await offer(desk, code)).status_code == 200
    assert (await accept(desk, code)).status_code == 200


async def test_a_code_works_once(desk: Desk) -> None:
    browser = await desk.sign_in()
    code = await make_code(browser)
    await offer(desk, code)
    assert (await accept(desk, code)).status_code == 200
    assert reason(await accept(desk, code)) == "used"
    assert reason(await offer(desk, code)) == "used"


async def test_two_yeses_at_once_link_once(desk: Desk) -> None:
    browser = await desk.sign_in()
    code = await make_code(browser)
    await offer(desk, code)
    answers = await asyncio.gather(accept(desk, code), accept(desk, code))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    pages = await asyncio.gather(confirm(browser), confirm(browser))
    assert sorted(page.status_code for page in pages) == [303, 410]
    assert len(await desk.events()) == 2


async def test_another_session_of_the_same_person_confirms_nothing(desk: Desk) -> None:
    browser, other = await desk.sign_in(), await desk.sign_in()
    code = await make_code(browser)
    await offer(desk, code)
    await accept(desk, code)
    assert await state(other) == "over"
    assert (await confirm(other)).status_code == 410
    assert (await browser.me())["telegram"] is None


async def test_a_stranger_who_accepted_a_stolen_link_is_seen_and_refused(desk: Desk) -> None:
    browser = await desk.sign_in()
    code = await make_code(browser)
    await offer(desk, code, OTHER_CHAT)
    await accept(desk, code, OTHER_CHAT)
    refused = await browser.post("/me/telegram/refuse", **await shown(browser))
    assert refused.status_code == 303
    assert (await confirm(browser)).status_code == 410
    assert (await browser.me())["telegram"] is None
    await link(desk, browser)


async def test_a_yes_is_to_the_account_that_the_page_showed(desk: Desk) -> None:
    browser = await desk.sign_in()
    first, second = await make_code(browser), await make_code(browser)
    await offer(desk, first)
    await accept(desk, first)
    said = await shown(browser)
    # A stranger who has the second link accepts it while the page is looked at.
    await offer(desk, second, OTHER_CHAT)
    await accept(desk, second, OTHER_CHAT)
    assert (await browser.post("/me/telegram/confirm", **said)).status_code == 303
    assert (await browser.me())["telegram"]["id"] == CHAT


async def test_unlinking_ends_what_the_chat_let_in(desk: Desk) -> None:
    browser, thief = await desk.sign_in(), desk.browser()
    await link(desk, browser)
    doors = [
        (await desk.ask_as("bot", "/internal/doors", telegram_id=CHAT)).json()["path"]
        for _ in range(2)
    ]
    assert (await thief.post(doors[0])).status_code == 303
    assert await thief.is_signed_in()
    await press(browser, "/me/ways/telegram/unlink")
    assert not await thief.is_signed_in()
    assert (await thief.post(doors[1])).status_code == 410
    assert await browser.is_signed_in()


async def test_nothing_is_confirmed_before_the_chat_said_yes(desk: Desk) -> None:
    browser = await desk.sign_in()
    code = await make_code(browser)
    assert (await confirm(browser)).status_code == 410
    await offer(desk, code)
    assert (await confirm(browser)).status_code == 410
    assert (await browser.me())["telegram"] is None


async def test_a_telegram_taken_between_the_chats_yes_and_the_pages_is_refused(desk: Desk) -> None:
    browser = await desk.sign_in(login="parta-curator")
    code = await make_code(browser)
    await offer(desk, code)
    await accept(desk, code)
    await link(desk, await desk.sign_in())
    page = await confirm(browser)
    assert page.status_code == 409
    assert "belongs to another person" in page.text


async def test_a_code_ends_after_ten_minutes(desk: Desk) -> None:
    code = await make_code(await desk.sign_in())
    await offer(desk, code)
    await desk.run("UPDATE link_codes SET expires_at = expires_at - interval '10 minutes'")
    assert reason(await offer(desk, code)) == "expired"
    assert reason(await accept(desk, code)) == "expired"


async def test_a_repeated_request_gets_its_first_answer(desk: Desk) -> None:
    code = await make_code(await desk.sign_in())
    first = await offer(desk, code, key="17.1")
    assert (await offer(desk, code, key="17.1")).json() == first.json()
    linked = await accept(desk, code, key="18.1")
    again = await accept(desk, code, key="18.1")
    assert (again.status_code, again.json()) == (200, linked.json())
    assert (await accept(desk, code, OTHER_CHAT, key="18.1")).status_code == 409
    assert (await offer(desk, code, key="x" * 129)).status_code == 422


async def test_somebody_elses_telegram_is_never_taken(desk: Desk) -> None:
    await link(desk, await desk.sign_in())
    other = await desk.sign_in(login="parta-curator")
    code = await make_code(other)
    assert reason(await offer(desk, code)) == "taken"
    await offer(desk, code, OTHER_CHAT)
    second = await make_code(other)
    assert (await offer(desk, second, OTHER_CHAT)).status_code == 200
    assert (await accept(desk, second, OTHER_CHAT)).status_code == 200


async def test_a_telegram_taken_between_offer_and_yes_is_refused(desk: Desk) -> None:
    code = await make_code(await desk.sign_in(login="parta-curator"))
    await offer(desk, code)
    await link(desk, await desk.sign_in())
    assert reason(await accept(desk, code)) == "taken"


async def test_a_linked_telegram_is_not_silently_replaced(desk: Desk) -> None:
    browser = await desk.sign_in()
    person_id = (await link(desk, browser))["person_id"]
    answer = await press(browser, "/me/telegram/link")
    assert answer.headers["Location"] == "/me#ways"
    assert await desk.value("SELECT count(*) FROM link_codes WHERE used_at IS NULL") == 0
    assert (await browser.me())["telegram"]["id"] == CHAT
    assert (await browser.me())["person_id"] == person_id


async def test_a_code_made_before_the_linking_links_nothing_after_it(desk: Desk) -> None:
    browser = await desk.sign_in()
    spare = await make_code(browser)
    await link(desk, browser)
    assert reason(await offer(desk, spare)) == "already"
    assert reason(await offer(desk, spare, OTHER_CHAT)) == "already"


async def test_unlinking_frees_the_telegram_for_another(desk: Desk) -> None:
    browser = await desk.sign_in()
    await link(desk, browser)
    answer = await press(browser, "/me/ways/telegram/unlink")
    assert answer.headers["Location"] == "/me#ways"
    assert (await browser.me())["telegram"] is None
    assert [one.telegram_id for one in await desk.events()] == [None, CHAT, None]
    await link(desk, await desk.sign_in(login="parta-curator"))


async def test_unlinking_twice_tells_once(desk: Desk) -> None:
    browser = await desk.sign_in()
    await link(desk, browser)
    for _ in range(2):
        assert (await press(browser, "/me/ways/telegram/unlink")).status_code == 303
    assert len(await desk.events()) == 3


async def test_only_the_newest_three_codes_of_a_person_are_alive(desk: Desk) -> None:
    browser = await desk.sign_in()
    codes = [await make_code(browser) for _ in range(4)]
    assert reason(await offer(desk, codes[0])) == "unknown"
    assert (await offer(desk, codes[1])).status_code == 200


async def test_a_code_is_kept_only_as_its_hash(desk: Desk) -> None:
    code = await make_code(await desk.sign_in())
    assert code not in str(await desk.value("SELECT array_agg(c)::text FROM link_codes c"))


async def test_the_page_says_how_long_the_link_lives_and_offers_to_look_again(desk: Desk) -> None:
    browser = await desk.sign_in()
    page = await press(browser, "/me/telegram/link")
    assert "works once, until" in page.text
    assert "(Europe/Moscow)" in page.text
    again = await browser.get("/me/telegram/link")
    assert "Nobody has said yes" in again.text
    assert await desk.value("SELECT count(*) FROM link_codes") == 1


async def test_without_a_bot_there_is_nothing_to_link(open_desk: OpenDesk) -> None:
    desk = await open_desk(telegram_bot_username="")
    browser = await desk.sign_in()
    page = await browser.get("/me")
    assert "Telegram" not in page.text
    csrf = csrf_on(await browser.get("/logout"))
    assert (await browser.post("/me/telegram/link", csrf=csrf)).status_code == 404


async def test_what_is_no_telegram_id_is_refused(desk: Desk) -> None:
    for chat in (0, -5, 2**60):
        assert (await offer(desk, "A" * 22, chat)).status_code == 422
