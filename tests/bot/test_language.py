"""/language: in which one the bot speaks, for a person and for a chat that no account knows."""

from typing import Any

import pytest

from services.bot.dialogs.language import LanguagePress
from services.bot.dialogs.press import BACK_TO_SETTINGS
from services.bot.preferences.screens import SettingsPress
from tests.bot.playing import SECOND, STUDENT, Play, message_update, person, press_update

pytestmark = pytest.mark.usefixtures("quick_chats")

RUSSIAN = LanguagePress(do="pick", locale="ru").pack()
ENGLISH = LanguagePress(do="pick", locale="en").pack()


def labels(message: dict[str, Any]) -> list[str]:
    return [button["text"] for row in message["buttons"] for button in row]


async def asked(play: Play, chat_id: int = STUDENT) -> dict[str, Any]:
    """The question, in a chat that was silent before."""
    await play.say("/language", chat_id)
    (message,) = await play.told(1, chat_id)
    return dict(message)


async def test_the_question_marks_the_present_language(play: Play) -> None:
    await play.know(person(locale="en"))
    message = await asked(play)
    assert message["text"] == "🌐 Which language shall I write in?"
    assert labels(message) == ["Русский", "✓ English"]
    assert [button["data"] for button in message["buttons"][0]] == [RUSSIAN, ENGLISH]


async def test_a_press_changes_it_in_the_account_and_the_message_at_once(play: Play) -> None:
    await play.know(person(locale="en"))
    message = await asked(play)
    pressed = await play.press(message, RUSSIAN)
    assert pressed["answer"] == "Готово"
    await play.settled()
    (message,) = await play.told(1)
    assert message["text"] == "🌐 Готово: теперь я пишу по-русски."
    assert labels(message) == ["✓ Русский", "English"]
    ((what, body, key),) = play.auth.asked
    assert (what, body) == ("settings", {"telegram_id": STUDENT, "locale": "ru"})
    update_id = await play.value("SELECT max(update_id) FROM updates")
    assert key == f"{update_id}.1"
    assert await play.value("SELECT locale FROM chats WHERE chat_id = $1", STUDENT) is None


async def test_what_follows_is_in_the_language_that_auth_tells(play: Play) -> None:
    await play.know(person(locale="en"))
    await play.know(person(locale="ru", version=2))
    await play.say("/help")
    (message,) = await play.told(1)
    assert message["text"].startswith("Я пишу, когда")


async def test_a_chat_without_an_account_keeps_its_own_choice(play: Play) -> None:
    message = await asked(play, SECOND)
    assert labels(message) == ["Русский", "✓ English"]
    await play.press(message, RUSSIAN, SECOND)
    await play.settled()
    assert play.auth.asked == []
    await play.say("/start", SECOND)
    assert (await play.told(2, SECOND))[-1]["text"].startswith("Здравствуйте!")


async def test_an_account_counts_more_than_what_its_chat_had_chosen(play: Play) -> None:
    message = await asked(play, SECOND)
    await play.press(message, RUSSIAN, SECOND)
    await play.settled()
    await play.know(person(telegram_id=SECOND, locale="en"))
    await play.say("/help", SECOND)
    assert (await play.told(2, SECOND))[-1]["text"].startswith("I write when")


async def test_a_chat_that_was_unlinked_just_now_keeps_its_own_choice(play: Play) -> None:
    await play.know(person(locale="en"))
    message = await asked(play)
    play.auth.refuse("settings", 404, "unknown")
    await play.press(message, RUSSIAN)
    await play.settled()
    assert (await play.told(1))[0]["text"].startswith("🌐 Готово")
    assert await play.value("SELECT locale FROM chats WHERE chat_id = $1", STUDENT) == "ru"


async def test_a_handler_that_runs_again_asks_auth_with_the_same_key(play: Play) -> None:
    await play.know(person(locale="en"))
    message = await asked(play)
    play.auth.away = 1
    await play.press(message, RUSSIAN)
    await play.settled()
    assert (await play.told(1))[0]["text"].startswith("🌐 Готово")
    assert len(play.auth.asked) == 2
    assert len({key for _, _, key in play.auth.asked}) == 1


@pytest.mark.parametrize(
    ("data", "by"),
    [
        ("lang:pick:de:0", STUDENT),
        ("lang:pick::0", STUDENT),
        ("lang:pick:../../etc:0", STUDENT),
        ("lang:drop:ru:0", STUDENT),
        ("lang:pick", STUDENT),
        (RUSSIAN, SECOND),
    ],
)
async def test_a_forged_press_changes_nobodys_language(play: Play, data: str, by: int) -> None:
    await play.know(person(locale="en"))
    message = await asked(play)
    await play.insert(press_update(900, message["message_id"], data, by))
    await play.settled()
    assert play.auth.asked == []
    (row,) = await play.rows("SELECT counted FROM outgoing WHERE method = 'answerCallbackQuery'")
    assert not row["counted"]
    assert (await play.told(1))[0]["text"] == message["text"]
    assert await play.value("SELECT count(*) FROM chats WHERE locale IS NOT NULL") == 0


async def test_opened_from_settings_the_question_leads_back_there(play: Play) -> None:
    await play.know(person(locale="en"))
    message = await asked(play)
    await play.insert(press_update(900, message["message_id"], LanguagePress(do="open").pack()))
    await play.settled()
    (message,) = await play.told(1)
    assert message["buttons"][-1] == [
        {"text": "‹ Back", "data": BACK_TO_SETTINGS, "url": None, "web_app": None}
    ]
    await play.press(message, message["buttons"][0][0]["data"])
    await play.settled()
    (message,) = await play.told(1)
    assert labels(message) == ["✓ Русский", "English", "‹ Назад"]


def test_the_way_back_is_the_first_screen_of_the_settings() -> None:
    assert SettingsPress(do="main").pack() == BACK_TO_SETTINGS


async def test_the_button_works_under_a_message_too_old_to_change(play: Play) -> None:
    await play.know(person(locale="en"))
    update = press_update(900, 5, RUSSIAN)
    update["callback_query"]["message"] |= {"date": 0}
    del update["callback_query"]["message"]["text"]
    await play.insert(update)
    (message,) = await play.told(1)
    assert message["text"].startswith("🌐 Готово")


async def test_a_language_survives_a_restart(play: Play) -> None:
    message = await asked(play, SECOND)
    await play.press(message, RUSSIAN, SECOND)
    await play.settled()
    await play.restart()
    await play.insert(message_update(950, "/help", SECOND))
    assert "привяжите этот чат" in (await play.told(2, SECOND))[-1]["text"]
