"""One living card a matter: what edits it, what makes a new message, what people do with it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.bot.cards import service
from services.bot.cards.composing import CardPress
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
    press_update,
    submission,
)

pytestmark = pytest.mark.usefixtures("quick_chats")
REVIEW = {"was": "review", "review_url": "https://github.com/s/r/pull/1#pullrequestreview-5"}


@pytest.fixture
async def school(play: Play) -> Play:
    """A student and a curator whose chats are known; both read English."""
    await play.know(person(), curator())
    return play


def labels(message: dict[str, Any]) -> list[list[str]]:
    return [[button["text"] for button in row] for row in message["buttons"]]


def data_of(message: dict[str, Any], label: str) -> str:
    (found,) = [
        str(button["data"])
        for row in message["buttons"]
        for button in row
        if button["text"] == label
    ]
    return found


async def card_in(play: Play, chat_id: int = STUDENT) -> dict[str, Any]:
    """The last message of the bot in a chat, once everything is sent."""
    await play.settled()
    return dict((await play.bot_messages(chat_id))[-1])


async def pressed(play: Play, label: str, chat_id: int = STUDENT) -> tuple[Any, dict[str, Any]]:
    """Open the card's menu and press: what Telegram showed, and the card afterwards."""
    await play.press(
        await card_in(play, chat_id), data_of(await card_in(play, chat_id), "⋯"), chat_id
    )
    card = await card_in(play, chat_id)
    answer = await play.press(card, data_of(card, label), chat_id)
    await play.settled()
    found = await play.bot_messages(chat_id)
    return answer, next(one for one in found if one["message_id"] == card["message_id"])


# Steps and calls


async def test_what_nobody_needs_to_look_at_edits_the_card_in_silence(school: Play) -> None:
    await school.tell(submission("review"))
    asked = await card_in(school, CURATOR)
    await school.tell(submission("approved", version=2, **REVIEW))
    recorded = await card_in(school, CURATOR)
    assert recorded["message_id"] == asked["message_id"]
    assert "sends a work for review" in asked["text"]
    assert "Recorded: accepted" in recorded["text"]
    assert recorded["edited_at"] is not None


async def test_what_a_person_should_look_at_is_a_new_message_that_answers_the_card(
    school: Play,
) -> None:
    await school.tell(submission("correction", **REVIEW))
    first = await card_in(school)
    await school.tell(submission("approved", version=2, **REVIEW))
    second = await card_in(school)
    assert second["message_id"] != first["message_id"]
    assert not second["silent"]
    assert second["reply_to"]["message_id"] == first["message_id"]


async def test_an_edit_goes_to_the_message_that_came_last(school: Play) -> None:
    await school.tell(submission("review"))
    await school.tell(submission("correction", version=2, **REVIEW))
    await school.tell(submission("review", version=3, was="correction"))
    again = await card_in(school, CURATOR)
    await school.tell(submission("approved", version=4, **REVIEW))
    recorded = await card_in(school, CURATOR)
    assert recorded["message_id"] == again["message_id"]
    assert len(await school.bot_messages(CURATOR)) == 2


async def test_an_edit_whose_message_is_not_sent_yet_waits_for_it(idle: Play) -> None:
    await idle.know(person(), curator())
    await idle.tell(submission("review"), submission("approved", version=2, **REVIEW))
    rows = await idle.rows("SELECT is_edit FROM outgoing WHERE chat_id = $1 ORDER BY id", CURATOR)
    assert [row["is_edit"] for row in rows] == [False, True]
    await idle.restart()
    await idle.settled()
    (card,) = await idle.bot_messages(CURATOR)
    assert "Recorded: accepted" in card["text"]


async def test_a_step_without_a_card_is_a_silent_message(school: Play) -> None:
    await school.tell(submission("approved", **REVIEW))
    assert (await card_in(school, CURATOR))["silent"]
    assert not (await card_in(school))["silent"]


async def test_a_card_that_was_deleted_in_the_chat_comes_anew(school: Play) -> None:
    await school.tell(submission("review"))
    card = await card_in(school, CURATOR)
    await school.service.bot.delete_message(CURATOR, card["message_id"])  # type: ignore[union-attr]
    await school.tell(submission("approved", version=2, **REVIEW))
    anew = await card_in(school, CURATOR)
    assert "Recorded: accepted" in anew["text"]
    assert anew["silent"]


async def test_in_another_chat_a_card_is_a_message_of_its_own(school: Play) -> None:
    await school.tell(submission("review"))
    await school.settled()
    await school.know(curator(version=2, telegram_id=SECOND))
    await school.tell(submission("approved", version=2, **REVIEW))
    assert "Recorded: accepted" in (await card_in(school, SECOND))["text"]


async def test_two_matters_have_two_cards(school: Play) -> None:
    await school.tell(submission("review"), submission("review", submission_id=UUID(int=78)))
    await school.settled()
    assert len(await school.bot_messages(CURATOR)) == 2


# The menu below a card


async def test_the_menu_opens_and_closes_in_the_place_of_the_buttons(school: Play) -> None:
    await school.tell(submission("approved", **REVIEW))
    closed = await card_in(school)
    assert labels(closed) == [["⋯"]] or labels(closed) == [["Open the review", "⋯"]]
    _, card = await pressed(school, "‹ Back")
    assert labels(card) == labels(closed)


async def test_a_muted_matter_keeps_its_card_true_and_calls_nobody(school: Play) -> None:
    await school.tell(submission("correction", **REVIEW))
    answer, card = await pressed(school, "🔕 Mute")
    assert "do not call you" in answer["answer"]
    assert answer["alert"]
    await school.tell(submission("approved", version=2, **REVIEW))
    after = await card_in(school)
    assert after["message_id"] == card["message_id"]
    assert "Your work is accepted!" in after["text"]
    _, card = await pressed(school, "🔔 Unmute")
    await school.tell(submission("correction", version=3, was="approved"))
    assert (await card_in(school))["message_id"] != card["message_id"]


async def test_a_snoozed_card_comes_again_when_its_time_has_come(school: Play) -> None:
    await school.tell(submission("correction", **REVIEW))
    answer, card = await pressed(school, "⏰ In an hour")
    assert answer["answer"].startswith("I will remind you: ")
    school.clock.advance(timedelta(minutes=59))
    assert await wake(school) == 0
    school.clock.advance(timedelta(minutes=2))
    await wake(school)
    again = await card_in(school)
    assert again["message_id"] != card["message_id"]
    assert "came back with remarks" in again["text"]


async def test_news_of_a_snoozed_matter_comes_at_once_and_ends_the_reminder(school: Play) -> None:
    await school.tell(submission("correction", **REVIEW))
    _, card = await pressed(school, "⏰ In an hour")
    await school.tell(submission("approved", version=2, **REVIEW))
    assert (await card_in(school))["message_id"] != card["message_id"]
    school.clock.advance(timedelta(hours=2))
    assert await wake(school) == 0


async def test_a_reminder_can_be_taken_back(school: Play) -> None:
    await school.tell(submission("correction", **REVIEW))
    await pressed(school, "⏰ In an hour")
    answer, _ = await pressed(school, "⏰ Do not remind me")
    assert answer["answer"] == "I will not remind you."
    school.clock.advance(timedelta(hours=2))
    assert await wake(school) == 0


async def test_who_mutes_a_matter_is_not_reminded_of_it(school: Play) -> None:
    await school.tell(submission("correction", **REVIEW))
    await pressed(school, "⏰ In an hour")
    await pressed(school, "🔕 Mute")
    school.clock.advance(timedelta(hours=2))
    assert await wake(school) == 0


async def test_what_is_held_is_told_once_though_its_card_was_snoozed(school: Play) -> None:
    await school.tell(submission("correction", **REVIEW))
    await school.settled()
    await school.execute("UPDATE notices SET waits_for = 'quiet', due_at = now() + interval '9 h'")
    await school.execute("UPDATE cards SET snoozed_until = now()")
    assert await wake(school) == 2
    await school.settled()
    assert len(await school.bot_messages()) == 1


async def test_a_muted_card_that_was_deleted_in_the_chat_stays_away(school: Play) -> None:
    await school.tell(submission("correction", **REVIEW))
    _, card = await pressed(school, "🔕 Mute")
    await school.service.bot.delete_message(STUDENT, card["message_id"])  # type: ignore[union-attr]
    await school.tell(submission("approved", version=2, **REVIEW))
    await school.settled()
    assert await school.bot_messages() == []


async def test_a_kind_that_is_switched_off_still_keeps_its_cards_true(school: Play) -> None:
    await school.tell(submission("correction", **REVIEW))
    card = await card_in(school)
    await school.execute(
        "INSERT INTO preferences (person_id, modes) VALUES ($1, $2)", STUDENT_ID, {"works": "never"}
    )
    await school.tell(submission("approved", version=2, **REVIEW))
    after = await card_in(school)
    assert after["message_id"] == card["message_id"]
    assert "Your work is accepted!" in after["text"]


async def test_the_buttons_that_come_back_are_those_of_what_the_message_says(school: Play) -> None:
    await school.tell(submission("correction", was="review", review_url="https://x.org/first"))
    first = await card_in(school)
    await school.tell(submission("approved", version=2, review_url="https://x.org/second"))
    await school.settled()
    await school.press(first, data_of(first, "⋯"))
    await school.settled()
    opened = next(
        one for one in await school.bot_messages() if one["message_id"] == first["message_id"]
    )
    await school.press(opened, data_of(opened, "‹ Back"))
    await school.settled()
    again = next(
        one for one in await school.bot_messages() if one["message_id"] == first["message_id"]
    )
    assert again["buttons"] == first["buttons"]


async def test_a_snoozed_matter_that_was_settled_stays_quiet(school: Play) -> None:
    await school.tell(submission("review"))
    await pressed(school, "⏰ In an hour", CURATOR)
    await school.tell(submission("approved", version=2, **REVIEW))
    school.clock.advance(timedelta(hours=2))
    await wake(school)
    await school.settled()
    assert len(await school.bot_messages(CURATOR)) == 1


async def wake(play: Play) -> int:
    (due,) = [due for due in play.service.due if due.name == "wake_snoozed"]
    return await due.run(play.service.database, play.clock)


def test_tomorrow_is_the_persons_next_morning_and_never_in_quiet_hours() -> None:
    now = datetime(2026, 9, 1, 14, 59, tzinfo=UTC)
    assert service.tomorrow(now, "Asia/Kamchatka", Preferences()) == datetime(
        2026, 9, 2, 21, tzinfo=UTC
    )
    late = Preferences(quiet_from=time(22), quiet_until=time(11))
    assert service.tomorrow(now, "Europe/Moscow", late) == datetime(2026, 9, 2, 8, tzinfo=UTC)


# Whose card it is


async def test_a_card_of_somebody_else_opens_to_nobody(school: Play) -> None:
    """The button was made up: it names the curator's card in the student's chat."""
    await school.tell(submission("review"))
    await school.settled()
    card_id = await school.value("SELECT card_id FROM cards WHERE person_id = $1", CURATOR_ID)
    for number, deed in enumerate(("menu", "back", "why", "mute", "unmute", "hour", "tomorrow")):
        data = CardPress(do=deed, card_id=card_id).pack()  # type: ignore[arg-type]
        await school.insert(press_update(900 + number, 5, data))
    await school.settled()
    assert await school.texts() == []
    row = (await school.rows("SELECT * FROM cards"))[0]
    assert (row["muted_at"], row["snoozed_until"]) == (None, None)
    assert await school.rows("SELECT 1 FROM updates WHERE parked_at IS NOT NULL") == []


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775808", "1" * 40, "x", ""])
async def test_a_card_that_cannot_be_is_answered_kindly(school: Play, number: str) -> None:
    await school.insert(press_update(900, 5, f"card:menu:{number}"))
    await school.settled()
    assert await school.rows("SELECT 1 FROM updates WHERE parked_at IS NOT NULL") == []


async def test_a_press_on_a_message_that_is_gone_does_no_harm(school: Play) -> None:
    await school.tell(submission("correction"))
    await school.settled()
    card_id = await school.value("SELECT card_id FROM cards WHERE person_id = $1", STUDENT_ID)
    for number, deed in enumerate(("menu", "back", "why", "mute", "hour")):
        data = CardPress(do=deed, card_id=card_id).pack()  # type: ignore[arg-type]
        await school.insert(press_update(900 + number, 5, data, date=0))
    await school.settled()
    assert await school.rows("SELECT 1 FROM updates WHERE parked_at IS NOT NULL") == []
    assert "This is a work that you sent" in (await school.texts())[-1]


def test_the_longest_card_fits_into_a_buttons_data() -> None:
    assert len(CardPress(do="tomorrow", card_id=2**63 - 1).pack().encode()) <= 64


# Why


async def test_why_tells_event_rule_times_and_how_to_change_it(school: Play) -> None:
    await school.tell(submission("approved", **REVIEW), correlation_id="from-the-push")
    await pressed(school, "Why this?")
    (_, answer) = await school.bot_messages()
    text = answer["text"]
    assert text.startswith(
        "✅ Search by author: accepted\nThis is a work that you sent for review."
    )
    assert "school.submission.changed.v1" in text
    assert "Sent: " in text
    assert "(Europe/Moscow)" in text
    assert "/settings" in text
    assert text.endswith("For the administrator: from-the-push")


async def test_why_without_an_answer_is_about_the_last_news(school: Play) -> None:
    await school.say("/why")
    assert "no news for you yet" in (await school.told(1))[0]["text"]
    await school.tell(submission("correction"))
    await school.settled()
    await school.say("/why")
    assert "This is a work that you sent" in (await school.told(3))[-1]["text"]


async def test_why_in_answer_to_a_message_is_about_that_one(school: Play) -> None:
    await school.tell(submission("correction", title="First"))
    first = await card_in(school)
    await school.tell(submission("correction", submission_id=UUID(int=78), title="Second"))
    await school.settled()
    answered = {**message_update(1, "x")["message"], "message_id": first["message_id"]}
    await school.insert(message_update(901, "/why", reply_to_message=answered))
    await school.settled()
    assert (await school.texts())[-1].startswith("✏️ First: came back")
    answered["message_id"] = 1
    await school.insert(message_update(902, "/why", reply_to_message=answered))
    await school.settled()
    assert "That message is no news" in (await school.texts())[-1]


async def test_a_stranger_who_asks_why_is_invited(play: Play) -> None:
    await play.say("/why", SECOND)
    (message,) = await play.told(1, SECOND)
    assert "/me" in message["text"]
