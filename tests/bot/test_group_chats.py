"""Group chats: linked by administrators, told of weeks, followed when they move; else silent."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.bot.group_chats.dialog import PlacePress
from services.bot.group_chats.service import post_week
from services.bot.sending.limits import GROUP_BURST
from shared.events import ChatLinked, PersonChanged, WeekOpened
from tests.bot.playing import CURATOR, SECOND, STUDENT, Play, curator, message_update, person
from tests.bot.queueing import enqueue
from tests.bot.schooling import COURSE_ID, STREAM_ID
from tests.bot.test_works import labels
from tests.support.waiting import eventually

ROOM = -1007000000001
OTHER = -1007000000099
ADMINISTRATOR = 700000005
ADMINISTRATOR_ID = UUID(int=5)
TEAM_ID = UUID(int=802)
COURSE = {"place": "course", "place_id": str(COURSE_ID), "name": "Python <1>"}
STREAM = {"place": "stream", "place_id": str(STREAM_ID), "name": "LP26"}
TEAM = {
    "place": "team",
    "place_id": str(TEAM_ID),
    "name": "LP26, team 1",
    "stream_id": str(STREAM_ID),
}
PAGE = "https://parta.example.org/school/teams/1/weeks/2"


def administrator(**facts: Any) -> PersonChanged:
    values = {
        "telegram_id": ADMINISTRATOR,
        "name": "Ada",
        "roles": ("administrator",),
        **facts,
    }
    return person(ADMINISTRATOR_ID, **values)


def week(number: int = 2, **facts: Any) -> WeekOpened:
    values = {
        "stream_id": STREAM_ID,
        "version": number,
        "course_id": COURSE_ID,
        "course": "Python <1>",
        "title": "Functions & files",
        "assignments": ("Search", "Maps <2>"),
        "page_url": PAGE,
        "opened_on": date(2026, 9, 8),
        **facts,
    }
    return WeekOpened(**values)


@pytest.fixture
async def school(play: Play) -> Play:
    """An administrator, a curator and a student; a course, its stream and a team of it."""
    await play.know(administrator(), curator(), person())
    play.school.places = [COURSE, STREAM, TEAM]
    return play


async def room(play: Play) -> list[dict[str, Any]]:
    """What the bot says in the group."""
    await play.settled()
    return await play.bot_messages(ROOM)


async def said(play: Play, text: str, by: str = "administrator") -> dict[str, Any]:
    """Somebody writes in the group; gives the answer."""
    before = len(await play.bot_messages(ROOM))
    await play.sandbox.post("/telegram/say", chat_id=ROOM, text=text, by=by)

    async def is_answered() -> bool:
        return len(await play.bot_messages(ROOM)) > before

    await eventually(is_answered)
    return (await room(play))[-1]


async def pressed(play: Play, label: str, by: str = "administrator") -> Any:
    message = (await room(play))[-1]
    (data,) = [
        button["data"] for row in message["buttons"] for button in row if button["text"] == label
    ]
    answer = await play.sandbox.post(
        "/telegram/press", chat_id=ROOM, message_id=message["message_id"], data=data, by=by
    )
    await play.settled()
    return answer


async def link(play: Play, *places: str) -> None:
    for place in places or ("🌊 LP26",):
        await said(play, "/link")
        await pressed(play, place)


async def told(play: Play) -> list[ChatLinked]:
    """What school was told of chats, in order."""
    query = "SELECT body FROM outbox WHERE type = 'bot.chat.linked.v1' ORDER BY id"
    return [ChatLinked.model_validate_json(row[0]) for row in await play.rows(query)]


def member(update_id: int, status: str, chat_id: int = ROOM) -> dict[str, Any]:
    """Telegram tells that the bot came or went."""
    bot = {"id": 4242, "is_bot": True, "first_name": "Parta"}
    return {
        "update_id": update_id,
        "my_chat_member": {
            "chat": {"id": chat_id, "type": "supergroup", "title": "Staff room"},
            "from": {"id": ADMINISTRATOR, "is_bot": False, "first_name": "A"},
            "date": 1_780_000_000,
            "old_chat_member": {"user": bot, "status": "member"},
            "new_chat_member": {"user": bot, "status": status},
        },
    }


# Linking


async def test_an_administrator_links_a_chat_to_a_place(school: Play) -> None:
    question = await said(school, "/link")
    assert question["text"].startswith("What does this chat belong to?")
    assert labels(question) == ["📘 Python <1>", "🌊 LP26", "👥 LP26, team 1", "Never mind"]
    assert school.school.asked == [("places", {"person_id": str(ADMINISTRATOR_ID)}, None)]
    await pressed(school, "📘 Python <1>")
    (answer,) = await room(school)
    assert answer["text"].startswith("Done: this chat belongs to Python <1>.")
    assert answer["buttons"] == []
    (event,) = await told(school)
    assert (event.place, event.place_id, event.version) == ("course", COURSE_ID, 1)
    assert (event.chat_id, event.title, event.linked) == (ROOM, "Staff room", True)
    assert event.url is None


async def test_a_command_that_names_the_bot_is_for_it_and_another_bots_is_not(
    school: Play,
) -> None:
    await school.sandbox.post(
        "/telegram/say", chat_id=ROOM, text="/link@other_bot", by="administrator"
    )
    assert "What does this chat" in (await said(school, "/link@parta_test_bot"))["text"]
    assert len(await room(school)) == 1


async def test_a_chat_with_a_public_name_tells_how_one_joins_it(school: Play) -> None:
    press = PlacePress(do="on", place_id=STREAM_ID).pack()
    await school.insert(group_press(9001, press, username="parta_chat"))
    await school.settled()
    assert [event.url for event in await told(school)] == ["https://t.me/parta_chat"]


async def test_a_chat_may_stand_for_several_places_and_a_place_has_one_chat(
    school: Play,
) -> None:
    await link(school, "🌊 LP26", "📘 Python <1>")
    await school.insert(group_press(9001, PlacePress(do="on", place_id=STREAM_ID).pack(), OTHER))
    await eventually(lambda: is_told(school, 3))
    events = await told(school)
    assert [(event.chat_id, event.version) for event in events if event.place == "stream"] == [
        (ROOM, 1),
        (OTHER, 2),
    ]
    await eventually(lambda: room_says(school, "LP26 has another chat now"))
    rows = await school.rows("SELECT place_id, chat_id FROM group_chats ORDER BY place_id")
    assert [tuple(row) for row in rows] == [(COURSE_ID, ROOM), (STREAM_ID, OTHER)]


async def is_told(play: Play, count: int) -> bool:
    return len(await told(play)) == count


async def room_says(play: Play, text: str) -> bool:
    return any(text in message["text"] for message in await play.bot_messages(ROOM))


async def test_a_link_that_stands_is_told_once(school: Play) -> None:
    await link(school, "🌊 LP26", "🌊 LP26")
    assert len(await told(school)) == 1


async def test_places_are_paged(school: Play) -> None:
    school.school.places = [
        {**STREAM, "place_id": str(UUID(int=900 + n)), "name": f"LP{n}"} for n in range(20)
    ]
    question = await said(school, "/link")
    assert labels(question) == [*(f"🌊 LP{n}" for n in range(8)), "›", "Never mind"]
    await pressed(school, "›")
    await pressed(school, "›")
    assert labels((await room(school))[-1]) == [
        *(f"🌊 LP{n}" for n in range(16, 20)),
        "‹",
        "Never mind",
    ]
    await pressed(school, "🌊 LP19")
    assert [event.place_id for event in await told(school)] == [UUID(int=919)]


async def test_unlinking_ends_it_and_the_version_goes_on(school: Play) -> None:
    await link(school)
    question = await said(school, "/unlink")
    assert labels(question) == ["LP26", "Never mind"]
    await pressed(school, "LP26")
    assert (await room(school))[-1]["text"] == "Done: this chat belongs to LP26 no longer."
    assert (await said(school, "/unlink"))["text"].startswith("This chat belongs to nothing.")
    await link(school)
    assert [(event.version, event.linked) for event in await told(school)] == [
        (1, True),
        (2, False),
        (3, True),
    ]


async def test_a_question_can_be_left(school: Play) -> None:
    await said(school, "/link")
    await pressed(school, "Never mind")
    assert (await room(school))[-1]["text"] == "Everything stays as it was."
    assert await told(school) == []


# Who may not


@pytest.mark.parametrize("command", ["/link", "/unlink"])
@pytest.mark.parametrize(
    ("by", "text"),
    [
        ("student", "Chats are linked by the school's administrators only."),
        ("curator", "Chats are linked by the school's administrators only."),
        ("teacher", "Мы пока не знакомы"),
    ],
)
async def test_nobody_else_links_a_chat(school: Play, command: str, by: str, text: str) -> None:
    assert (await said(school, command, by))["text"].startswith(text)
    assert school.school.asked == []


async def test_who_writes_as_the_group_is_asked_to_show_themselves(school: Play) -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    group = {"id": ROOM, "type": "supergroup", "title": "Staff room"}
    update = message_update(9001, "/link", ROOM, sender_chat=group, **{"from": anonymous})
    await school.insert(update)
    await eventually(lambda: room_says(school, "Анонимность"))
    assert school.school.asked == []


async def test_a_press_by_anybody_else_is_answered_and_does_nothing(school: Play) -> None:
    await said(school, "/link")
    for by in ("student", "curator", "teacher"):
        answer = await pressed(school, "🌊 LP26", by)
        assert answer["alert"]
    assert await told(school) == []
    assert len(school.school.asked) == 1


async def test_who_is_no_administrator_any_more_links_nothing(school: Play) -> None:
    await said(school, "/link")
    await school.know(administrator(version=2, roles=("curator",)))
    answer = await pressed(school, "🌊 LP26")
    assert answer["answer"] == "Chats are linked by the school's administrators only."
    assert await told(school) == []


async def test_school_has_the_last_word_on_who_is_one(school: Play) -> None:
    await said(school, "/link")
    school.school.refuse("places", 403, "This is not allowed")
    answer = await pressed(school, "🌊 LP26")
    assert answer["answer"] == "This is not allowed."
    assert (await said(school, "/link"))["text"] == "This is not allowed."
    assert await told(school) == []


async def test_a_place_that_was_made_up_links_nothing(school: Play) -> None:
    await school.insert(
        group_press(9001, PlacePress(do="on", place_id=UUID(int=4)).pack()),
        group_press(9002, PlacePress(do="off", place_id=STREAM_ID).pack()),
        group_press(9003, PlacePress(do="on").pack()),
        group_press(9004, "place:on:x:y"),
        group_press(9005, PlacePress(do="page", page=10**9).pack()),
        group_press(9006, PlacePress(do="page", page=-5).pack()),
    )
    await school.settled()
    assert await told(school) == []
    assert await school.rows("SELECT 1 FROM updates WHERE attempts > 0") == []


def group_press(
    update_id: int, data: str, chat_id: int = ROOM, by: int = ADMINISTRATOR, **chat: Any
) -> dict[str, Any]:
    """A press in a group as Telegram tells it."""
    group = {"id": chat_id, "type": "supergroup", "title": "Staff room", **chat}
    return {
        "update_id": update_id,
        "callback_query": {
            "id": str(update_id),
            "from": {"id": by, "is_bot": False, "first_name": "P", "language_code": "en"},
            "chat_instance": "1",
            "data": data,
            "message": {"message_id": 5, "date": 1_780_000_000, "chat": group, "text": "?"},
        },
    }


@pytest.mark.parametrize(
    "text",
    ["hello", "/start", "/help", "/works", "/settings", "/linkage", "link", "https://t.me", "🙂"],
)
async def test_everything_else_in_a_group_stays_unanswered(school: Play, text: str) -> None:
    await school.insert(message_update(9001, text, ROOM))
    await school.insert(group_press(9002, "works:own:0"), group_press(9003, "link:no:12345678"))
    await school.settled()
    assert await school.rows("SELECT method FROM outgoing WHERE chat_id = $1", ROOM) == []
    assert school.school.asked == []


async def test_in_a_private_chat_the_way_is_told(school: Play) -> None:
    await school.say("/link", ADMINISTRATOR)
    assert "Add me to a group chat" in (await school.told(1, ADMINISTRATOR))[0]["text"]
    await school.say("/link", STUDENT)
    assert "administrators only" in (await school.told(1, STUDENT))[0]["text"]
    await school.say("/unlink", SECOND)
    await school.told(1, SECOND)


async def test_while_school_is_away_the_group_is_told_once(school: Play) -> None:
    school.school.away = 2
    await said(school, "/link")
    school.clock.advance(timedelta(seconds=2))
    away, question = await room(school)
    assert away["text"].startswith("Школа сейчас не отвечает")
    assert question["text"].startswith("What does this chat belong to?")


# Weeks


async def test_a_week_is_posted_where_it_belongs_once_and_to_nobody_else(school: Play) -> None:
    await link(school, "🌊 LP26", "📘 Python <1>", "👥 LP26, team 1")
    before = len(await room(school))
    (message,) = await school.tell(week())
    await school.service.consumer.handle([message])
    await school.tell(week())
    messages = (await room(school))[before:]
    assert [one["text"] for one in messages] == [
        "📖 Python <1>\nWeek 2 is open: Functions & files\n\n2 assignments:\n• Search\n• Maps <2>"
    ]
    assert messages[0]["buttons"][0][0]["url"] == PAGE
    for chat_id in (STUDENT, CURATOR, ADMINISTRATOR):
        assert await school.texts(chat_id) == []


@pytest.mark.parametrize("place", ["📘 Python <1>", "🌊 LP26", "👥 LP26, team 1"])
async def test_each_kind_of_place_hears_of_its_weeks(school: Play, place: str) -> None:
    await link(school, place)
    await school.tell(week())
    assert (await room(school))[-1]["text"].startswith("📖 Python <1>")


async def test_a_week_is_told_in_the_language_of_who_linked_the_chat(school: Play) -> None:
    await school.know(administrator(version=2, locale="ru"))
    await link(school)
    await school.tell(week(assignments=("a", "b", "c", "d", "e"), title=""))
    text = (await room(school))[-1]["text"]
    assert text.startswith("📖 Python <1>\nОткрылась неделя 2.\n\n5 заданий:\n• a")


async def test_an_older_week_never_follows_a_newer_one(school: Play) -> None:
    await link(school)
    before = len(await room(school))
    await school.tell(week(3), week(2), week(4))
    texts = [one["text"].split("\n")[1] for one in (await room(school))[before:]]
    assert texts == ["Week 3 is open: Functions & files", "Week 4 is open: Functions & files"]


async def test_another_streams_week_is_not_told(school: Play) -> None:
    await link(school, "🌊 LP26", "👥 LP26, team 1")
    before = len(await room(school))
    await school.tell(week(stream_id=UUID(int=7), course_id=UUID(int=8)))
    assert len(await room(school)) == before


async def test_the_longest_week_fits_into_a_message(school: Play) -> None:
    await link(school)
    long = "<&😀" * 300
    await school.tell(week(course=long, title=long, assignments=("<&😀" * 50,) * 100))
    text = (await room(school))[-1]["text"]
    assert text.endswith("…and 85 more.")


async def test_no_more_than_twenty_messages_a_minute_go_to_a_group(school: Play) -> None:
    await enqueue(school, *(f"{n}" for n in range(GROUP_BURST + 5)), chat_id=ROOM)

    async def are_sent() -> bool:
        sent = "SELECT count(*) FROM outgoing WHERE chat_id = $1 AND sent_at IS NOT NULL"
        return bool(await school.value(sent, ROOM) == GROUP_BURST)

    await eventually(are_sent, 10)
    school.service.database.ring("sender")
    calls = [call for call in await school.calls("sendMessage") if call["chat_id"] == ROOM]
    assert [call["status"] for call in calls] == [200] * GROUP_BURST


# Chats that come, go and move


@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_a_group_that_the_bot_is_removed_from_stands_for_nothing(
    school: Play, status: str
) -> None:
    await link(school, "🌊 LP26", "📘 Python <1>")
    await school.insert(member(9001, status))
    await eventually(lambda: is_told(school, 4))
    assert [(event.linked, event.chat_id) for event in (await told(school))[2:]] == [
        (False, ROOM),
        (False, ROOM),
    ]
    await school.tell(week())
    waiting = "SELECT count(*) FROM outgoing WHERE chat_id = $1 AND sent_at IS NULL"
    assert await school.value(waiting, ROOM) == 0


async def test_a_group_that_the_bot_comes_back_to_can_be_linked_again(school: Play) -> None:
    await link(school)
    await school.insert(member(9001, "kicked"), member(9002, "member"))
    await eventually(lambda: is_told(school, 2))
    await link(school)
    await school.tell(week())
    assert (await room(school))[-1]["text"].startswith("📖")


async def test_a_group_that_cannot_be_written_to_is_spared_until_it_can(idle: Play) -> None:
    await idle.execute(
        "INSERT INTO group_chats"
        " VALUES ($1, 'stream', 'LP26', NULL, $2, 'T', NULL, 'en', 1, now())",
        STREAM_ID,
        ROOM,
    )
    await idle.execute(
        "INSERT INTO chats (chat_id, unreachable_at, unreachable_reason) VALUES ($1, now(), 'x')",
        ROOM,
    )
    async with idle.service.database.transaction() as connection:
        await post_week(connection, week(), idle.clock)
    assert await idle.rows("SELECT 1 FROM outgoing WHERE chat_id = $1", ROOM) == []


@pytest.mark.parametrize("side", ["old", "new"])
async def test_a_group_that_becomes_a_supergroup_keeps_its_places(school: Play, side: str) -> None:
    await link(school)
    if side == "old":
        moved = message_update(9001, "x", ROOM, migrate_to_chat_id=OTHER)
    else:
        moved = message_update(9001, "x", OTHER, migrate_from_chat_id=ROOM)
    del moved["message"]["text"]
    await school.insert(moved)
    await eventually(lambda: is_told(school, 2))
    (_, event) = await told(school)
    assert (event.chat_id, event.version, event.linked) == (OTHER, 2, True)
    assert await school.value("SELECT chat_id FROM group_chats") == OTHER


def test_the_longest_button_of_a_place_fits() -> None:
    press = PlacePress(do="page", place_id=UUID(int=2**128 - 1), page=10**9)
    assert len(press.pack().encode()) <= 64
