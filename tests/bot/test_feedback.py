"""/feedback: a topic, a text, and the administrators have it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.bot import texts
from services.bot.feedback import pages, service
from services.bot.notices.table import BY_NAME
from services.bot.service import FOLDER
from shared.events import FeedbackGiven
from shared.identity import ANONYMOUS, Identity
from shared.pages import Pages
from shared.people import Person
from shared.web import create_service_app
from tests.bot.playing import SECOND, STUDENT, STUDENT_ID, Play, message_update, person
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("quick_chats")

PUBLIC_URL = "http://localhost:8080"


async def given(play: Play) -> list[dict[str, Any]]:
    return [dict(row) for row in await play.rows("SELECT * FROM feedback ORDER BY given_at")]


async def told_events(play: Play) -> list[Any]:
    query = "SELECT body::jsonb FROM outbox WHERE type = 'bot.feedback.given.v1' ORDER BY id"
    return [row[0] for row in await play.rows(query)]


async def last(play: Play, count: int) -> str:
    text: str = (await play.told(count))[-1]["text"]
    return text


async def test_a_topic_and_a_text_go_to_the_administrators_across_a_restart(play: Play) -> None:
    await play.know(person())
    await play.say("/feedback")
    assert "what is it about" in await last(play, 1)
    await play.restart()
    await play.say("Lesson  <hours>")
    assert (await last(play, 2)).startswith("Lesson <hours>\nNow the text itself")
    await play.settled()
    await play.restart()
    await play.say("Could they begin\nat nine?")
    thanks = await last(play, 3)
    assert thanks.startswith("Thank you!")
    assert "Lesson <hours>\nCould they begin\nat nine?" in thanks
    assert thanks.endswith("an administrator gives it in Telegram or at school.")
    (row,) = await given(play)
    assert (row["person_id"], row["topic"], row["text"]) == (
        STUDENT_ID,
        "Lesson <hours>",
        "Could they begin\nat nine?",
    )
    (event,) = await told_events(play)
    assert event["feedback_id"] == str(row["feedback_id"])
    assert (event["version"], event["name"], event["topic"]) == (1, "Vera", "Lesson <hours>")
    assert event["page_url"] == f"{PUBLIC_URL}/bot/feedback#f{row['feedback_id']}"
    assert await play.value("SELECT count(*) FROM dialogs") == 0


async def test_the_topic_may_come_with_the_command(play: Play) -> None:
    await play.know(person())
    await play.say("/feedback Lesson hours")
    assert (await last(play, 1)).startswith("Lesson hours\nNow the text itself")


async def test_administrators_are_told_how_to_answer_who_has_a_name_in_telegram(
    play: Play,
) -> None:
    await play.know(person())
    named = {"id": STUDENT, "is_bot": False, "first_name": "V", "username": "vera_in_telegram"}
    await play.insert(
        message_update(9001, "/feedback Topic"), message_update(9002, "Text", **{"from": named})
    )
    await play.told(2)
    assert [event["username"] for event in await told_events(play)] == ["vera_in_telegram"]
    assert [row["username"] for row in await given(play)] == ["vera_in_telegram"]


def written(**facts: Any) -> FeedbackGiven:
    values: dict[str, Any] = {
        "feedback_id": UUID(int=3),
        "person_id": STUDENT_ID,
        "name": "Vera <3",
        "topic": "T",
        "text": "Text",
        "given_at": datetime(2026, 5, 1, tzinfo=UTC),
        "page_url": "https://parta.example.org/bot/feedback#f3",
    }
    return FeedbackGiven.model_validate({**values, **facts})


def test_the_news_of_it_leads_to_its_page_and_the_name_to_who_wrote_it() -> None:
    rule, english = BY_NAME["feedback_given"], texts.catalogue().of("en")
    event = written(username="vera")
    assert rule.button.link(event) == "https://parta.example.org/bot/feedback#f3"
    assert '<a href="https://t.me/vera">Vera &lt;3</a> writes:' in rule.words(english, event)
    assert "\nVera &lt;3 writes:" in rule.words(english, written())


def test_a_name_in_telegram_that_none_can_be_breaks_out_of_no_link() -> None:
    said = BY_NAME["feedback_given"].words(texts.catalogue().of("en"), written(username='a"><b>'))
    assert '<a href="https://t.me/a%22%3E%3Cb%3E">' in said


def test_news_of_it_from_before_it_had_a_page_has_no_button() -> None:
    assert BY_NAME["feedback_given"].button.link(written(page_url=None)) is None


async def test_a_stranger_is_invited_and_nothing_begins(play: Play) -> None:
    await play.say("/feedback", SECOND)
    (message,) = await play.told(1, SECOND)
    assert message["text"].startswith("Administrators see from whose account a message comes")
    assert message["text"].endswith("/me")
    assert await play.value("SELECT count(*) FROM dialogs") == 0


async def test_who_is_unlinked_meanwhile_sends_nothing(play: Play) -> None:
    await play.know(person())
    await play.say("/feedback Topic")
    await play.told(1)
    await play.know(person(version=2, telegram_id=None))
    await play.told(2)
    await play.say("The text")
    # Without an account they are spoken to in the language of their Telegram.
    assert (await last(play, 3)).startswith("Администраторам ничего не отправлено.")
    assert await given(play) == []
    assert await play.value("SELECT count(*) FROM dialogs") == 0


async def test_what_is_too_long_is_said_in_numbers_and_may_be_sent_again(play: Play) -> None:
    await play.know(person())
    await play.say("/feedback")
    await play.say("t" * 101)
    assert "101 characters, 1 more than the 100" in await last(play, 2)
    assert (await last(play, 2)).endswith("/cancel leaves this.")
    await play.say("t" * 100)
    await play.say("я" * 3001)
    assert "3001 characters, 1 more than the 3000" in await last(play, 4)
    assert await given(play) == []
    await play.say("я" * 3000)
    assert "я" * 3000 in await last(play, 5)
    (row,) = await given(play)
    assert (len(row["topic"]), len(row["text"])) == (100, 3000)


async def test_the_tail_of_a_text_that_telegram_cut_is_not_sent_alone(play: Play) -> None:
    """Telegram's apps send what is longer than a message as several, at once."""
    await play.know(person())
    await play.say("/feedback Topic")
    await play.told(1)
    await play.insert(
        message_update(9001, "я" * 4096),
        message_update(9002, "and its end"),
        message_update(9003, "once more, short", date=1_780_000_060),
    )
    too_long, thanks = (await play.told(3))[1:]
    assert "4096 characters" in too_long["text"]
    assert "once more, short" in thanks["text"]
    assert [row["text"] for row in await given(play)] == ["once more, short"]


@pytest.mark.parametrize("empty", ["\u200b", " \u2060 ", "\u00ad"])
async def test_what_nobody_can_see_is_no_topic_and_no_text(play: Play, empty: str) -> None:
    await play.know(person())
    await play.insert(message_update(9001, "/feedback"), message_update(9002, empty))
    assert "waiting for the topic" in await last(play, 2)
    await play.insert(message_update(9003, "Topic"), message_update(9004, empty))
    assert "waiting for your message" in await last(play, 4)
    assert await given(play) == []


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": {"broken": True}},
        {"photo": [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]},
        {"voice": {"file_id": "1", "file_unique_id": "1", "duration": 1}, "caption": "words"},
    ],
)
async def test_what_is_no_text_is_answered_with_what_is_awaited(
    play: Play, content: dict[str, Any]
) -> None:
    await play.know(person())
    await play.say("/feedback")
    await play.told(1)
    update = message_update(9001, **content)
    del update["message"]["text"]
    await play.insert(update)
    assert "waiting for the topic" in await last(play, 2)
    assert "/cancel" in await last(play, 2)
    await play.say("Topic")
    await play.told(3)
    update = {"update_id": 9002, "message": update["message"]}
    await play.insert(update)
    assert "waiting for your message" in await last(play, 4)


async def test_a_text_that_looks_like_markup_is_shown_as_it_was_written(play: Play) -> None:
    await play.know(person())
    await play.say("/feedback <b>&")
    await play.say("a </blockquote> & <i>b")
    assert "<b>&\na </blockquote> & <i>b" in await last(play, 2)


async def test_the_sixth_within_an_hour_is_refused_with_when_it_is_possible(play: Play) -> None:
    await play.know(person())
    sender = Person(STUDENT_ID, name="Vera")
    for number in range(5):
        async with play.service.database.transaction() as connection:
            await service.give(
                connection,
                play.clock,
                person=sender,
                username=None,
                topic="T",
                text=str(number),
                public_url=PUBLIC_URL,
            )
        play.clock.advance(timedelta(minutes=1))
    await play.say("/feedback")
    refused = await last(play, 1)
    assert "5 times within an hour" in refused
    assert "in 55 minutes" in refused
    assert await play.value("SELECT count(*) FROM dialogs") == 0
    play.clock.advance(timedelta(minutes=55))
    await play.say("/feedback")
    assert "what is it about" in await last(play, 2)


async def test_in_russian_the_limits_have_their_plurals(play: Play) -> None:
    await play.know(person(locale="ru"))
    await play.say("/feedback")
    assert "Не больше 100 символов" in await last(play, 1)
    await play.say("т" * 102)
    assert "Символов здесь 102" in await last(play, 2)


async def test_feedback_is_forgotten_after_a_year_and_not_before(idle: Play) -> None:
    sender = Person(STUDENT_ID, name="Vera")
    (prune,) = [due for due in idle.service.due if due.name == "prune_feedback"]
    for text in ("old", "young"):
        async with idle.service.database.transaction() as connection:
            await service.give(
                connection,
                idle.clock,
                person=sender,
                username=None,
                topic="T",
                text=text,
                public_url=PUBLIC_URL,
            )
        idle.clock.advance(timedelta(days=300))
    idle.clock.advance(timedelta(days=-600 + 601))
    assert await prune.run(idle.service.database, idle.clock) == 1
    assert [row["text"] for row in await given(idle)] == ["young"]


async def test_one_who_is_killed_before_the_commit_sends_once(
    idle: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    await idle.know(person())
    crashes = 2

    def crash(point: str) -> None:
        nonlocal crashes
        if crashes and point == "updates.before_commit":
            crashes -= 1
            raise ConnectionError(point)

    monkeypatch.setattr("services.bot.updates.worker.crash_point", crash)
    await idle.restart()
    await idle.insert(
        message_update(1, "/feedback"), message_update(2, "Topic"), message_update(3, "Text")
    )
    await idle.told(3)
    assert crashes == 0
    assert len(await given(idle)) == len(await told_events(idle)) == 1


# The page


class Known:
    """A verifier for whom everybody is this person."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    async def identify(self, token: str | None) -> Identity:
        return self._identity


@asynccontextmanager
async def browser(play: Play, identity: Identity) -> AsyncIterator[httpx.AsyncClient]:
    play.service.verifier = Known(identity)  # type: ignore[assignment]
    app = create_service_app(
        play.service, pages=Pages(FOLDER, texts.catalogue()), routers=[pages.router]
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://bot", headers={"Accept": "text/html"}
    ) as client:
        yield client


def administrator(**facts: Any) -> Identity:
    values = {"locale": "en", "zone": "Asia/Tokyo", "roles": ("administrator",), **facts}
    return Identity(person_id=UUID(int=9), **values)


async def write(play: Play, *written: str, by: UUID = STUDENT_ID) -> None:
    for text in written:
        async with play.service.database.transaction() as connection:
            await service.give(
                connection,
                play.clock,
                person=Person(by, name="Vera"),
                username="vera",
                topic="On <hours>",
                text=text,
                public_url=PUBLIC_URL,
            )
        play.clock.advance(timedelta(seconds=1))


async def test_administrators_read_who_wrote_what_and_when_the_newest_first(idle: Play) -> None:
    await idle.know(person(name="Vera <3"))
    await write(idle, "first\nline <two>", "second")
    async with browser(idle, administrator()) as client:
        page = (await client.get("/bot/feedback")).text
    assert "Vera &lt;3" in page
    assert "https://t.me/vera" in page
    assert "On &lt;hours&gt;" in page
    assert "first<br>line &lt;two&gt;" in page
    assert "(Asia/Tokyo)" in page
    assert page.index("second") < page.index("first")


async def test_a_deleted_person_is_named_no_more(idle: Play) -> None:
    await idle.know(person(deleted=True))
    await write(idle, "text")
    async with browser(idle, administrator()) as client:
        page = (await client.get("/bot/feedback")).text
    assert "Vera" not in page
    assert "somebody" in page


async def test_the_page_has_pages(idle: Play) -> None:
    await write(idle, *(f"text {number}." for number in range(52)))
    async with browser(idle, administrator()) as client:
        first = (await client.get("/bot/feedback")).text
        second = (await client.get("/bot/feedback?page=2")).text
        none = (await client.get("/bot/feedback?page=3")).text
        assert (await client.get("/bot/feedback?page=0")).status_code == 422
    assert "text 51." in first
    assert "text 1." not in first
    assert "/bot/feedback?page=2" in first
    assert "text 1." in second
    assert "page=3" not in second
    assert "There is nothing on this page" in none


@pytest.mark.parametrize("role", ["student", "curator", "teacher"])
async def test_nobody_but_administrators_reads_it(idle: Play, role: str) -> None:
    await write(idle, "secret text")
    async with browser(idle, administrator(roles=(role,))) as client:
        answer = await client.get("/bot/feedback")
    assert answer.status_code == 403
    assert "secret text" not in answer.text


async def test_nobody_is_sent_to_the_sign_in(idle: Play) -> None:
    async with browser(idle, ANONYMOUS) as client:
        answer = await client.get("/bot/feedback")
    assert answer.status_code == 303


async def test_the_page_is_among_the_services_own(idle: Play) -> None:
    from services.bot.app import create_app

    assert "/bot/feedback" in create_app(idle.settings()).openapi()["paths"]


async def test_the_page_speaks_russian(idle: Play) -> None:
    async with browser(idle, administrator(locale="ru")) as client:
        page = (await client.get("/bot/feedback")).text
    assert "Пока никто не писал" in page


async def test_every_event_has_reached_its_listener(play: Play) -> None:
    await play.know(person())
    await play.say("/feedback Topic")
    await play.say("Text")

    async def is_heard() -> bool:
        return bool(
            await play.value("SELECT count(*) FROM inbox WHERE type = 'bot.feedback.given.v1'")
        )

    await eventually(is_heard)
    assert await play.value("SELECT count(*) FROM parked") == 0
