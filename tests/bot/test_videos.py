"""/videos: the tree of modules and lessons, what is open and what is missing for the rest."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.bot import texts as bot_words
from services.bot.asking import Asker
from services.bot.outgoing.fitting import LONGEST, length
from services.bot.sync import SyncAway, SyncClient, SyncRefused, Videos
from services.bot.videos import screens
from services.bot.videos.buttons import VideosPress, find_module, name_module
from services.bot.videos.screens import View
from tests.bot.playing import SECOND, STUDENT, STUDENT_ID, Play, person, press_update
from tests.bot.syncing import PUBLIC, lesson, module, video
from tests.bot.test_works import data_of, labels, last, pressed, said

pytestmark = pytest.mark.usefixtures("quick_chats")

NOW = datetime(2026, 9, 4, 11, 5, 9, tzinfo=UTC)


@pytest.fixture
async def known(play: Play) -> Play:
    """A student whose chat is known, and who reads English."""
    await play.know(person(zone="Asia/Omsk"))
    play.sync.modules = [
        module(
            "First <steps>",
            lesson("Hello", video(1), video(2, "waiting"), is_passed=True),
            lesson("Loops", video(3, "closed")),
        ),
        module("Lists", lesson("Sorting", video(4, "closed"))),
        module("", lesson("", video(5))),
    ]
    return play


async def opened(play: Play, *labels_: str) -> dict[str, Any]:
    """/videos, and these buttons one after the other."""
    await said(play, "/videos", STUDENT)
    await pressed(play, *labels_, chat_id=STUDENT)
    return await last(play, STUDENT)


def view(locale: str = "en", public_url: str = PUBLIC) -> View:
    return View(bot_words.catalogue().of(locale), "Asia/Omsk", NOW, public_url)


def told(*modules: Any, **facts: Any) -> Videos:
    return Videos.model_validate({"is_matched": True, "modules": modules, **facts})


def links(message: dict[str, Any]) -> dict[str, Any]:
    buttons = [button for row in message["buttons"] for button in row]
    return {button["text"]: button["web_app"] or button["url"] for button in buttons}


# The tree


async def test_a_stranger_is_invited(play: Play) -> None:
    for number, command in enumerate(("/videos", "/progress"), 1):
        await play.say(command, SECOND)
        message = (await play.told(number, SECOND))[-1]
        assert message["text"].startswith("Videos and progress belong to an account")
        assert "/me" in message["text"]
    assert play.sync.asked == []


async def test_modules_say_how_much_of_each_is_open(known: Play) -> None:
    message = await opened(known)
    assert message["text"].startswith("🎬 Videos: 2 of 5 open. Choose a module.\n\nAs of ")
    assert labels(message) == [
        "First <steps>: 1 of 3",
        "Lists: 0 of 1",
        "Other videos: 1 of 1",
        "🔄 Refresh",
        "On the page",
    ]
    assert links(message)["On the page"] == f"{PUBLIC}/sync/videos"
    assert known.sync.asked == [("videos", str(STUDENT_ID))]


async def test_a_module_says_of_each_video_how_it_stands_in_the_same_message(known: Play) -> None:
    first = await opened(known)
    message = await opened(known, "First <steps>: 1 of 3")
    assert message["message_id"] != first["message_id"]
    text, _, at = message["text"].rpartition("\n\n")
    assert text == (
        "📂 First <steps>: 1 of 3 open\n\n"
        "✅ Hello\n"
        "▶️ Video 1: open since 4 Sep 2026\n"
        "⏳ Video 2: opening, this takes a minute or so\n\n"
        "📘 Loops\n"
        "🔒 Video 3, missing:\n"
        "  • pass the lesson “Loops”"
    )
    assert at.startswith("As of ")
    assert labels(message) == ["▶️ Video 1", "‹ Back", "🔄 Refresh"]
    await pressed(known, "‹ Back", chat_id=STUDENT)
    again = await last(known, STUDENT)
    assert again["message_id"] == message["message_id"]
    assert again["text"].startswith("🎬 Videos")
    await known.told(2)


async def test_the_button_to_watch_opens_a_mini_app(known: Play) -> None:
    message = await opened(known, "First <steps>: 1 of 3")
    (watch,) = message["buttons"][0]
    assert watch["web_app"] == f"{PUBLIC}/sync/videos/app?resource={UUID(int=901)}"
    assert watch["url"] is None


def test_without_a_mini_app_it_leads_to_the_page() -> None:
    one = module("A", lesson("B", video(app_url="")))
    screen = screens.tree(told(one), press_of(told(one)), view())
    button = screen.keyboard.inline_keyboard[0][0]
    assert (button.web_app, button.url) == (None, f"{PUBLIC}/sync/videos/{UUID(int=901)}")


def test_where_telegram_takes_no_button_the_address_stands_in_the_text() -> None:
    local = "http://localhost:8080"
    one = module("A", lesson("B", video(public=local), video(2, "closed", public=local)))
    videos = told(one, page_url=f"{local}/sync/videos")
    screen = screens.tree(videos, press_of(videos), view(public_url=local))
    assert f"Sep 2026\n{local}/sync/videos/{UUID(int=901)}\n🔒" in screen.text
    assert str(UUID(int=902)) not in screen.text
    assert [len(row) for row in screen.keyboard.inline_keyboard] == [2]
    main = screens.tree(videos, VideosPress(), view(public_url=local))
    assert main.text.endswith(f"\n\n{local}/sync/videos")


def press_of(videos: Videos, place: int = 0, page: int = 0) -> VideosPress:
    return VideosPress(module=name_module(place, videos.modules[place]), page=page)


def test_until_when_it_is_open_is_said_by_the_readers_calendar() -> None:
    videos = told(module("A", lesson("B", video(expires_at="2026-10-03T20:30:00Z"))))
    text = screens.tree(videos, press_of(videos), view("ru")).text
    assert "▶️ Video 1: открыто с 4 сент. 2026, до 4 окт. 2026" in text
    assert text.endswith("По состоянию на 17:05:09.")


def test_a_long_list_of_what_is_missing_is_cut() -> None:
    missing = [f"pass the lesson <{number}>" for number in range(20)]
    videos = told(module("A", lesson("B", video(1, "closed", missing=missing))))
    text = screens.tree(videos, press_of(videos), view()).text
    assert "  • pass the lesson &lt;2&gt;\n  • …and 17 more" in text
    assert "lesson &lt;3&gt;" not in text
    nothing = told(module("A", lesson("B", video(1, "closed", missing=[]))))
    assert "🔒 Video 1: not open yet" in screens.tree(nothing, press_of(nothing), view()).text


async def test_who_is_not_matched_is_told_how_to_link_stepik_and_sees_what_is_open(
    known: Play,
) -> None:
    known.sync.is_matched = False
    message = await opened(known)
    assert "which account at Stepik is yours" in message["text"]
    assert message["text"].endswith("/me#ways")
    assert "Other videos: 1 of 1" in labels(message)


async def test_who_has_no_videos_is_told_so(known: Play) -> None:
    known.sync.modules = [module("Empty", lesson("Nothing"))]
    message = await opened(known)
    assert "There are no videos yet" in message["text"]
    assert labels(message) == ["🔄 Refresh", "On the page"]


async def test_refresh_shows_what_is_open_now_and_the_time(known: Play) -> None:
    message = await opened(known, "Lists: 0 of 1")
    known.sync.modules[1] = module("Lists", lesson("Sorting", video(4)))
    known.clock.advance(timedelta(minutes=3))
    await pressed(known, "🔄 Refresh", chat_id=STUDENT)
    again = await last(known, STUDENT)
    assert again["message_id"] == message["message_id"]
    assert "📂 Lists: 1 of 1 open" in again["text"]
    times = [text["text"].rsplit("As of ", 1)[1] for text in (message, again)]
    assert times[0] != times[1]


async def test_sync_is_asked_in_the_readers_language(play: Play) -> None:
    await play.know(person(locale="ru"))
    play.sync.modules = [module("Начало", lesson("Первый", video(1, "closed")))]
    message = await opened(play)
    assert message["text"].startswith("🎬 Видео: открыто 0 из 1. Выберите модуль.")
    assert play.sync.languages == ["ru"]


# Pages


def many(modules: int, videos: int) -> Videos:
    return told(
        *(
            module(
                f"Module {number}",
                *(
                    lesson(f"Lesson {first}", video(first), video(first + 1, "closed"))
                    for first in range(1, videos, 2)
                ),
            )
            for number in range(modules)
        )
    )


@pytest.mark.parametrize("page", [0, 1, 2, 3, 10**30, -1], ids=str)
def test_no_screen_has_more_than_eight_rows_nor_data_of_more_than_64_bytes(page: int) -> None:
    videos = many(13, 16)
    for press in (VideosPress(page=page), press_of(videos, 12, page)):
        screen = screens.tree(videos, press, view())
        rows = screen.keyboard.inline_keyboard
        assert 2 <= len(rows) <= 8
        data = [one.callback_data for row in rows for one in row if one.callback_data]
        assert all(len(one.encode()) <= 64 for one in data)


async def test_lists_are_paged_and_lead_back_to_where_they_were_left(known: Play) -> None:
    modules = many(8, 14).model_dump(mode="json")["modules"]
    known.sync.modules = modules
    message = await opened(known, "›", "Module 7: 7 of 14")
    assert "📘 Lesson 1\n▶️ Video 1" in message["text"]
    await pressed(known, "›", "›", chat_id=STUDENT)
    end = await last(known, STUDENT)
    assert labels(end) == ["▶️ Video 13", "‹", "‹ Back", "🔄 Refresh"]
    assert "Lesson 13" in end["text"]
    assert "Lesson 11" not in end["text"]
    await pressed(known, "‹ Back", chat_id=STUDENT)
    assert labels(await last(known, STUDENT))[0] == "Module 6: 7 of 14"


def test_a_lesson_that_goes_on_on_the_next_page_is_named_there_too() -> None:
    videos = told(module("A", lesson("Long", *(video(number) for number in range(1, 9)))))
    second = screens.tree(videos, press_of(videos, page=1), view())
    assert "<b>Long</b></a>\n▶️ Video 7" in second.text


def test_a_button_leads_to_its_module_wherever_that_stands_by_then() -> None:
    before = many(3, 2)
    name = name_module(2, before.modules[2])
    moved = (before.modules[2], *before.modules[:2])
    assert find_module(name, moved) == 0
    assert find_module(name, before.modules[:2]) is None
    twice = (before.modules[2],) * 3
    assert find_module(name, twice) == 2


def test_a_module_that_is_gone_leads_to_all_modules() -> None:
    videos = many(3, 2)
    gone = VideosPress(module="7-00000000", page=5)
    assert screens.tree(videos, gone, view()).text.startswith("🎬")


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_whatever_the_titles_a_screen_fits_into_a_message(locale: str) -> None:
    long = "<&😀" * 2000
    missing = [long] * 20
    lessons = [
        lesson(long, video(number, "closed", title=long, missing=missing)) for number in range(20)
    ]
    videos = told(*(module(f"{long}{number}", *lessons) for number in range(9)))
    for press in (VideosPress(), press_of(videos, 3)):
        screen = screens.tree(videos, press, view(locale))
        assert length(screen.text) <= LONGEST
        assert all(len(row[0].text) <= 64 for row in screen.keyboard.inline_keyboard)


# When something does not work


async def test_what_sync_refuses_is_said_in_its_words(known: Play) -> None:
    message = await opened(known)
    known.sync.refuse(403, "Not for <you>", "Ask an administrator.")
    answer = await pressed(known, "Lists: 0 of 1", chat_id=STUDENT)
    assert answer["answer"] == "Not for <you>. Ask an administrator."
    assert (await last(known, STUDENT))["text"] == message["text"]
    for command in ("/videos", "/progress"):
        told_ = await said(known, command, STUDENT)
        assert told_["text"] == "Not for <you>. Ask an administrator."


async def test_while_sync_is_away_the_person_is_told_once_and_it_is_shown_all_the_same(
    known: Play,
) -> None:
    known.sync.away = 2
    await known.say("/videos")
    (message,) = await known.told(1)
    assert message["text"].startswith("The school does not answer right now")
    known.clock.advance(timedelta(seconds=2))
    known.service.database.ring("updates")
    (_, videos) = await known.told(2)
    assert videos["text"].startswith("🎬 Videos")


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"modules": [{"title": "A", "lessons": [{"title": "B", "videos": [{}]}]}]}, SyncAway),
        (200, [], SyncAway),
        (302, {}, SyncAway),
        (500, {}, SyncAway),
        (404, {"title": "No"}, SyncRefused),
        (403, None, SyncRefused),
    ],
    ids=["no-video", "no-object", "moved", "broken", "not-found", "forbidden"],
)
async def test_whatever_sync_answers_is_understood_or_tried_again(
    status: int, body: Any, error: type[Exception]
) -> None:
    import httpx

    transport = httpx.MockTransport(lambda request: httpx.Response(status, json=body))
    async with httpx.AsyncClient(transport=transport, base_url="http://sync") as http:
        with pytest.raises(error):
            await SyncClient(http).list_videos(Asker(STUDENT_ID, "en"))


async def test_what_this_version_does_not_know_is_passed_over() -> None:
    import httpx

    one = module("A", lesson("B", video(lesson_url=None, page_url=None, novelty={"a": 1})))
    answer = httpx.Response(200, json={"is_matched": True, "modules": [one], "page_url": None})
    transport = httpx.MockTransport(lambda request: answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://sync") as http:
        videos = await SyncClient(http).list_videos(Asker(STUDENT_ID, "en"))
    screen = screens.tree(videos, press_of(videos), view())
    assert [len(row) for row in screen.keyboard.inline_keyboard] == [2]


async def test_a_press_of_somebody_else_shows_nothing(known: Play) -> None:
    await known.insert(press_update(9001, 5, "videos::0", by=SECOND))
    await known.settled()
    assert known.sync.asked == []


async def test_data_of_an_unfinished_press_is_in_its_button(known: Play) -> None:
    message = await opened(known)
    name = name_module(1, Videos.model_validate({"modules": known.sync.modules}).modules[1])
    assert data_of(message, "Lists: 0 of 1") == f"videos:{name}:0"
