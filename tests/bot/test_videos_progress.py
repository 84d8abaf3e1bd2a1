"""/progress: by course and module, a drawn bar with its numbers."""

from datetime import UTC, datetime, timedelta

import pytest

from services.bot import texts as bot_words
from services.bot.outgoing.fitting import LONGEST, length
from services.bot.sync import ModuleDone, Progress
from services.bot.videos import screens
from services.bot.videos import texts as words
from services.bot.videos.screens import View
from tests.bot.playing import STUDENT, STUDENT_ID, Play, person
from tests.bot.syncing import PUBLIC, STEPIK, done
from tests.bot.test_works import labels, last, pressed, said

pytestmark = pytest.mark.usefixtures("quick_chats")


@pytest.fixture
async def known(play: Play) -> Play:
    """A student whose chat is known, and who reads English."""
    await play.know(person(zone="Asia/Omsk"))
    play.sync.courses = [
        done(
            "Python <desk>",
            2,
            7,
            40,
            url=f"{STEPIK}/course/67",
            modules=[done("First steps", 1, 1, 100), done("Lists", 1, 6, 9)],
        )
    ]
    return play


async def test_it_is_shown_by_course_and_module(known: Play) -> None:
    message = await said(known, "/progress", STUDENT)
    text, _, at = message["text"].rpartition("\n\n")
    assert text == (
        "📊 My progress\n\n"
        "Python <desk>\n▓▓▓▓░░░░░░ 40\u00a0%, 2 of 7 lessons\n\n"
        "First steps\n▓▓▓▓▓▓▓▓▓▓ 100\u00a0%, 1 of 1 lesson\n\n"
        "Lists\n▓░░░░░░░░░ 9\u00a0%, 1 of 6 lessons\n\n"
        "What Stepik said: 4 Sep 2026, 02:30 (Asia/Omsk)."
    )
    assert at.startswith("As of ")
    assert labels(message) == ["🔄 Refresh", "On the page"]
    assert message["buttons"][0][1]["url"] == f"{PUBLIC}/sync/progress"
    assert known.sync.asked == [("progress", str(STUDENT_ID))]


async def test_refresh_shows_how_it_is_now(known: Play) -> None:
    message = await said(known, "/progress", STUDENT)
    known.sync.courses[0]["per_cent"] = 50
    known.clock.advance(timedelta(minutes=1))
    await pressed(known, "🔄 Refresh", chat_id=STUDENT)
    again = await last(known, STUDENT)
    assert again["message_id"] == message["message_id"]
    assert "▓▓▓▓▓░░░░░ 50\u00a0%" in again["text"]


async def test_who_is_not_matched_is_told_how_to_link_stepik(known: Play) -> None:
    known.sync.is_matched, known.sync.courses, known.sync.learned_at = False, [], None
    message = await said(known, "/progress", STUDENT)
    assert "which account at Stepik is yours" in message["text"]
    assert "no course" not in message["text"]
    assert message["text"].endswith("/me#ways")


async def test_without_a_course_it_is_said_so_in_the_readers_language(play: Play) -> None:
    await play.know(person(locale="ru"))
    message = await said(play, "/progress", STUDENT)
    assert "Показать пока нечего" in message["text"]
    assert play.sync.languages == ["ru"]


@pytest.mark.parametrize(
    ("per_cent", "full"), [(-5, 0), (0, 0), (1, 1), (9, 1), (10, 1), (99, 9), (100, 10), (700, 10)]
)
def test_a_bar_is_full_only_where_all_is_done(per_cent: int, full: int) -> None:
    bar = words.bar(ModuleDone(title="A", passed=0, total=1, per_cent=per_cent))
    assert (bar.count("▓"), len(bar)) == (full, 10)


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_a_long_course_fits_into_a_message_and_the_rest_is_on_the_page(locale: str) -> None:
    long = "<&😀" * 2000
    modules = [done(f"Module {number}", 1, 5, 20) for number in range(57)]
    courses = [done("A", 1, 5, 20, modules=modules), done("B", 1, 5, 20, modules=modules)]
    view = View(
        bot_words.catalogue().of(locale), "Europe/Moscow", datetime(2026, 9, 4, tzinfo=UTC), PUBLIC
    )
    told = Progress.model_validate({"is_matched": True, "courses": courses})
    text = screens.progress(told, view).text
    assert "Module 34\n" in text
    assert "Module 35\n" not in text
    assert words.rest(view.texts) in text
    courses = [done(long, 1, 5, 20, modules=[done(long, 1, 5, 20)] * 57)] * 20
    told = Progress.model_validate({"is_matched": True, "courses": courses})
    assert length(screens.progress(told, view).text) <= LONGEST
