"""/settings in the chat: one message that shows what stands and is changed by its buttons."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.bot.dialogs.language import LanguagePress
from services.bot.dialogs.timezone import ZonePress
from services.bot.preferences import repository, service
from services.bot.preferences.kinds import WORKS
from services.bot.preferences.planning import Preferences
from tests.bot.playing import (
    CURATOR,
    CURATOR_ID,
    SECOND,
    STUDENT,
    STUDENT_ID,
    Play,
    curator,
    message_update,
    person,
    submission,
)
from tests.support.waiting import eventually

WAITS_FOR_A_LOCK = """
SELECT EXISTS (
    SELECT
    FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
)
"""
pytestmark = pytest.mark.usefixtures("quick_chats")


@pytest.fixture
async def known(play: Play) -> Play:
    """A student and a curator whose chats are known."""
    await play.know(person(zone="Asia/Omsk"), curator())
    return play


async def opened(play: Play, chat_id: int = STUDENT) -> dict[str, Any]:
    """A new message with the settings."""
    count = len(await play.bot_messages(chat_id))
    await play.say("/settings", chat_id)
    message: dict[str, Any] = (await play.told(count + 1, chat_id))[-1]
    return message


async def shown(play: Play, chat_id: int = STUDENT) -> dict[str, Any]:
    """The settings' message as the chat shows it now."""
    await play.settled()
    message: dict[str, Any] = (await play.bot_messages(chat_id))[-1]
    return message


async def pressed(play: Play, *data: str, chat_id: int = STUDENT) -> Any:
    """Press these one after the other; gives the last answer."""
    answer = None
    for one in data:
        answer = await play.press(await shown(play, chat_id), one, chat_id)
    await play.settled()
    return answer


async def preferences(play: Play, person_id: UUID = STUDENT_ID) -> Preferences:
    async with play.service.database.acquire() as connection:
        return await repository.find(connection, person_id)


async def forged(play: Play, data: str, chat_id: int = STUDENT, *, by: int | None = None) -> str:
    """Press a button that the message does not have, or as somebody else; gives the answer."""
    message = await shown(play, chat_id)
    number = 10_000 + len(await play.calls())
    update = message_update(number, message["text"], chat_id, message_id=message["message_id"])
    press = {
        "id": str(number),
        "from": {**update["message"]["from"], "id": by or chat_id},
        "chat_instance": "1",
        "data": data,
        "message": update["message"],
    }
    await play.insert({"update_id": number, "callback_query": press})
    # The sandbox knows of no such press and refuses its answer, which is therefore kept.
    query = "SELECT payload FROM outgoing WHERE payload->>'callback_query_id' = $1"
    answers = await eventually(lambda: play.rows(query, str(number)))
    await play.settled()
    return str(answers[0]["payload"].get("text", ""))


async def somebody_waits(play: Play) -> bool:
    """Whether a transaction waits for another's row: only the database's owner sees that."""
    connection = await asyncpg.connect(play.database_url, timeout=10)
    try:
        return bool(await connection.fetchval(WAITS_FOR_A_LOCK))
    finally:
        await connection.close(timeout=5)


async def what_became(play: Play) -> tuple[str | None, str | None]:
    """Of the student's one notice: what it waits for, and why it was dropped."""
    query = "SELECT waits_for, dropped FROM notices WHERE person_id = $1"
    ((waits_for, dropped),) = await play.rows(query, STUDENT_ID)
    return waits_for, dropped


def buttons(message: dict[str, Any]) -> list[list[str]]:
    return [[button["text"] for button in row] for row in message["buttons"]]


def data(message: dict[str, Any]) -> list[str]:
    return [button["data"] for row in message["buttons"] for button in row if button["data"]]


async def test_a_stranger_is_invited(play: Play) -> None:
    await play.say("/settings", SECOND)
    (message,) = await play.told(1, SECOND)
    assert message["text"].startswith("Settings belong to an account, and I do not know yours yet.")
    assert message["text"].endswith("/me")


async def test_all_is_seen_at_a_glance(known: Play) -> None:
    message = await opened(known)
    lines = message["text"].split("\n")
    assert lines[0] == "⚙️ Settings"
    assert lines[2].startswith("Time zone: Omsk, UTC+6, ")
    assert lines[3:5] == ["Quiet hours: none", "Daily summary: at 09:00"]
    assert lines[6:10] == [
        "What I tell you",
        "• News of my works — at once",
        "• Videos — at once",
        "• A permission stopped working — always at once",
    ]
    assert "http://localhost:8080/bot/settings" in message["text"]


async def test_the_time_shown_is_that_of_the_persons_zone(idle: Play) -> None:
    from services.bot import texts as words
    from services.bot.preferences import screens
    from services.bot.preferences.screens import View
    from shared.people import Person

    now = datetime(2026, 5, 1, 10, 5, tzinfo=UTC)
    who = Person(STUDENT_ID, zone="Asia/Kolkata")
    view = View(
        who,
        "Kolkata, UTC+5:30",
        Preferences(),
        now,
        words.catalogue().of("en"),
        "https://parta.example.org",
    )
    screen = screens.main(view)
    assert "Time zone: Kolkata, UTC+5:30, 15:35 there now" in screen.text
    assert screen.keyboard.inline_keyboard[-1][0].url == "https://parta.example.org/bot/settings"


async def test_a_curator_is_offered_what_a_curator_gets(known: Play) -> None:
    await opened(known, CURATOR)
    await pressed(known, "set:kinds::", chat_id=CURATOR)
    assert buttons(await shown(known, CURATOR)) == [
        ["News of my works: at once"],
        ["Works sent to me for review: at once"],
        ["What was taken from my reviews: at once"],
        ["Videos: at once"],
        ["‹ Back"],
    ]


async def test_a_student_is_not(known: Play) -> None:
    await opened(known)
    await pressed(known, "set:kinds::")
    assert buttons(await shown(known)) == [
        ["News of my works: at once"],
        ["Videos: at once"],
        ["‹ Back"],
    ]


async def test_quiet_hours_are_set_by_one_press_in_the_same_message(known: Play) -> None:
    message = await opened(known)
    await pressed(known, "set:quiet::")
    screen = await shown(known)
    assert buttons(screen)[:3] == [["22:00–08:00"], ["23:00–07:00"], ["21:00–09:00"]]
    assert buttons(screen)[3:5] == [["Other hours"], ["✓ Never quiet"]]
    assert (await pressed(known, "set:hours:23:7"))["answer"] == "Saved."
    screen = await shown(known)
    assert screen["message_id"] == message["message_id"]
    assert "Quiet hours: from 23:00 to 07:00" in screen["text"]
    assert buttons(screen)[:3] == [["22:00–08:00"], ["✓ 23:00–07:00"], ["21:00–09:00"]]
    assert buttons(screen)[3:5] == [["Other hours"], ["Never quiet"]]
    stands = await preferences(known)
    assert (stands.quiet_from, stands.quiet_until) == (time(23), time(7))
    await known.told(1)


async def test_other_hours_are_chosen_in_two_steps(known: Play) -> None:
    await opened(known)
    await pressed(known, "set:quiet::", "set:begin::", "set:end:20:")
    screen = await shown(known)
    assert "Quiet hours from 20:00" in screen["text"]
    assert buttons(screen)[0] == ["21", "22", "23", "00", "01", "02"]
    assert "set:hours:20:20" not in data(screen)
    await pressed(known, "set:hours:20:10")
    screen = await shown(known)
    assert "from 20:00 to 10:00" in screen["text"]
    assert [row for row in buttons(screen) if row[0].startswith("✓")] == [["✓ Other hours"]]
    await pressed(known, "set:begin::", "set:end:20:")
    assert "✓ 10" in buttons(await shown(known))[2]


async def test_quiet_hours_are_taken_away_again(known: Play) -> None:
    await opened(known)
    await pressed(known, "set:quiet::", "set:hours:22:8", "set:loud::")
    screen = await shown(known)
    assert "Quiet hours: none" in screen["text"]
    assert "I write at any hour." in screen["text"]
    assert "While they last" not in screen["text"]
    assert await preferences(known) == Preferences()


async def test_a_kind_is_switched_and_the_list_says_so(known: Play) -> None:
    await opened(known)
    await pressed(known, "set:kinds::", "set:kind:works:")
    assert buttons(await shown(known)) == [
        ["✓ at once", "once an hour"],
        ["once a day", "never"],
        ["‹ Back"],
    ]
    await pressed(known, "set:mode:works:daily")
    screen = await shown(known)
    assert buttons(screen)[1] == ["✓ once a day", "never"]
    assert "News of my works: once a day" in screen["text"]
    await pressed(known, "set:kinds::", "set:main::")
    assert "• News of my works — once a day" in (await shown(known))["text"]
    assert (await preferences(known)).modes == {"works": "daily"}


async def test_the_hour_of_the_summary_is_chosen(known: Play) -> None:
    await opened(known)
    await pressed(known, "set:digest::", "set:at:18:")
    screen = await shown(known)
    assert "Daily summary: at 18:00" in screen["text"]
    assert "✓ 18" in buttons(screen)[3]
    assert (await preferences(known)).digest_at == time(18)


async def test_every_button_of_every_screen_leads_somewhere_and_fits(known: Play) -> None:
    seen: dict[str, str] = {}
    waiting = data(await opened(known, CURATOR))
    while waiting:
        one = waiting.pop()
        # Of the many hours one is enough.
        if seen.setdefault(one.split(":")[1], one) != one:
            continue
        assert await forged(known, one, CURATOR) in ("", "Saved."), one
        assert len(one.encode()) <= 64
        waiting += [new for new in data(await shown(known, CURATOR)) if new not in seen.values()]
    every = "main quiet begin end hours loud digest at kinds kind mode"
    assert seen.keys() >= set(every.split())
    await known.told(1, CURATOR)


FORGED = [
    "set:hours:25:7",
    "set:hours:7:7",
    "set:hours:a:b",
    "set:hours:-1:7",
    "set:hours:٣:7",
    "set:end:24:",
    "set:at:99:",
    "set:mode:works:sometimes",
    "set:mode:rights:never",
    "set:mode:to_review:never",
    "set:mode:nothing:never",
    "set:kind:rights:",
    "set:kind::",
    "set:gone::",
    "set:main:1:2",
    "set:",
    "set:main",
    "set:a:b:c:d",
]


async def test_a_forged_or_old_button_shows_what_stands(known: Play) -> None:
    await opened(known)
    for one in FORGED:
        await pressed(known, "set:quiet::")
        answer = await forged(known, one)
        assert answer.startswith("This button is out of date."), one
        assert (await shown(known))["text"].startswith("⚙️ Settings"), one
    assert await preferences(known) == Preferences()


async def test_a_press_that_changes_nothing_is_only_answered(known: Play) -> None:
    await opened(known)
    await pressed(known, "set:quiet::", "set:hours:22:8")
    before = len(await known.calls("editMessageText"))
    screen = await shown(known)
    assert "set:hours:22:8" in data(screen)
    assert (await known.press(screen, "set:hours:22:8"))["answer"] == ""
    await known.settled()
    assert len(await known.calls("editMessageText")) == before


async def test_an_old_screen_is_brought_up_to_date_by_a_press_that_changes_nothing(
    known: Play,
) -> None:
    await opened(known)
    await pressed(known, "set:quiet::")
    old = await shown(known)
    await opened(known)
    await pressed(known, "set:quiet::", "set:hours:22:8")
    assert (await known.press(old, "set:hours:22:8"))["answer"] == ""
    await known.settled()
    older, newer = await known.told(2)
    assert "from 22:00 to 08:00" in older["text"]
    assert older["text"] == newer["text"]


async def test_what_one_person_chose_is_no_others(known: Play) -> None:
    await opened(known)
    await pressed(known, "set:quiet::", "set:hours:22:8")
    assert await preferences(known, CURATOR_ID) == Preferences()


async def test_a_press_by_somebody_else_changes_nothing(known: Play) -> None:
    await opened(known)
    answer = await forged(known, "set:hours:22:8", by=CURATOR)
    assert answer.startswith("I do not know you yet.")
    assert await preferences(known) == await preferences(known, CURATOR_ID) == Preferences()


async def test_a_stranger_who_presses_changes_nothing(known: Play) -> None:
    await opened(known)
    await pressed(known, "set:quiet::")
    screen = await shown(known)
    await known.know(person(telegram_id=None, version=2))
    answer = await known.press(screen, "set:hours:22:8")
    assert answer["answer"].startswith("Мы пока не знакомы.")
    assert await preferences(known) == Preferences()


async def test_a_message_too_old_to_be_changed_gets_a_new_one(known: Play) -> None:
    press = {
        "id": "77",
        "from": {"id": STUDENT, "is_bot": False, "first_name": "V"},
        "chat_instance": "1",
        "data": "set:hours:22:8",
        "message": {"message_id": 5, "date": 0, "chat": {"id": STUDENT, "type": "private"}},
    }
    await known.insert({"update_id": 900, "callback_query": press})
    (message,) = await known.told(1)
    assert "from 22:00 to 08:00" in message["text"]


async def test_what_was_chosen_survives_a_restart(known: Play) -> None:
    await opened(known)
    await pressed(known, "set:quiet::", "set:hours:22:8")
    await known.restart()
    assert (await preferences(known)).quiet_from == time(22)
    assert "from 22:00" in (await opened(known))["text"]


async def test_news_of_the_night_is_held_and_comes_when_quiet_hours_are_taken_away(
    known: Play,
) -> None:
    await opened(known)
    hour = (datetime.now(UTC) + timedelta(hours=6)).hour
    begin, end = (hour - 1) % 24, (hour + 2) % 24
    await pressed(known, "set:quiet::", "set:begin::", f"set:end:{begin}:")
    await pressed(known, f"set:hours:{begin}:{end}")
    await known.tell(submission("approved"))
    await known.settled()
    assert await what_became(known) == ("quiet", None)
    await pressed(known, "set:loud::")
    messages = await known.told(2)
    assert "Your work is accepted!" in messages[1]["text"]


async def test_what_waits_is_dropped_when_its_kind_is_switched_off(known: Play) -> None:
    await opened(known)
    await pressed(known, "set:kinds::", "set:kind:works:", "set:mode:works:hourly")
    await known.tell(submission("approved"))
    assert await what_became(known) == ("hourly", None)
    await pressed(known, "set:mode:works:never")
    assert await what_became(known) == (None, "never")


async def test_two_who_change_at_once_lose_nothing_of_each_other(known: Play) -> None:
    """The same person by the chat and by the page."""

    async def by_page() -> None:
        async with known.service.database.transaction() as connection:
            await service.change(
                connection,
                STUDENT_ID,
                lambda old: replace(old, quiet_from=time(22), quiet_until=time(8)),
                known.clock,
            )

    async with known.service.database.transaction() as connection:
        await service.change(
            connection, STUDENT_ID, lambda old: old.with_mode(WORKS, "daily"), known.clock
        )
        page = asyncio.create_task(by_page())
        await eventually(lambda: somebody_waits(known))
    await page
    stands = await preferences(known)
    assert (stands.quiet_from, stands.modes) == (time(22), {"works": "daily"})


async def test_language_and_time_zone_are_one_press_away_and_lead_back(known: Play) -> None:
    await opened(known)
    for press in (LanguagePress(do="open"), ZonePress(do="open")):
        await pressed(known, press.pack())
        assert not (await shown(known))["text"].startswith("⚙️")
        await pressed(known, "set:main::")
        assert (await shown(known))["text"].startswith("⚙️ Settings")
    await known.told(1)


async def test_a_person_who_is_forgotten_has_no_preferences_any_more(known: Play) -> None:
    await opened(known)
    await pressed(known, "set:quiet::", "set:hours:22:8")
    async with known.service.database.transaction() as connection:
        await repository.forget(connection, STUDENT_ID)
    assert await known.rows("SELECT 1 FROM preferences") == []


async def test_a_kind_that_this_version_does_not_know_is_left_alone(known: Play) -> None:
    await opened(known)
    await pressed(known, "set:quiet::", "set:hours:22:8")
    await known.execute("""UPDATE preferences SET modes = '{"news": "now", "works": "yearly"}'""")
    assert (await preferences(known)).modes == {}
    assert "from 22:00 to 08:00" in (await opened(known))["text"]


async def test_it_speaks_russian_too(known: Play) -> None:
    await known.know(person(locale="ru", version=2))
    message = await opened(known)
    assert message["text"].startswith("⚙️ Настройки")
    await pressed(known, "set:quiet::")
    assert "Тихие часы: нет" in (await shown(known))["text"]


async def test_the_command_is_heard_among_other_words(known: Play) -> None:
    await known.insert(message_update(901, "/settings please"))
    (message,) = await known.told(1)
    assert message["text"].startswith("⚙️ Settings")
