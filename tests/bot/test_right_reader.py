"""Whoever changes what meanwhile: the right person is told, once, or the reason is on record."""

import asyncio
from collections.abc import AsyncIterator
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest
from aiogram.methods import SendMessage

from services.bot.cards.service import wake_snoozed
from services.bot.chats import repository as chats
from services.bot.notices.holding import give_chat, take_up_missed
from services.bot.notices.repository import MOST_HELD
from services.bot.notices.service import notify
from services.bot.outgoing.repository import NOTICE, REPLY, enqueue
from services.bot.people.service import project_person
from services.bot.preferences.kinds import TO_REVIEW, WORKS
from services.bot.sending import repository as sending
from shared.events import FeedbackGiven, SubmissionChanged
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
    submission,
)
from tests.bot.playing import play as new_play
from tests.support.waiting import eventually


@pytest.fixture
async def still(database_url: str) -> AsyncIterator[Play]:
    """Midnight in Moscow; nothing is sent, and nothing is done but what the test does."""
    async with new_play(database_url, at_work=False, clock=StandingClock()) as play:
        yield play


def another(number: int, status: str = "review", **facts: Any) -> SubmissionChanged:
    return submission(status, submission_id=UUID(int=1000 + number), title=f"W{number}", **facts)


async def told(play: Play, person_id: UUID = STUDENT_ID) -> list[tuple[int, bool, str]]:
    """What is on its way to a person: chat, whether as an edit, the words."""
    rows = await play.rows(
        "SELECT chat_id, is_edit, payload ->> 'text' AS text FROM outgoing"
        " WHERE person_id = $1 AND lane = 1 AND failed_at IS NULL ORDER BY id",
        person_id,
    )
    return [(row["chat_id"], row["is_edit"], row["text"]) for row in rows]


async def is_waiting_for_a_lock(play: Play) -> bool:
    return bool(await play.value("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted"))


async def hold_as_sent(play: Play, person_id: UUID, chat_id: int) -> None:
    """As if the sender had sent what waits, and the card were in the chat."""
    await play.execute("UPDATE outgoing SET sent_at = now(), told_at = now()")
    await play.execute(
        "UPDATE cards SET chat_id = $2, message_id = 7 WHERE person_id = $1", person_id, chat_id
    )


# Whose chat it is


async def test_who_unlinks_while_news_is_written_down_hears_nothing_of_it(still: Play) -> None:
    await still.know(person(), curator())
    async with still.service.database.transaction() as connection:
        await notify(connection, submission("approved"), still.clock)
        leaving = asyncio.create_task(still.know(person(version=2, telegram_id=None)))
        await eventually(lambda: is_waiting_for_a_lock(still))
    await leaving
    assert await told(still) == []


async def test_who_unlinks_while_held_news_is_released_hears_nothing_of_it(still: Play) -> None:
    await still.know(person(), curator())
    await choose(still, set_quiet(STUDENT_ID, time(22), time(8)))
    await still.tell(submission("approved"))
    still.clock.advance(timedelta(hours=9))
    async with still.service.database.transaction() as connection:
        await project_person(connection, person(version=2, telegram_id=None), still.clock)
        releasing = asyncio.create_task(release(still))
        await eventually(lambda: is_waiting_for_a_lock(still))
    await releasing
    assert await told(still) == []
    assert await fates(still) == ["chat"]


async def test_whose_chat_comes_while_news_is_written_down_is_told_all_the_same(
    still: Play,
) -> None:
    await still.know(person(), curator())
    await still.execute(
        "INSERT INTO chats (chat_id, unreachable_at, unreachable_reason) VALUES ($1, now(), 'x')",
        STUDENT,
    )
    database = still.service.database
    async with database.transaction() as connection:
        await notify(connection, submission("approved"), still.clock)
        async with database.acquire() as other, other.transaction():
            await chats.mark_reachable(other, STUDENT)
            await give_chat(other, STUDENT_ID, still.clock)
    assert await fates(still) == ["chat"]
    assert await take_up_missed(database, still.clock) == 1
    await release(still)
    assert await fates(still) == ["told"]


async def test_an_older_fact_of_a_person_changes_nothing_and_greets_nobody(still: Play) -> None:
    await still.know(person(version=2))
    await still.execute("INSERT INTO chats (chat_id) VALUES ($1), ($2)", STUDENT, CURATOR)
    await still.know(person(version=1, telegram_id=CURATOR))
    assert await still.rows("SELECT id FROM outgoing WHERE method = 'sendMessage'") == []


async def test_a_chat_that_was_unlinked_is_told_so(still: Play) -> None:
    await still.know(person())
    await still.execute("INSERT INTO chats (chat_id) VALUES ($1)", STUDENT)
    await still.know(person(version=2, telegram_id=None))
    (text,) = [
        row["text"]
        for row in await still.rows(
            "SELECT payload ->> 'text' AS text FROM outgoing WHERE method = 'sendMessage'"
        )
    ]
    assert text.startswith("This chat is no longer linked")


async def test_a_card_of_another_chat_is_never_edited_here(still: Play) -> None:
    """Numbers of messages are a chat's own: the same number means something else there."""
    await still.know(person(), curator())
    await still.tell(another(1))
    await hold_as_sent(still, CURATOR_ID, STUDENT)
    await still.tell(another(1, "approved", version=2))
    (_, (chat_id, is_edit, _)) = await told(still, CURATOR_ID)
    assert (chat_id, is_edit) == (CURATOR, False)


async def test_a_message_never_answers_the_number_of_another_chats_message(still: Play) -> None:
    await still.know(person(), curator())
    await still.tell(another(1))
    await hold_as_sent(still, CURATOR_ID, STUDENT)
    await still.tell(another(1, version=2, was="correction"))
    async with still.service.database.acquire() as connection:
        row_id = await connection.fetchval("SELECT max(id) FROM outgoing")
        ready = [sending.Ready(row_id, CURATOR, NOTICE, True)]
        (begun,) = await sending.begin(connection, ready, still.clock.now())
    assert begun.card_message_id is None


async def test_an_answer_that_is_on_its_way_still_comes_to_the_chat_that_asked(
    still: Play,
) -> None:
    await still.know(person())
    async with still.service.database.transaction() as connection:
        await enqueue(
            connection,
            SendMessage(chat_id=STUDENT, text="the answer"),
            chat_id=STUDENT,
            person_id=STUDENT_ID,
            lane=REPLY,
            now=still.clock.now(),
        )
    await still.know(person(version=2, telegram_id=None))
    assert await still.value("SELECT failed_at IS NULL FROM outgoing") is True


# What they chose, and who they are by now


async def test_what_waited_for_a_chat_comes_as_its_reader_has_chosen(still: Play) -> None:
    await still.know(person(telegram_id=None), curator())
    await choose(still, set_mode(STUDENT_ID, WORKS, "never"))
    await still.tell(submission("approved"))
    await still.know(person(version=2))
    await release(still)
    assert await fates(still) == ["never"]


async def test_a_choice_made_while_news_is_written_down_counts_in_the_end(still: Play) -> None:
    await still.know(person(), curator())
    await choose(still, set_mode(STUDENT_ID, WORKS, "daily"))
    async with still.service.database.transaction() as connection:
        await notify(connection, submission("approved"), still.clock)
        await still.execute("""UPDATE preferences SET modes = '{"works": "never"}'""")
    still.clock.advance(timedelta(days=2))
    await release(still)
    assert await fates(still) == ["never"]


async def test_a_card_on_show_is_kept_true_though_its_kind_was_switched_off_meanwhile(
    still: Play,
) -> None:
    await still.know(person(), curator())
    await still.tell(submission("correction"))
    await hold_as_sent(still, STUDENT_ID, STUDENT)
    await choose(still, set_quiet(STUDENT_ID, time(22), time(8)))
    await still.tell(submission("approved", version=2))
    await choose(still, set_mode(STUDENT_ID, WORKS, "never"))
    await release(still)
    (_, (_, is_edit, text)) = await told(still)
    assert is_edit
    assert "Your work is accepted!" in text


async def test_who_is_no_administrator_by_the_morning_reads_no_feedback(still: Play) -> None:
    await still.know(person(roles=("administrator",)))
    await choose(still, set_quiet(STUDENT_ID, time(22), time(8)))
    await still.tell(
        FeedbackGiven(
            feedback_id=UUID(int=3),
            person_id=CURATOR_ID,
            name="Carl",
            topic="topic",
            text="text",
            given_at=still.clock.now(),
        )
    )
    await still.know(person(version=2, roles=("student",)))
    still.clock.advance(timedelta(hours=9))
    await release(still)
    assert await fates(still) == ["stale"]


async def test_nothing_is_kept_of_a_person_who_is_gone(still: Play) -> None:
    await still.know(person(), curator())
    await choose(still, set_quiet(STUDENT_ID, time(22), time(8)))
    await still.tell(submission("approved"))
    await still.execute(
        "INSERT INTO feedback VALUES (gen_random_uuid(), $1, 'vera', 'topic', 'text', now())",
        STUDENT_ID,
    )
    await still.execute(
        "INSERT INTO dialogs VALUES (1, $1, $1, 0, '', 'default', 'x', '{}', now())", STUDENT
    )
    await still.know(person(version=2, deleted=True, telegram_id=None, name=""))
    for table in ("feedback", "cards", "notices", "preferences"):
        query = f"SELECT count(*) FROM {table} WHERE person_id = $1"
        assert await still.value(query, STUDENT_ID) == 0, table
    assert await still.value("SELECT count(*) FROM dialogs") == 0


# However much there is


async def test_more_than_are_taken_up_at_once_wait_for_a_chat_and_all_are_told(
    still: Play,
) -> None:
    await still.know(person(telegram_id=None), curator())
    await still.tell(another(0, "approved"))
    await still.execute(
        "INSERT INTO notices (person_id, rule, subject, version, facts, correlation_id,"
        " recorded_at, good_until, card_id, waits_for)"
        " SELECT person_id, rule, subject || n, version, facts, correlation_id, recorded_at,"
        " good_until, card_id, waits_for FROM notices, generate_series(1, $2) n"
        " WHERE person_id = $1",
        STUDENT_ID,
        MOST_HELD + 20,
    )
    await still.know(person(version=2))
    assert [await release(still) for _ in range(3)] == [1, 1, 0]
    assert set(await fates(still)) == {"told"}


async def test_what_is_due_is_told_before_what_is_not_however_much_that_is(still: Play) -> None:
    await still.know(person(), curator())
    await choose(still, set_mode(CURATOR_ID, TO_REVIEW, "daily"))
    await choose(still, set_mode(CURATOR_ID, WORKS, "hourly"))
    await still.tell(another(0))
    await still.execute(
        "INSERT INTO notices (person_id, rule, subject, version, facts, correlation_id,"
        " recorded_at, good_until, card_id, waits_for, due_at)"
        " SELECT person_id, rule, subject || n, version, facts, correlation_id, recorded_at,"
        " good_until, card_id, waits_for, due_at FROM notices, generate_series(1, $1) n",
        MOST_HELD,
    )
    await still.tell(another(1, "approved", student_id=CURATOR_ID, curator_id=UUID(int=9)))
    still.clock.advance(timedelta(hours=2))
    assert [await release(still) for _ in range(2)] == [1, 0]
    assert len(await told(still, CURATOR_ID)) == 1


async def test_a_notice_that_cannot_be_read_holds_up_nobody(still: Play) -> None:
    await still.know(person(), curator())
    for person_id in (STUDENT_ID, CURATOR_ID):
        await choose(still, set_quiet(person_id, time(22), time(8)))
    await still.tell(submission("correction"), another(1))
    await still.execute(
        "UPDATE notices SET facts = facts - 'title', due_at = due_at - interval '1 second'"
        " WHERE person_id = $1",
        STUDENT_ID,
    )
    still.clock.advance(timedelta(hours=9))
    await release(still)
    assert await fates(still) == ["stale"]
    assert any("W1" in text for _, _, text in await told(still, CURATOR_ID))


# Steps and reminders that had to wait


async def test_a_step_that_waited_for_the_chat_edits_the_card_in_silence(still: Play) -> None:
    await still.know(person(), curator())
    await still.tell(another(1))
    await hold_as_sent(still, CURATOR_ID, CURATOR)
    await still.execute(
        "INSERT INTO chats (chat_id, unreachable_at, unreachable_reason) VALUES ($1, now(), 'x')",
        CURATOR,
    )
    await still.tell(another(1, "approved", version=2))
    async with still.service.database.transaction() as connection:
        await chats.mark_reachable(connection, CURATOR)
        await give_chat(connection, CURATOR_ID, still.clock)
    await release(still)
    (chat_id, is_edit, text) = (await told(still, CURATOR_ID))[-1]
    assert (chat_id, is_edit) == (CURATOR, True)
    assert "Recorded: accepted" in text


async def test_a_reminder_that_was_on_its_way_follows_to_the_new_chat(still: Play) -> None:
    await still.know(person(), curator())
    await still.tell(another(1))
    await hold_as_sent(still, CURATOR_ID, CURATOR)
    await still.execute("UPDATE cards SET snoozed_until = $1", still.clock.now())
    assert await wake_snoozed(still.service.database, still.clock) == 1
    await still.know(curator(version=2, telegram_id=None))
    await still.know(curator(version=3, telegram_id=999))
    await release(still)
    assert (await told(still, CURATOR_ID))[-1][0] == 999
