"""One-time doors: pressed, not looked at; once, in time, from our own page."""

import asyncio
from typing import Any

from services.auth import commands
from services.auth.worker import forget_what_is_over
from tests.auth.desk import Browser, Desk


async def make_door(desk: Desk) -> str:
    """For a new person; gives the path."""
    return await commands.create_person(
        desk.auth.database, email="head@example.org", role="administrator", name="Head"
    )


async def test_a_press_signs_in_and_a_look_does_not(desk: Desk) -> None:
    door = await make_door(desk)
    browser = desk.browser()
    for _ in range(3):
        page = await browser.get(door)
        assert page.status_code == 200
        assert "You come in as Head" in page.text
    assert not await browser.is_signed_in()
    answer = await browser.post(door)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    me = await browser.me()
    assert me["session"]["auth_method"] == "door"
    assert me["roles"] == ["administrator"]


async def test_a_door_works_once(desk: Desk) -> None:
    door = await make_door(desk)
    assert (await desk.browser().post(door)).status_code == 303
    again = desk.browser()
    assert (await again.get(door)).status_code == 410
    assert (await again.post(door)).status_code == 410
    assert not await again.is_signed_in()


async def test_of_two_presses_at_once_one_comes_in(desk: Desk) -> None:
    door = await make_door(desk)
    browsers = [desk.browser(), desk.browser()]
    answers = await asyncio.gather(*(browser.post(door) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [303, 410]


async def test_a_door_shuts_after_ten_minutes(desk: Desk) -> None:
    door = await make_door(desk)
    await desk.run("UPDATE doors SET expires_at = expires_at - interval '10 minutes'")
    browser = desk.browser()
    assert (await browser.get(door)).status_code == 410
    assert (await browser.post(door)).status_code == 410


async def test_another_site_cannot_sign_its_visitors_in(desk: Desk) -> None:
    door = await make_door(desk)
    browser = desk.browser()
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert (await browser.http.post(door, headers=headers)).status_code == 403
    assert not await browser.is_signed_in()
    assert (await browser.post(door)).status_code == 303


async def test_a_door_ends_the_session_that_the_browser_had(desk: Desk) -> None:
    door = await make_door(desk)
    browser = await desk.sign_in()
    former = f"parta={browser.session()}"
    assert (await browser.press(door, door)).status_code == 303
    assert await browser.gateway.check(former) is None
    assert (await browser.me())["name"] == "Head"


async def linked(desk: Desk, chat: int) -> Browser:
    browser = await desk.sign_in()
    await desk.run(
        "INSERT INTO accounts (issuer, subject, person_id)"
        " SELECT 'telegram', $1, person_id FROM persons",
        str(chat),
    )
    return browser


async def test_the_bot_hands_out_a_door_to_whom_it_knows(desk: Desk) -> None:
    person_id = (await (await linked(desk, 42)).me())["person_id"]
    answer = await desk.ask_as("bot", "/internal/doors", telegram_id=42)
    given: Any = answer.json()
    assert set(given) == {"path", "valid_seconds"}
    assert given["valid_seconds"] == 600
    browser = desk.browser()
    await browser.post(given["path"])
    assert (await browser.me())["person_id"] == person_id


async def test_a_chat_that_nobody_linked_gets_no_door(desk: Desk) -> None:
    answer = await desk.ask_as("bot", "/internal/doors", telegram_id=43)
    assert (answer.status_code, answer.json()["error"]) == (404, "AccountNotFound")


async def test_a_door_is_kept_only_as_its_hash(desk: Desk) -> None:
    token = (await make_door(desk)).rsplit("/", 1)[1]
    assert len(token) >= 22
    assert token not in str(await desk.value("SELECT array_agg(d)::text FROM doors d"))


async def test_what_is_over_is_forgotten_and_what_lives_stays(desk: Desk) -> None:
    await make_door(desk)
    browser = await desk.sign_in()
    await desk.begin(browser)
    await browser.press("/me", "/me/telegram/link")
    assert await forget_what_is_over(desk.auth.database, desk.auth.clock) == 0
    await desk.run("UPDATE doors SET expires_at = now() - interval '1 second'")
    await desk.run("UPDATE attempts SET expires_at = now() - interval '1 second'")
    await desk.run("UPDATE link_codes SET expires_at = now() - interval '25 hours'")
    await desk.run("UPDATE sessions SET last_used_at = now() - interval '31 days'")
    await desk.run("UPDATE signing_keys SET told_until = now() - interval '1 second'")
    assert await forget_what_is_over(desk.auth.database, desk.auth.clock) == 5
    for table in ("doors", "attempts", "link_codes", "sessions", "signing_keys"):
        assert await desk.value(f"SELECT count(*) FROM {table}") == 0, table
