"""What people say to the bot, and what it answers."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from services.bot.dialogs.link import LinkAnswer
from tests.bot.playing import (
    CODE,
    SECOND,
    STUDENT,
    Play,
    curator,
    message_update,
    person,
    press_update,
)
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("quick_chats")


async def test_a_stranger_is_invited_to_their_page(play: Play) -> None:
    await play.say("/start", SECOND)
    (message,) = await play.told(1, SECOND)
    assert message["text"].startswith("Hello! I am the school's companion")
    assert message["text"].endswith("http://localhost:8080/me")
    assert message["buttons"] == []


async def test_a_stranger_is_spoken_to_in_the_language_of_their_telegram(play: Play) -> None:
    await play.say("/start", STUDENT)
    (message,) = await play.told(1, STUDENT)
    assert message["text"].startswith("Здравствуйте!")


async def test_a_known_person_is_greeted_by_name(play: Play) -> None:
    await play.know(person(name="Vera <3"))
    await play.say("/start")
    (message,) = await play.told(1)
    assert message["text"].startswith("Hello, Vera <3!")
    assert "/login" in message["text"]


async def offered(play: Play) -> dict[str, Any]:
    await play.say(f"/start {CODE}")
    (message,) = await play.told(1)
    return dict(message)


async def test_a_code_shows_the_account_and_links_nothing(play: Play) -> None:
    message = await offered(play)
    assert "s•••••t@example.org" in message["text"]
    assert [button["data"] for button in message["buttons"][0]] == [
        f"link:yes:{CODE}",
        f"link:no:{CODE}",
    ]
    assert [what for what, _, _ in play.auth.asked] == ["offer"]
    assert play.auth.asked[0][1] == {"code": CODE, "telegram_id": STUDENT}


async def test_a_press_on_yes_links_and_takes_the_buttons_away(play: Play) -> None:
    message = await offered(play)
    assert await play.press(message, f"link:yes:{CODE}") == {
        "answer": "",
        "alert": False,
        "url": None,
    }
    await play.settled()
    (message,) = await play.told(1)
    assert message["text"].startswith("Почти готово")
    assert message["buttons"] == []
    what, body, key = play.auth.asked[-1]
    assert (what, body["telegram_name"]) == ("accept", "Student")
    update_id = await play.value("SELECT max(update_id) FROM updates")
    assert key == f"{update_id}.1"


async def test_a_chat_is_told_once_the_page_has_linked_it(play: Play) -> None:
    message = await offered(play)
    await play.press(message, f"link:yes:{CODE}")
    await play.settled()
    await play.know(person(telegram_id=None))
    await play.know(person(version=2))
    await play.settled()
    last = (await play.told(2))[-1]
    assert "linked to the account of Vera" in last["text"]
    # Another change of the same person says nothing more.
    await play.know(person(version=3, name="Other"))
    await play.settled()
    assert len(await play.told(2)) == 2


async def test_a_press_on_no_links_nothing(play: Play) -> None:
    message = await offered(play)
    await play.press(message, f"link:no:{CODE}")
    await play.settled()
    (message,) = await play.told(1)
    assert message["text"].startswith("Ничего не привязано")
    assert message["buttons"] == []
    assert [what for what, _, _ in play.auth.asked] == ["offer"]


async def test_a_second_press_is_answered_kindly(play: Play) -> None:
    message = await offered(play)
    pressed = LinkAnswer(do="yes", code=CODE).pack()
    await play.press(message, pressed)
    await play.settled()
    play.auth.refuse("accept", 409, "used")
    await play.insert(press_update(900, message["message_id"], pressed))
    await eventually(lambda: len(play.auth.asked) == 3)
    await play.settled()
    (message,) = await play.told(1)
    assert message["text"].startswith(("You said yes already", "Вы уже"))


async def test_a_press_by_somebody_else_links_nothing(play: Play) -> None:
    message = await offered(play)
    await play.insert(press_update(901, message["message_id"], f"link:yes:{CODE}", by=SECOND))
    await play.settled()
    assert [what for what, _, _ in play.auth.asked] == ["offer"]
    (message,) = await play.told(1)
    assert len(message["buttons"][0]) == 2
    assert await play.value("SELECT count(*) FROM outgoing WHERE method = 'answerCallbackQuery'")


async def test_a_press_on_a_message_too_old_to_change_gets_a_message(play: Play) -> None:
    update = press_update(902, 5, f"link:no:{CODE}", date=0)
    del update["callback_query"]["message"]["text"]
    await play.insert(update)
    (message,) = await play.told(1)
    assert message["text"].startswith("Nothing was linked")


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (409, "used", "used already"),
        (410, "expired", "too old"),
        (404, "unknown", "do not know this link"),
        (409, "taken", "belongs to another account"),
        (409, "already", "has a Telegram chat already"),
    ],
)
async def test_a_refused_code_is_explained_with_the_next_step(
    play: Play, status: int, reason: str, words: str
) -> None:
    play.auth.refuse("offer", status, reason)
    await play.say(f"/start {CODE}", SECOND)
    (message,) = await play.told(1, SECOND)
    assert words in message["text"]
    assert "/me" in message["text"]


async def test_a_code_that_is_none_of_ours_is_not_asked_for(play: Play) -> None:
    await play.say("/start " + "x" * 60, SECOND)
    (message,) = await play.told(1, SECOND)
    assert "do not know this link" in message["text"]
    assert play.auth.asked == []


async def test_while_auth_is_away_the_person_is_told_once_and_the_link_still_comes(
    play: Play,
) -> None:
    play.auth.away = 2
    await play.say(f"/start {CODE}", SECOND)
    (message,) = await play.told(1, SECOND)
    assert message["text"].startswith("The school does not answer right now")
    play.clock.advance(timedelta(seconds=2))
    (_, offer) = await play.told(2, SECOND)
    assert offer["buttons"]
    assert len({key for _, _, key in play.auth.asked}) == 1


async def test_the_code_and_the_door_are_in_no_log_and_in_no_table_afterwards(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    play.auth.away = 1
    message = await offered(play)
    await play.press(message, f"link:yes:{CODE}")
    await play.know(person())
    await play.say("/login")
    await play.told(2)
    await play.settled()
    ours = [record for record in caplog.records if record.name.startswith(("services", "shared"))]
    assert "update_failed" in "".join(record.getMessage() for record in ours)
    for record in ours:
        assert CODE not in record.getMessage()
        assert "secret-door-token" not in record.getMessage()
        assert "sandbox-token" not in record.getMessage()
    kept = [str(dict(row)) for row in await play.rows("SELECT * FROM outgoing, updates")]
    assert kept
    assert not [row for row in kept if CODE in row or "secret-door-token" in row]


async def test_login_gives_a_door_that_is_not_to_be_passed_on(play: Play) -> None:
    await play.know(person())
    await play.say("/login")
    (message,) = await play.told(1)
    assert "within 10 minutes" in message["text"]
    assert message["text"].endswith("http://localhost:8080/login/door/secret-door-token")


async def test_login_invites_whom_auth_does_not_know(play: Play) -> None:
    play.auth.refuse("doors", 404, "unknown")
    await play.say("/login", SECOND)
    (message,) = await play.told(1, SECOND)
    assert "I do not know you yet" in message["text"]


async def test_a_public_https_page_is_a_button(database_url: str) -> None:
    from tests.bot.playing import play as new_play

    async with new_play(database_url, public_url="https://parta.example.org") as play:
        await play.say("/start", SECOND)
        (message,) = await play.told(1, SECOND)
    assert message["buttons"] == [
        [
            {
                "text": "Open my page",
                "data": None,
                "url": "https://parta.example.org/me",
                "web_app": None,
            }
        ]
    ]
    assert "https://" not in message["text"]


async def test_help_speaks_of_what_the_role_may(play: Play) -> None:
    await play.know(person(), curator())
    await play.insert(
        message_update(1, "/help", SECOND),
        message_update(2, "/help"),
        message_update(3, "/help", 700000003),
    )
    assert "link this chat" in (await play.told(1, SECOND))[0]["text"]
    assert "your work is accepted" in (await play.told(1))[0]["text"]
    assert "a student sends you a work" in (await play.told(1, 700000003))[0]["text"]


@pytest.mark.parametrize("text", ["when is the lesson?", "/unknown", "🙂", "/start@other_bot"])
async def test_any_other_text_gets_the_next_step(play: Play, text: str) -> None:
    await play.know(person())
    await play.say(text)
    (message,) = await play.told(1)
    assert "/help" in message["text"]


async def test_a_group_is_left_alone(play: Play) -> None:
    await play.sandbox.post("/telegram/say", chat_id=-1007000000001, text="/start", by="student")
    await eventually(lambda: is_handled(play))
    assert await play.value("SELECT count(*) FROM outgoing WHERE chat_id <> 0") == 0


async def is_handled(play: Play) -> bool:
    return bool(await play.value("SELECT count(*) FROM updates WHERE handled_at IS NOT NULL"))
