"""/timezone: the zone that stands, another by a button or by the name of a city."""

from datetime import date
from typing import Any

import pytest

from services.bot import texts as bot_words
from services.bot.dialogs.press import BACK_TO_SETTINGS
from services.bot.dialogs.timezone import ZonePress
from services.bot.zones import search
from services.bot.zones import texts as zone_words
from shared.zones import zone_names
from tests.bot.playing import SECOND, STUDENT, Play, message_update, person, press_update
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("quick_chats")

WINTER, SUMMER = date(2026, 1, 15), date(2026, 7, 15)


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [button for row in message["buttons"] for button in row]


async def asked(play: Play, text: str = "/timezone", **facts: Any) -> dict[str, Any]:
    """What a person of that zone is shown."""
    await play.know(person(**facts))
    await play.say(text)
    (message,) = await play.told(1)
    return dict(message)


async def kept(play: Play) -> list[dict[str, Any]]:
    """What auth was asked to keep."""
    return [body for what, body, _ in play.auth.asked if what == "settings"]


async def test_the_question_shows_the_zone_and_its_time_and_marks_it(play: Play) -> None:
    message = await asked(play, zone="Asia/Omsk")
    now = play.clock.now()
    there = f"{(now.hour + 6) % 24:02}:{now.minute:02}"
    assert "Your time zone: Omsk, UTC+6" in message["text"]
    assert there in message["text"]
    marked = [button["text"] for button in buttons(message) if button["text"].startswith("✓")]
    assert marked == [f"✓ Omsk · {there}"]


async def test_the_pages_hold_a_city_for_each_distance_in_russia(play: Play) -> None:
    message = await asked(play, zone="Asia/Vladivostok")
    seen = {button["data"] for button in buttons(message)}
    assert ZonePress(do="pick", zone="Asia/Vladivostok").pack() in seen
    (west,) = (button for button in buttons(message) if "west" in button["text"])
    await play.press(message, west["data"])
    await play.settled()
    (message,) = await play.told(1)
    seen |= {button["data"] for button in buttons(message)}
    assert {ZonePress(do="pick", zone=zone).pack() for zone in search.RUSSIAN} <= seen
    assert not [button for button in buttons(message) if "west" in button["text"]]


async def test_a_zone_under_its_other_name_is_shown_by_its_city(play: Play) -> None:
    message = await asked(play, zone="Asia/Calcutta")
    assert "UTC+5:30" in message["text"]


async def test_a_zone_that_nobody_knows_any_more_is_shown_as_it_is(play: Play) -> None:
    message = await asked(play, zone="Mars/<b>")
    assert "Mars/<b>" in message["text"]


async def test_a_press_keeps_the_zone_in_the_account(play: Play) -> None:
    message = await asked(play)
    data = ZonePress(do="pick", zone="Asia/Omsk").pack()
    await play.insert(press_update(900, message["message_id"], data))
    await play.settled()
    (message,) = await play.told(1)
    assert message["text"].startswith("🕰 Done: your time zone is Omsk, UTC+6.")
    assert message["buttons"] == []
    ((what, body, key),) = play.auth.asked
    assert (what, body, key) == ("settings", {"telegram_id": STUDENT, "zone": "Asia/Omsk"}, "900.1")


@pytest.mark.parametrize(
    ("data", "by"),
    [
        ("tz:pick:Mars/Olympus:0:0", STUDENT),
        ("tz:pick::0:0", STUDENT),
        ("tz:pick:Etc/GMT-3:0:0", STUDENT),
        ("tz:drop::0:0", STUDENT),
        ("tz:page::x:0", STUDENT),
        ("tz", STUDENT),
        (ZonePress(do="pick", zone="Asia/Omsk").pack(), SECOND),
    ],
)
async def test_a_forged_press_changes_nobodys_zone(play: Play, data: str, by: int) -> None:
    message = await asked(play)
    await play.insert(press_update(900, message["message_id"], data, by))
    await play.settled()
    assert play.auth.asked == []
    assert (await play.told(1))[0]["text"] == message["text"]
    assert await play.value("SELECT count(*) FROM outgoing WHERE method = 'answerCallbackQuery'")


@pytest.mark.parametrize("page", [-1, 99])
async def test_a_page_that_is_none_is_the_persons_own(play: Play, page: int) -> None:
    message = await asked(play, zone="Asia/Omsk")
    data = ZonePress(do="page", page=page).pack()
    await play.insert(press_update(900, message["message_id"], data))
    await play.settled()
    (after,) = await play.told(1)
    assert after["buttons"] == message["buttons"]


async def test_a_city_behind_the_command_is_looked_for_at_once(play: Play) -> None:
    message = await asked(play, "/timezone Берлин")
    (button,) = buttons(message)
    assert message["text"] == "🕰 I found 1 place. Press it, if it is yours."
    assert button["text"].startswith("Berlin · ")
    await play.press(message, button["data"])
    await play.settled()
    assert await kept(play) == [{"telegram_id": STUDENT, "zone": "Europe/Berlin"}]


async def awaiting_a_city(play: Play) -> None:
    message = await asked(play)
    (button,) = (button for button in buttons(message) if "Another city" in button["text"])
    await play.press(message, button["data"])
    await play.settled()
    assert (await play.told(1))[0]["text"].startswith("🕰 Write the name of your city")


async def test_a_city_that_is_written_is_found_and_chosen(play: Play) -> None:
    await awaiting_a_city(play)
    await play.restart()
    await play.say("санкт петербург")
    message = (await play.told(2))[-1]
    (button,) = buttons(message)
    assert button["text"].startswith("Санкт-Петербург · ")
    await play.press(message, button["data"])
    await play.settled()
    assert await kept(play) == [{"telegram_id": STUDENT, "zone": "Europe/Moscow"}]
    assert await play.value("SELECT count(*) FROM dialogs") == 0


async def test_what_is_found_nowhere_may_be_written_anew(play: Play) -> None:
    await awaiting_a_city(play)
    await play.say("Ырбург <b>")
    message = (await play.told(2))[-1]
    assert message["text"].startswith("🕰 I could not find “Ырбург <b>”. Try the nearest large city")
    assert message["text"].endswith("/cancel leaves this.")
    await play.say("Пермь")
    assert buttons((await play.told(3))[-1])[0]["text"].startswith("Пермь · ")


async def test_a_city_behind_the_command_that_is_found_nowhere_may_be_written_anew(
    play: Play,
) -> None:
    message = await asked(play, "/timezone Ырбург")
    assert message["text"].endswith("/cancel leaves this.")
    await play.say("Пермь")
    assert buttons((await play.told(2))[-1])[0]["text"].startswith("Пермь · ")


async def test_the_question_for_a_city_leads_back_and_then_waits_for_none(play: Play) -> None:
    await awaiting_a_city(play)
    (message,) = await play.told(1)
    assert message["text"].endswith("/cancel leaves this.")
    (back,) = buttons(message)
    assert back["text"] == "‹ Back"
    await play.press(message, back["data"])
    await play.settled()
    (message,) = await play.told(1)
    assert message["text"].startswith("🕰 Your time zone: ")
    assert BACK_TO_SETTINGS not in [button["data"] for button in buttons(message)]
    assert await play.value("SELECT count(*) FROM dialogs") == 0


async def test_the_way_back_from_the_question_leaves_another_dialogue_alone(play: Play) -> None:
    await awaiting_a_city(play)
    (message,) = await play.told(1)
    await play.say("/feedback")
    await play.told(3)
    await play.press(message, buttons(message)[0]["data"])
    await play.settled()
    assert await play.value("SELECT state FROM dialogs") == "feedback.1:topic"


async def test_a_city_that_is_written_from_settings_leads_back_there(play: Play) -> None:
    message = await asked(play)
    await play.insert(press_update(900, message["message_id"], ZonePress(do="open").pack()))
    await play.settled()
    (message,) = await play.told(1)
    (another,) = (button for button in buttons(message) if "Another city" in button["text"])
    await play.press(message, another["data"])
    await play.settled()
    (message,) = await play.told(1)
    await play.say("Пермь")
    message = (await play.told(2))[-1]
    perm, back = buttons(message)
    await play.press(message, back["data"])
    await play.settled()
    message = (await play.told(2))[-1]
    assert BACK_TO_SETTINGS in [button["data"] for button in buttons(message)]
    await play.insert(press_update(901, message["message_id"], perm["data"]))
    await play.settled()
    message = (await play.told(2))[-1]
    assert message["text"].startswith("🕰 Done")
    assert [button["data"] for button in buttons(message)] == [BACK_TO_SETTINGS]


async def test_what_fits_more_places_than_are_shown_says_so_and_waits_for_a_better_word(
    play: Play,
) -> None:
    message = await asked(play, "/timezone сан")
    assert message["text"].startswith(
        "🕰 There are many such places; here are the first 8. If yours is not among them"
    )
    assert len(buttons(message)) == 8
    await play.say("Санкт-Петербург")
    assert "I found 1 place" in (await play.told(2))[-1]["text"]


async def test_a_button_of_a_city_is_alone_in_its_row_and_short(play: Play) -> None:
    message = await asked(play, zone="Asia/Kamchatka", locale="ru")
    places = [row for row in message["buttons"] if row[0]["data"].startswith("tz:pick")]
    assert all(len(row) == 1 for row in places)
    assert not [row for row in places if "UTC" in row[0]["text"]]
    assert max(len(row[0]["text"]) for row in places) <= 34


async def test_cancel_leaves_the_zone_as_it_was(play: Play) -> None:
    await awaiting_a_city(play)
    await play.say("/cancel")
    assert (await play.told(2))[-1]["text"].startswith("Your time zone stays as it was.")
    await play.say("Berlin")
    assert "/help" in (await play.told(3))[-1]["text"]
    assert await kept(play) == []


async def test_a_zone_that_is_chosen_leaves_another_dialogue_alone(play: Play) -> None:
    message = await asked(play)
    await play.say("/feedback")
    await play.told(2)
    await play.insert(
        press_update(900, message["message_id"], ZonePress(do="pick", zone="Asia/Omsk").pack())
    )
    await play.settled()
    assert await play.value("SELECT state FROM dialogs") == "feedback.1:topic"


async def test_a_stranger_is_told_where_a_zone_belongs(play: Play) -> None:
    await play.say("/timezone", SECOND)
    (message,) = await play.told(1, SECOND)
    assert message["text"].startswith("A time zone belongs to an account")
    assert message["text"].endswith("/me")


async def test_who_was_unlinked_just_now_is_told_so_and_nothing_is_kept(play: Play) -> None:
    message = await asked(play)
    play.auth.refuse("settings", 404, "unknown")
    data = ZonePress(do="pick", zone="Asia/Omsk").pack()
    await play.insert(press_update(900, message["message_id"], data))
    await play.settled()
    assert (await play.told(1))[0]["text"] == message["text"]


async def test_while_auth_is_away_the_zone_is_kept_later_by_the_same_key(play: Play) -> None:
    message = await asked(play)
    play.auth.away = 1
    data = ZonePress(do="pick", zone="Asia/Omsk").pack()
    await play.insert(press_update(900, message["message_id"], data))

    async def is_done() -> bool:
        return "Done" in (await play.texts())[0]

    await eventually(is_done)
    assert len(play.auth.asked) == 2
    assert len({key for _, _, key in play.auth.asked}) == 1


async def test_opened_from_settings_everything_leads_back_there(play: Play) -> None:
    message = await asked(play)
    await play.insert(press_update(900, message["message_id"], ZonePress(do="open").pack()))
    await play.settled()
    (message,) = await play.told(1)
    assert buttons(message)[-1]["data"] == BACK_TO_SETTINGS
    (east,) = (button for button in buttons(message) if "east" in button["text"])
    await play.press(message, east["data"])
    await play.settled()
    (message,) = await play.told(1)
    assert buttons(message)[-1]["data"] == BACK_TO_SETTINGS
    await play.press(message, buttons(message)[0]["data"])
    await play.settled()
    (message,) = await play.told(1)
    assert message["text"].startswith("🕰 Done")
    assert [button["data"] for button in buttons(message)] == [BACK_TO_SETTINGS]


async def test_a_press_on_a_message_too_old_to_change_gets_a_message(play: Play) -> None:
    await play.know(person())
    update = press_update(900, 5, ZonePress(do="pick", zone="Asia/Omsk").pack(), date=0)
    del update["callback_query"]["message"]["text"]
    await play.insert(update)
    (message,) = await play.told(1)
    assert message["text"].startswith("🕰 Done")


async def test_a_very_long_city_is_answered(play: Play) -> None:
    await play.know(person())
    await play.insert(message_update(901, "/timezone " + "я" * 4000))
    (message,) = await play.told(1)
    assert message["text"].startswith("🕰 I could not find “яя")


def test_a_button_holds_the_longest_name_of_a_zone() -> None:
    longest = max(zone_names(), key=len)
    assert len(ZonePress(do="pick", zone=longest, page=99, within=True).pack().encode()) <= 64


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "Нашлось 1 место"), (3, "Нашлось 3 места"), (5, "Нашлось 5 мест"), (8, "8 мест")],
)
def test_places_are_counted_as_the_language_counts(count: int, said: str) -> None:
    assert said in zone_words.found(bot_words.catalogue().of("ru"), count)
