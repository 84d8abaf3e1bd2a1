"""Language and zone as a person chooses them in their chat: the bot asks, auth decides."""

from typing import Any
from uuid import UUID

import pytest

from tests.auth.desk import Desk

CHAT = 42
PATH = "/internal/people/settings"


async def link(desk: Desk, chat: int = CHAT) -> UUID:
    """Somebody who came by GitHub, reads Russian and has this chat."""
    browser = await desk.sign_in()
    person_id = UUID((await browser.me())["person_id"])
    await desk.run(
        "INSERT INTO accounts (issuer, subject, person_id) VALUES ('telegram', $1, $2)",
        str(chat),
        person_id,
    )
    await desk.run("UPDATE persons SET locale = 'ru'")
    return person_id


async def standing(desk: Desk) -> dict[str, Any]:
    row = await desk.value("SELECT to_jsonb(p) FROM persons p")
    return dict(row)


async def test_a_language_chosen_in_the_chat_is_kept_and_told(desk: Desk) -> None:
    person_id = await link(desk)
    before = await standing(desk)
    answer = await desk.ask_as("bot", PATH, telegram_id=CHAT, locale="en")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "person_id": str(person_id),
            "version": before["version"] + 1,
            "locale": "en",
            "zone": "Europe/Moscow",
        },
    )
    told = (await desk.events())[-1]
    assert (told.person_id, told.version, told.locale) == (person_id, before["version"] + 1, "en")
    assert (await standing(desk))["name"] == before["name"]


async def test_a_zone_leaves_the_language_as_it_is(desk: Desk) -> None:
    await link(desk)
    before = (await standing(desk))["locale"]
    answer = await desk.ask_as("bot", PATH, telegram_id=CHAT, zone="Asia/Omsk")
    assert (answer.json()["zone"], answer.json()["locale"]) == ("Asia/Omsk", before)
    assert (await desk.events())[-1].zone == "Asia/Omsk"


async def test_what_stands_already_is_told_to_nobody(desk: Desk) -> None:
    await link(desk)
    before, told = await standing(desk), len(await desk.events())
    answer = await desk.ask_as("bot", PATH, telegram_id=CHAT, zone=before["zone"])
    assert answer.json()["version"] == before["version"]
    assert len(await desk.events()) == told


async def test_a_repeated_command_is_done_once_and_has_its_first_answer(desk: Desk) -> None:
    await link(desk)
    first = await desk.ask_as("bot", PATH, "7.1", telegram_id=CHAT, locale="en")
    await desk.ask_as("bot", PATH, "8.1", telegram_id=CHAT, locale="ru")
    again = await desk.ask_as("bot", PATH, "7.1", telegram_id=CHAT, locale="en")
    assert again.json() == first.json()
    assert (await standing(desk))["locale"] == "ru"
    other = await desk.ask_as("bot", PATH, "7.1", telegram_id=CHAT, locale="ru")
    assert other.status_code == 409


async def test_a_chat_that_nobody_linked_changes_nobody(desk: Desk) -> None:
    await link(desk)
    before = await standing(desk)
    answer = await desk.ask_as("bot", PATH, telegram_id=CHAT + 1, locale="en")
    assert (answer.status_code, answer.json()["error"]) == (404, "AccountNotFound")
    assert await standing(desk) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"locale": "de"},
        {"locale": ""},
        {"zone": "Mars/Olympus"},
        {"zone": "Etc/GMT-3"},
        {"zone": "x" * 65},
        {"locale": "en", "zone": "UTC"},
        {},
    ],
)
async def test_what_no_page_takes_the_chat_does_not_take_either(
    desk: Desk, wrong: dict[str, str]
) -> None:
    await link(desk)
    before = await standing(desk)
    answer = await desk.ask_as("bot", PATH, telegram_id=CHAT, **wrong)
    assert answer.status_code == 422
    assert await standing(desk) == before


async def test_a_zone_that_no_page_would_take_now_does_not_stop_a_language(desk: Desk) -> None:
    await link(desk)
    await desk.run("UPDATE persons SET zone = 'UTC'")
    answer = await desk.ask_as("bot", PATH, telegram_id=CHAT, locale="en")
    assert answer.status_code == 200
    stands = await standing(desk)
    assert (stands["locale"], stands["zone"]) == ("en", "UTC")


async def test_only_the_bot_may_change_them(desk: Desk) -> None:
    await link(desk)
    answer = await desk.ask_as("school", PATH, telegram_id=CHAT, locale="en")
    assert answer.status_code == 403
    async with desk.inside() as http:
        nobody = await http.post(PATH, json={"telegram_id": CHAT, "locale": "en"})
    assert nobody.status_code == 401
