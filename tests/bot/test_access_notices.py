"""A video that opens or closes: who is told, in which words, when, and why."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import pytest

from services.bot import texts as words
from services.bot.cards.composing import compose
from services.bot.notices.summary import compose_summary
from services.bot.notices.table import BY_NAME
from services.bot.outgoing.fitting import LONGEST, length
from services.bot.preferences.kinds import VIDEOS
from shared.events import AccessClosed, AccessOpened
from tests.bot.choosing import StandingClock, choose, fates, set_mode, set_quiet
from tests.bot.me_card import read_card
from tests.bot.playing import CURATOR, SECOND, STUDENT, STUDENT_ID, Play, curator, person
from tests.bot.playing import play as new_play
from tests.bot.syncing import PUBLIC
from tests.bot.test_holding import later
from tests.bot.test_works import data_of, labels, said

pytestmark = pytest.mark.usefixtures("quick_chats")

AT = datetime(2026, 9, 1, tzinfo=UTC)


def opened(*numbers: int, version: int = 1, **facts: Any) -> AccessOpened:
    """Videos of these numbers open to the student."""
    resources = [{"resource_id": UUID(int=900 + n), "title": f"Lesson {n}"} for n in numbers]
    values = {
        "person_id": STUDENT_ID,
        "resources": resources,
        "opened": len(resources),
        "page_url": f"{PUBLIC}/sync/videos",
        "opened_at": AT,
        **facts,
    }
    return AccessOpened(version=version, **values)


def closed(number: int = 5, *, version: int = 2, **facts: Any) -> AccessClosed:
    """The video of this number is taken back."""
    values = {
        "person_id": STUDENT_ID,
        "resource_id": UUID(int=900 + number),
        "title": f"Lesson {number}",
        "reason": "A copy of it was <found>",
        "page_url": f"{PUBLIC}/sync/videos",
        "closed_at": AT,
        **facts,
    }
    return AccessClosed(version=version, **values)


@pytest.fixture
async def known(play: Play) -> Play:
    """A student and a curator whose chats are known; both read English."""
    await play.know(person(), curator())
    return play


@pytest.fixture
async def night(database_url: str) -> AsyncIterator[Play]:
    """Midnight in Moscow; a student with quiet hours from 22 to 8."""
    async with new_play(database_url, clock=StandingClock()) as play:
        await play.know(person())
        await choose(play, set_quiet(STUDENT_ID, time(22), time(8)))
        yield play


async def test_one_video_that_opens_is_told_with_a_button_to_watch(known: Play) -> None:
    await known.tell(opened(5, lesson="Loops <1>"))
    (message,) = await known.told(1)
    assert message["text"] == (
        "🎬 Lesson 5 is open: you can watch it now.\nYou have passed the lesson “Loops <1>”."
    )
    assert not message["silent"]
    ((watch, more),) = message["buttons"]
    assert (watch["text"], more["text"]) == ("▶️ Watch", "⋯")
    assert watch["web_app"] == f"{PUBLIC}/sync/videos/app?resource={UUID(int=905)}"
    await known.settled()
    assert await known.texts(CURATOR) == []


async def test_what_was_opened_without_a_lesson_names_none(known: Play) -> None:
    await known.tell(opened(5))
    (message,) = await known.told(1)
    assert message["text"] == "🎬 Lesson 5 is open: you can watch it now."


async def test_of_many_the_first_are_named_and_the_button_leads_to_all(known: Play) -> None:
    await known.tell(opened(*range(1, 51), opened=120))
    (message,) = await known.told(1)
    named = "\n".join(f"• Lesson {number}" for number in range(1, 6))
    assert message["text"] == f"🎬 120 new videos are open to you\n\n{named}\n…and 115 more"
    assert message["buttons"][0][0]["text"] == "🎬 All videos"
    assert message["buttons"][0][0]["url"] == f"{PUBLIC}/sync/videos"


async def test_where_telegram_takes_no_button_the_address_stands_in_the_text(known: Play) -> None:
    await known.tell(opened(5, page_url="http://localhost:8080/sync/videos"))
    (message,) = await known.told(1)
    assert message["text"].endswith(f"\n\nhttp://localhost:8080/sync/videos/{UUID(int=905)}")
    assert labels(message) == ["⋯"]


async def test_each_reads_in_their_own_language(play: Play) -> None:
    await play.know(person(locale="ru"))
    await play.tell(opened(5, lesson="Циклы"), opened(6, 7, version=2))
    one, many = await play.told(2)
    assert one["text"] == ("🎬 Открыто: Lesson 5. Уже можно смотреть.\nВы прошли урок «Циклы».")
    assert many["text"].startswith("🎬 Вам открыты 2 новых видео")


async def test_what_is_delivered_twice_is_told_once(known: Play) -> None:
    messages = await known.tell(opened(5), opened(6, 7, version=2))
    await known.service.consumer.handle(messages)
    await known.tell(opened(5), opened(6, 7, version=2))
    await known.settled()
    await known.told(2)


async def test_of_one_video_an_older_word_never_follows_a_newer_one(known: Play) -> None:
    await known.tell(closed(5, version=3))
    await known.tell(opened(5, version=2), opened(6, version=1))
    await known.settled()
    texts = await known.texts()
    assert [text.split(":")[0].split("\n")[0] for text in texts] == [
        "🔒 Lesson 5 is no longer open to you.",
        "🎬 Lesson 6 is open",
    ]


async def test_what_is_taken_back_is_told_with_the_reason_and_may_open_again(known: Play) -> None:
    await known.tell(opened(5))
    await known.tell(closed(5))
    await known.tell(opened(5, version=3))
    await known.settled()
    _, taken, again = await known.told(3)
    assert taken["text"] == (
        "🔒 Lesson 5 is no longer open to you.\n\nA copy of it was <found>\n\n"
        "If this surprises you, /feedback writes to the administrators."
    )
    assert labels(taken)[0] == "🎬 All videos"
    assert "is open: you can watch it now" in again["text"]
    assert await known.value("SELECT count(*) FROM cards") == 1


async def test_without_a_reason_none_is_shown(known: Play) -> None:
    await known.tell(closed(5, reason=""))
    (message,) = await known.told(1)
    assert "to you.\n\nIf this" in message["text"]


async def test_what_opens_at_night_comes_in_the_morning_and_nothing_of_it_is_lost(
    night: Play,
) -> None:
    await night.tell(opened(5), opened(6, 7, version=2), opened(8, version=3))
    await later(night, hours=7, minutes=59)
    assert await night.texts() == []
    await later(night, minutes=1)
    (message,) = await night.bot_messages()
    assert message["text"].startswith(
        "🗞 3 pieces of news\n\n"
        "🎬 Lesson 5: open to you ↗\n"
        "🎬 2 new videos are open to you ↗\n"
        "🎬 Lesson 8: open to you ↗"
    )
    assert await fates(night) == ["told"] * 3


async def test_what_opens_and_closes_at_night_is_told_as_it_stands_in_the_morning(
    night: Play,
) -> None:
    await night.tell(opened(5))
    await night.tell(closed(5))
    await later(night, hours=8)
    (message,) = await night.bot_messages()
    assert message["text"].startswith("🔒 Lesson 5")
    assert await fates(night) == ["outdated", "told"]


async def test_the_kind_can_be_switched_off(known: Play) -> None:
    await choose(known, set_mode(STUDENT_ID, VIDEOS, "never"))
    await known.tell(opened(5), closed(6))
    await known.settled()
    assert await known.texts() == []
    assert await fates(known) == ["never", "never"]


async def test_a_muted_video_stays_silent_and_another_one_does_not(known: Play) -> None:
    await known.tell(opened(5))
    (message,) = await known.told(1)
    await known.press(message, data_of(message, "⋯"))
    await known.settled()
    ((menu,),) = [await known.bot_messages()]
    await known.press(menu, data_of(menu, "🔕 Mute"))
    await known.settled()
    await known.tell(closed(5), opened(6, version=3))
    await known.settled()
    assert await fates(known) == ["told", "told", "told"]
    texts = await known.texts()
    assert texts[0].startswith("🔒 Lesson 5")
    assert texts[-1].startswith("🎬 Lesson 6")
    assert len(texts) == 2


async def test_who_has_no_chat_is_told_when_there_is_one(play: Play) -> None:
    await play.know(person(telegram_id=None))
    await play.tell(opened(5))
    assert (await play.service.readiness())["without_chat"] == 1
    await play.know(person(version=2))
    assert "Lesson 5 is open" in (await play.told(1))[0]["text"]
    assert await play.texts(SECOND) == []


WHY = [
    (opened(5, lesson="Loops"), "You passed the lesson “Loops”, and that opens it."),
    (opened(5), "You have done all that its rule asks for, or an operator of the school"),
    (opened(5, 6), "You have done all that its rule asks for, or an operator of the school"),
    (closed(5), "its time is over, or an operator has closed it."),
]


@pytest.mark.parametrize(("event", "because"), WHY, ids=["lesson", "rule", "many", "closed"])
async def test_why_it_came_is_told(
    known: Play, event: AccessOpened | AccessClosed, because: str
) -> None:
    await known.tell(event)
    await known.told(1)
    await known.settled()
    answer = await said(known, "/why", STUDENT)
    assert because in answer["text"]
    assert "Kind: “Videos”." in answer["text"]
    assert because.split("“")[0] in await read_card(known, STUDENT_ID)


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize("rule", ["video_opened", "video_closed"])
def test_no_notice_is_longer_than_telegram_allows(rule: str, locale: str) -> None:
    long = "<&😀" * 3000
    resources = [{"resource_id": UUID(int=n), "title": long} for n in range(50)]
    events: dict[str, list[AccessOpened | AccessClosed]] = {
        "video_opened": [
            opened(5, lesson=long, resources=resources[:1]),
            opened(5, lesson=long, resources=resources, opened=5000),
            opened(5, resources=[], opened=3),
        ],
        "video_closed": [closed(title=long, reason=long)],
    }
    texts = words.catalogue().of(locale)
    for event in events[rule]:
        assert length(compose(BY_NAME[rule], event, texts, 1).text) <= LONGEST
        assert length(compose_summary([(BY_NAME[rule], event)] * 30, texts).text) <= LONGEST
        assert BY_NAME[rule].why(texts, event)
