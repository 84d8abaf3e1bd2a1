"""Quiet hours, summaries and switches: what waits, what comes of it, what is not told."""

from collections.abc import AsyncIterator
from datetime import time, timedelta
from uuid import UUID

import pytest

from services.bot.notices.summary import MOST_LINES, compose_summary
from services.bot.notices.table import BY_NAME
from services.bot.outgoing.fitting import LONGEST, length
from services.bot.preferences.kinds import RECORDED, TO_REVIEW, WORKS
from services.bot.texts import catalogue
from tests.bot.choosing import StandingClock, choose, fates, set_mode, set_quiet
from tests.bot.playing import (
    CURATOR,
    CURATOR_ID,
    STUDENT,
    STUDENT_ID,
    Play,
    curator,
    person,
    release,
    right_ended,
    submission,
)
from tests.bot.playing import play as new_play
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("quick_chats")
REVIEW = {"was": "review", "review_url": "https://github.com/s/r/pull/1#pullrequestreview-5"}


@pytest.fixture
async def night(database_url: str) -> AsyncIterator[Play]:
    """Midnight in Moscow; a student and a curator, both with quiet hours from 22 to 8."""
    async with new_play(database_url, clock=StandingClock()) as play:
        await play.know(person(), curator())
        for person_id in (STUDENT_ID, CURATOR_ID):
            await choose(play, set_quiet(person_id, time(22), time(8)))
        yield play


async def later(play: Play, **by: int) -> None:
    """Time passes, and what is due then is done."""
    play.clock.advance(timedelta(**by))
    await release(play)
    await play.settled()


# Quiet hours


async def test_what_comes_at_night_comes_in_the_morning(night: Play) -> None:
    await night.tell(submission("correction"))
    await later(night, hours=7, minutes=59)
    assert await night.texts() == []
    await later(night, minutes=1)
    (message,) = await night.bot_messages()
    assert "came back with remarks" in message["text"]
    assert not message["silent"]


async def test_what_is_critical_passes_quiet_hours(night: Play) -> None:
    await night.tell(right_ended(person_id=STUDENT_ID))
    await night.settled()
    assert len(await night.texts()) == 1


async def test_several_that_waited_come_as_one_summary(night: Play) -> None:
    await night.tell(
        *(submission("correction", submission_id=UUID(int=n), title=f"Work {n}") for n in (1, 2, 3))
    )
    await later(night, hours=8)
    (message,) = await night.bot_messages()
    assert message["text"].startswith("🗞 3 pieces of news\n\n✏️ Work 1: came back")
    assert await fates(night) == ["told"] * 3


async def test_of_one_matter_only_how_it_stands_in_the_morning_is_told(night: Play) -> None:
    await night.tell(submission("correction", **REVIEW))
    await night.tell(submission("approved", version=2, **REVIEW))
    await later(night, hours=8)
    (message,) = await night.bot_messages()
    assert "Your work is accepted!" in message["text"]
    assert await fates(night) == ["outdated", "told"]


async def test_what_was_settled_at_night_is_not_asked_for_in_the_morning(night: Play) -> None:
    await night.tell(submission("review"))
    await night.tell(submission("execution", version=2, was="review"))
    await later(night, hours=8)
    assert await night.texts(CURATOR) == []
    assert await fates(night, CURATOR_ID) == ["outdated", "settled"]


async def test_a_curator_who_was_not_asked_yet_is_told_of_the_result_in_silence(
    night: Play,
) -> None:
    await night.tell(submission("review"))
    await night.tell(submission("approved", version=2, **REVIEW))
    await later(night, hours=8)
    (message,) = await night.bot_messages(CURATOR)
    assert "Recorded: accepted" in message["text"]
    assert message["silent"]
    assert await fates(night, CURATOR_ID) == ["outdated", "told"]


async def test_a_card_that_is_there_is_edited_at_night_too(night: Play) -> None:
    await choose(night, set_quiet(CURATOR_ID, None, None))
    await night.tell(submission("review"))
    await night.settled()
    await choose(night, set_quiet(CURATOR_ID, time(22), time(8)))
    await night.tell(submission("approved", version=2, **REVIEW))
    await night.settled()
    (card,) = await night.bot_messages(CURATOR)
    assert "Recorded: accepted" in card["text"]


async def test_quiet_hours_that_were_ended_hold_nothing_back(night: Play) -> None:
    await night.tell(submission("correction"))
    await choose(night, set_quiet(STUDENT_ID, None, None))
    await later(night, seconds=1)
    assert len(await night.texts()) == 1


async def test_quiet_hours_that_were_moved_hold_until_their_new_end(night: Play) -> None:
    await night.tell(submission("correction"))
    await choose(night, set_quiet(STUDENT_ID, time(22), time(10)))
    await later(night, hours=9)
    assert await night.texts() == []
    await later(night, hours=1)
    assert len(await night.texts()) == 1


async def test_who_moved_to_another_zone_is_told_in_its_morning(night: Play) -> None:
    await night.tell(submission("correction"))
    await night.know(person(version=2, zone="Asia/Vladivostok"))
    await later(night, minutes=59)
    assert await night.texts() == [], "seven in the morning there"
    await later(night, minutes=1)
    assert len(await night.texts()) == 1


async def test_what_was_held_is_kept_over_a_restart(night: Play) -> None:
    await night.tell(submission("correction"))
    await night.restart()
    await later(night, hours=8)
    assert len(await night.texts()) == 1


async def test_who_stopped_the_bot_meanwhile_is_told_when_they_come_back(night: Play) -> None:
    await night.tell(submission("correction"))
    await night.sandbox.post("/telegram/block", chat_id=STUDENT, blocked=True)
    await eventually(lambda: is_unreachable(night))
    await later(night, hours=8)
    assert await fates(night) == ["chat"]
    await night.sandbox.post("/telegram/block", chat_id=STUDENT, blocked=False)
    await night.say("/help")
    told = await night.told(2)
    assert sum("Your work came back with remarks" in one["text"] for one in told) == 1


async def is_unreachable(play: Play) -> bool:
    query = "SELECT count(*) = 1 FROM chats WHERE chat_id = $1 AND unreachable_at IS NOT NULL"
    return bool(await play.value(query, STUDENT))


# Kind by kind


async def test_hourly_news_comes_at_the_full_hour_together(night: Play) -> None:
    night.clock.advance(timedelta(hours=9, minutes=10))
    await choose(night, set_mode(STUDENT_ID, WORKS, "hourly"))
    await night.tell(submission("correction", submission_id=UUID(int=1)))
    await night.tell(submission("approved", submission_id=UUID(int=2)))
    await later(night, minutes=49)
    assert await night.texts() == []
    await later(night, minutes=1)
    (text,) = await night.texts()
    assert text.startswith("🗞 2 pieces of news")


async def test_daily_news_comes_at_the_persons_hour(night: Play) -> None:
    night.clock.advance(timedelta(hours=10))
    await choose(night, set_mode(STUDENT_ID, WORKS, "daily"))
    await night.tell(submission("correction"))
    await later(night, hours=22, minutes=59)
    assert await night.texts() == []
    await later(night, minutes=1)
    assert len(await night.texts()) == 1


async def test_a_kind_that_was_switched_off_is_written_down_and_not_told(night: Play) -> None:
    await choose(night, set_mode(STUDENT_ID, WORKS, "never"))
    await night.tell(submission("correction"))
    await later(night, hours=8)
    assert await night.texts() == []
    assert await fates(night) == ["never"]


async def test_what_waits_is_dropped_when_its_kind_is_switched_off(night: Play) -> None:
    await night.tell(submission("correction"))
    await choose(night, set_mode(STUDENT_ID, WORKS, "never"))
    await later(night, hours=8)
    assert await fates(night) == ["never"]


async def test_kinds_are_switched_one_by_one(night: Play) -> None:
    night.clock.advance(timedelta(hours=9))
    await choose(night, set_mode(CURATOR_ID, RECORDED, "never"))
    await night.tell(submission("approved", **REVIEW))
    await night.tell(submission("review", submission_id=UUID(int=5)))
    await night.settled()
    (text,) = await night.texts(CURATOR)
    assert "sends a work for review" in text
    await choose(night, set_mode(CURATOR_ID, TO_REVIEW, "never"))
    await night.tell(submission("review", submission_id=UUID(int=6)))
    await night.settled()
    assert len(await night.texts(CURATOR)) == 1


# Summaries


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize("count", [2, 5, MOST_LINES, 500])
def test_no_summary_is_longer_than_telegram_allows(locale: str, count: int) -> None:
    event = submission("correction", title="<&😀" * 500, review_url="https://x.org/" + "a" * 480)
    rule = BY_NAME["work_needs_correction"]
    message = compose_summary([(rule, event)] * count, catalogue().of(locale))
    assert length(message.text) <= LONGEST
    assert message.text.count("<a href=") == min(count, MOST_LINES)


async def test_feedback_comes_to_every_administrator(night: Play) -> None:
    from shared.events import FeedbackGiven

    night.clock.advance(timedelta(hours=9))
    await night.know(
        person(version=2, roles=("administrator",)), curator(version=2, roles=("administrator",))
    )
    await night.tell(
        FeedbackGiven(
            feedback_id=UUID(int=3),
            person_id=STUDENT_ID,
            name="Vera <3",
            topic="Lessons & more",
            text="Could <we> begin later?",
            given_at=night.clock.now(),
        )
    )
    await night.settled()
    for chat_id in (STUDENT, CURATOR):
        (text,) = await night.texts(chat_id)
        assert text.startswith("💬 Lessons & more\nVera <3 writes:\n\nCould <we> begin later?")
