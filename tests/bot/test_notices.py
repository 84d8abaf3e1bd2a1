"""An event becomes a message for the right person, once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.bot import texts as words
from services.bot.cards.composing import compose
from services.bot.history import repository
from services.bot.links import is_public
from services.bot.notices.table import RULES
from services.bot.outgoing.fitting import LONGEST
from shared.events import SubmissionChanged, heard_by
from tests.bot.playing import (
    CURATOR,
    SECOND,
    STUDENT,
    STUDENT_ID,
    Play,
    curator,
    person,
    release,
    submission,
)
from tests.support.waiting import eventually

REVIEW_URL = "https://github.com/s/r/pull/1#pullrequestreview-5"
FATE = (
    "SELECT coalesce(dropped, 'waits for ' || waits_for, 'told') FROM notices WHERE person_id = $1"
)


def test_the_subscriptions_are_what_the_contracts_say() -> None:
    from services.bot.worker import SUBSCRIPTIONS

    assert {event for event, _ in SUBSCRIPTIONS} == set(heard_by("bot"))


@pytest.fixture
async def school(play: Play) -> Play:
    """A student and a curator whose chats are known; both read English."""
    await play.know(person(), curator())
    return play


WITHDRAWN = "Recorded: the review was withdrawn, the work waits for one again. Student: Vera."
TAKEN_BACK = "Vera has taken the work back: it does not wait for a review."
FOUND = "The pull request can be seen again."
CASES: list[tuple[dict[str, Any], str | None, str | None]] = [
    ({"status": "available"}, None, None),
    ({"status": "execution", "was": "available"}, None, None),
    ({"status": "review"}, None, "Vera sends a work for review."),
    ({"status": "review", "was": "correction"}, None, "Vera sends a work for review."),
    ({"status": "review", "was": "approved"}, None, "Vera sends a work for review."),
    (
        {"status": "review", "was": "correction", "review_url": REVIEW_URL},
        "The curator has withdrawn the review: your work is on review again.",
        WITHDRAWN,
    ),
    (
        {"status": "review", "was": "approved", "review_url": REVIEW_URL},
        "The curator has withdrawn the review: your work is on review again.",
        WITHDRAWN,
    ),
    (
        {"status": "correction", "was": "review", "review_url": REVIEW_URL},
        "Your work came back with remarks.",
        "Recorded: needs correction. Student: Vera.",
    ),
    (
        {"status": "approved", "was": "review", "comment": "Well <done> & clean"},
        "Your work is accepted!\n\nWell <done> & clean",
        "Recorded: accepted. Student: Vera.",
    ),
    ({"status": "execution", "was": "review"}, None, TAKEN_BACK),
    ({"status": "available", "was": "correction"}, None, TAKEN_BACK),
    ({"status": "review", "was": "review", "trouble": "found"}, FOUND, FOUND),
    ({"status": "approved", "was": "approved", "trouble": "found"}, FOUND, FOUND),
]
TROUBLES = [
    ("gone", "The pull request of your work cannot be seen", "The pull request cannot be seen"),
    ("blocked", "GitHub has blocked the pull request of", "GitHub has blocked the pull request:"),
]


@pytest.mark.parametrize(("facts", "student", "curator"), CASES)
async def test_each_status_is_told_to_whom_it_concerns(
    school: Play, facts: dict[str, Any], student: str | None, curator: str | None
) -> None:
    await school.tell(submission(**facts))
    await school.settled()
    for chat_id, wanted in ((STUDENT, student), (CURATOR, curator)):
        texts = [text.split("\n", 1) for text in await school.texts(chat_id)]
        if wanted is None:
            assert texts == []
        else:
            ((title, text),) = texts
            assert title.endswith("Search by author")
            assert text == wanted


@pytest.mark.parametrize(("trouble", "student", "curator"), TROUBLES)
@pytest.mark.parametrize("status", ["review", "correction", "approved"])
async def test_a_pull_request_that_is_lost_calls_both_and_tells_of_no_step(
    school: Play, trouble: str, student: str, curator: str, status: str
) -> None:
    await school.tell(submission(status, was=status, trouble=trouble, review_url=REVIEW_URL))
    await school.settled()
    for chat_id, wanted in ((STUDENT, student), (CURATOR, curator)):
        (message,) = await school.told(1, chat_id)
        assert wanted in message["text"]
        assert not message["silent"]
        assert "accepted" not in message["text"]


async def test_one_that_is_found_again_is_said_on_the_same_card(school: Play) -> None:
    await school.tell(submission("review", trouble="gone"))
    await school.settled()
    await school.tell(submission("review", version=2, trouble="found"))
    await school.settled()
    for chat_id in (STUDENT, CURATOR):
        (message,) = await school.told(1, chat_id)
        assert message["text"].endswith(FOUND)


async def test_the_button_leads_to_the_review(school: Play) -> None:
    await school.tell(submission("correction", review_url=REVIEW_URL))
    (message,) = await school.told(1)
    ((review, more),) = message["buttons"]
    assert (review["text"], review["url"]) == ("Open the review", REVIEW_URL)
    assert more["text"] == "⋯"


async def test_an_address_that_telegram_takes_for_no_button_stands_in_the_text(
    school: Play,
) -> None:
    await school.tell(submission("correction", review_url="http://localhost:8081/x?a=1&b=2"))
    (message,) = await school.told(1)
    assert [[button["text"] for button in row] for row in message["buttons"]] == [["⋯"]]
    assert message["text"].endswith("\n\nhttp://localhost:8081/x?a=1&b=2")


async def test_an_event_that_is_delivered_twice_is_told_once(school: Play) -> None:
    messages = await school.tell(submission("approved"))
    await school.service.consumer.handle(messages)
    await school.tell(submission("approved"))
    await school.settled()
    await school.told(1)
    await school.told(1, CURATOR)


async def test_an_older_version_never_follows_a_newer_one(school: Play) -> None:
    await school.tell(submission("approved", version=3))
    await school.tell(submission("correction", version=2))
    await school.settled()
    (message,) = await school.told(1)
    assert "accepted" in message["text"]


async def test_another_submission_has_versions_of_its_own(school: Play) -> None:
    await school.tell(
        submission("approved", version=3),
        submission("approved", version=1, submission_id=UUID(int=78)),
    )
    await school.told(2)


async def test_each_reads_in_their_own_language(play: Play) -> None:
    await play.know(person(locale="ru"), curator(locale="en"))
    await play.tell(submission("approved"))
    assert "Ваша работа принята!" in (await play.told(1))[0]["text"]
    assert "Recorded" in (await play.told(1, CURATOR))[0]["text"]


async def test_who_has_no_chat_waits_visibly_and_is_told_when_there_is_one(play: Play) -> None:
    await play.know(person(telegram_id=None, locale="ru"), curator())
    await play.tell(submission("correction"), submission("approved", version=2))
    assert (await play.service.readiness())["without_chat"] == 1
    await play.know(person(version=2, locale="en"))
    (message,) = await play.told(1)
    assert "Your work is accepted!" in message["text"]


async def test_a_person_who_was_never_told_of_waits_too(play: Play) -> None:
    await play.tell(submission("approved"))
    await play.know(person())
    await play.told(1)


async def test_what_waited_for_a_chat_for_longer_than_it_is_good_for_is_dropped_visibly(
    idle: Play,
) -> None:
    await idle.know(curator())
    await idle.tell(submission("approved"))
    (drop,) = [due for due in idle.service.due if due.name == "drop_stale"]
    idle.clock.advance(timedelta(days=6, hours=23))
    assert await drop.run(idle.service.database, idle.clock) == 0
    idle.clock.advance(timedelta(hours=2))
    assert await drop.run(idle.service.database, idle.clock) == 1
    assert await idle.value(FATE, STUDENT_ID) == "stale"


async def test_what_is_no_longer_news_is_not_told_even_before_it_was_dropped(idle: Play) -> None:
    await idle.tell(submission("approved"))
    idle.clock.advance(timedelta(days=8))
    await idle.know(person())
    assert await release(idle) == 1
    assert await idle.value(FATE, STUDENT_ID) == "stale"
    assert await idle.rows("SELECT id FROM outgoing") == []


async def test_a_chat_that_was_taken_away_gets_no_more_of_its_notices(idle: Play) -> None:
    await idle.know(person())
    await idle.tell(submission("approved"))
    await idle.know(person(version=2, telegram_id=None))
    query = "SELECT chat_id FROM outgoing WHERE person_id = $1 AND failed_at IS NULL"
    assert await release(idle) == 1
    assert await idle.rows(query, STUDENT_ID) == []
    assert await idle.value(FATE, STUDENT_ID) == "waits for chat"
    await idle.know(person(version=3, telegram_id=SECOND))
    assert await release(idle) == 1
    assert [row["chat_id"] for row in await idle.rows(query, STUDENT_ID)] == [SECOND]


async def test_a_deleted_person_is_told_nothing(play: Play) -> None:
    await play.know(person(deleted=True), curator())
    await play.tell(submission("approved"))
    await play.told(1, CURATOR)
    await play.settled()
    assert await play.texts() == []


async def test_without_a_token_notices_are_written_down_and_readyz_says_that_the_bot_is_off(
    idle: Play,
) -> None:
    silent = idle.new_service(telegram_bot_token=None, service_secret=None)
    await silent.open()
    assert not {"poller", "updates", "sender"} & set(silent.loops)
    report = await silent.readiness()
    assert report["ready"]
    assert report["telegram"] == "off: TELEGRAM_BOT_TOKEN is not set"
    idle.service = silent
    await idle.know(person(), curator())
    await idle.tell(submission("approved"))
    assert await idle.value("SELECT count(*) FROM notices") == 2


async def test_the_cause_of_a_message_can_be_traced(school: Play) -> None:
    await school.tell(submission("approved"), correlation_id="from-the-push")
    await school.settled()
    async with school.service.database.acquire() as connection:
        traced = await repository.list_by_correlation(connection, "from-the-push")
    assert [one.rule for one in traced] == ["work_approved", "approval_recorded"]
    assert all(one.sent_at and one.begun_at and one.telegram_message_id for one in traced)
    assert traced[0].chat_id == STUDENT


async def test_old_messages_and_notices_are_forgotten(school: Play) -> None:
    await school.tell(submission("approved"))
    await school.settled()
    (prune,) = [due for due in school.service.due if due.name == "prune_notices"]
    assert await prune.run(school.service.database, school.clock) == 0
    school.clock.advance(timedelta(days=31))
    assert await prune.run(school.service.database, school.clock) >= 4
    assert await school.value("SELECT count(*) FROM notices") == 0
    assert await school.value("SELECT count(*) FROM cards") == 2
    school.clock.advance(timedelta(days=150))
    await prune.run(school.service.database, school.clock)
    assert (
        await school.value("SELECT (SELECT count(*) FROM cards) + (SELECT count(*) FROM told)") == 0
    )


async def test_the_card_says_whether_a_chat_is_linked_and_what_came_last(school: Play) -> None:
    from tests.bot.me_card import read_card

    assert "No chat is linked" in await read_card(school, UUID(int=9))
    assert "Your chat is linked" in await read_card(school, STUDENT_ID)
    await school.tell(submission("approved", title="<b>Maps</b>"))
    await school.settled()
    card = await read_card(school, STUDENT_ID)
    assert "&lt;b&gt;Maps&lt;/b&gt;" in card
    assert "This is a work that you sent for review." in card
    assert await read_card(school, None) is None


# Words


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize(
    "rule",
    [rule for rule in RULES if rule.event is SubmissionChanged],
    ids=lambda rule: rule.name,
)
def test_no_notice_is_longer_than_telegram_allows(rule: Any, locale: str) -> None:
    long = "<&😀" * 3000
    event = submission("approved", title=long, student_name=long, comment=long)
    message = compose(rule, event, words.catalogue().of(locale), 1)
    assert message.text.count("<") <= 8
    assert len(message.text.replace("&lt;", "<").encode("utf-16-le")) // 2 <= 3 * 4096
    shown = message.text.replace("&lt;", "<").replace("&amp;", "&").replace("&gt;", ">")
    assert len(shown.encode("utf-16-le")) // 2 <= LONGEST


def test_a_cut_never_halves_a_character() -> None:
    assert words.cut("😀😀😀", 6) == "😀😀😀"
    assert words.cut("😀😀😀", 5) == "😀😀…"
    assert words.cut("😀😀😀", 4) == "😀…"
    assert words.cut("a\0b\ud83dc", 10) == "abc"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://parta.example.org/me", True),
        ("http://parta.example.org/me", False),
        ("https://localhost:8080/me", False),
        ("https://127.0.0.1/me", False),
        ("https://192.168.1.5/me", False),
        ("https://school.local/me", False),
        ("https://8.8.8.8/me", True),
        ("https://[::1]/me", False),
        ("https://[bad", False),
    ],
)
def test_telegram_takes_only_public_https_addresses_for_buttons(url: str, wanted: bool) -> None:
    assert is_public(url) is wanted


@pytest.mark.parametrize(
    ("count", "form"), [(1, "1 минуты"), (2, "2 минут"), (10, "10 минут"), (21, "21 минуты")]
)
def test_russian_counts_minutes_rightly(
    count: int, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "DOOR_MINUTES", count)
    assert f"в течение {form};" in words.door(words.catalogue().of("ru"))


async def test_a_notice_is_under_way_at_once(school: Play) -> None:
    """From the commit of the queue's row to the beginning of the call; the poll is a second."""
    await school.tell(submission("approved"))
    await eventually(lambda: both_sent(school))
    quickest = await school.value(
        "SELECT min(extract(epoch FROM outgoing.begun_at - inbox.handled_at)) FROM outgoing, inbox"
        " WHERE inbox.type LIKE 'school.%' AND card_id IS NOT NULL"
    )
    assert quickest < 0.3


async def both_sent(play: Play) -> bool:
    return bool(
        await play.value(
            "SELECT count(*) = 2 FROM outgoing WHERE sent_at IS NOT NULL AND card_id IS NOT NULL"
        )
    )
