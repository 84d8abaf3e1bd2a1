"""The queue on its way to Telegram: in order, within limits, one sender at a time."""

import asyncio
import time
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from aiogram.methods import AnswerCallbackQuery, SendMessage

from sandbox.school import PEOPLE, Person
from services.bot.outgoing import repository
from shared.transport import InProcessTransport
from tests.bot.playing import CURATOR, SECOND, STUDENT, Play, person, submission
from tests.bot.queueing import (
    NOTICE,
    REPLY,
    enqueue,
    enqueue_methods,
    fault,
    is_begun,
    moved_on,
    row,
)
from tests.support.waiting import eventually, running

# Order


async def test_a_chat_gets_its_messages_in_order(play: Play) -> None:
    await enqueue(play, "1", "2", "3")
    await play.told(3)
    assert await play.texts() == ["1", "2", "3"]
    first = await row(play)
    assert first["telegram_message_id"] == (await play.bot_messages())[0]["message_id"]
    assert first["begun_at"] <= first["sent_at"]


async def test_the_sender_is_woken_by_the_commit_and_not_before(idle: Play) -> None:
    bell = idle.service.database.bell("sender")
    async with idle.service.database.transaction() as connection:
        await repository.enqueue(
            connection,
            SendMessage(chat_id=STUDENT, text="soon"),
            chat_id=STUDENT,
            person_id=None,
            lane=NOTICE,
            now=idle.clock.now(),
        )
        assert not await bell.wait(0.01)
    assert await bell.wait(1)


async def test_replies_go_ahead_of_notices(idle: Play) -> None:
    await enqueue(idle, "notice 1", "notice 2")
    await enqueue(idle, "reply", lane=REPLY)
    await idle.restart()
    await idle.told(3)
    assert await idle.texts() == ["reply", "notice 1", "notice 2"]


async def test_a_chat_that_waits_does_not_hold_up_the_others(play: Play) -> None:
    await fault(play, method="sendMessage", delay_ms=300)
    await enqueue(play, "slow")
    await eventually(lambda: is_begun(play))
    await enqueue(play, "quick", chat_id=SECOND)
    await play.told(1, SECOND)
    assert await play.texts() == []
    await play.told(1)


async def test_what_is_not_yet_due_waits_and_holds_up_nobody(play: Play) -> None:
    async with play.service.database.transaction() as connection:
        await repository.enqueue(
            connection,
            SendMessage(chat_id=STUDENT, text="later"),
            chat_id=STUDENT,
            person_id=None,
            lane=NOTICE,
            now=play.clock.now(),
            not_before=play.clock.now() + timedelta(hours=8),
        )
    await enqueue(play, "now")
    await play.told(1)
    await moved_on(play, 8 * 3600)
    await play.told(2)
    assert await play.texts() == ["now", "later"]


# Limits


async def test_a_hundred_notices_to_ten_chats_meet_no_429(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = tuple(
        Person(
            key=f"p{n}",
            name=f"P{n}",
            roles=(),
            chat_id=800000000 + n,
            github_id=n,
            github_login=f"p{n}",
            email="",
            password="",
        )
        for n in range(10)
    )
    monkeypatch.setattr("sandbox.school.PEOPLE", PEOPLE + more)
    # Twice Telegram's pace, for both: half as long, and less room for error.
    monkeypatch.setattr("services.bot.sending.limits.CHAT_PER_SECOND", 2.0)
    monkeypatch.setattr("sandbox.telegram.limits.CHAT_PER_SECOND", 2.0)
    people = [person(UUID(int=100 + n), telegram_id=one.chat_id) for n, one in enumerate(more)]
    await play.know(*people)
    began = time.monotonic()
    await play.tell(
        *(
            submission(
                "approved",
                submission_id=UUID(int=1000 + n),
                student_id=people[n % 10].person_id,
                curator_id=UUID(int=5),
            )
            for n in range(100)
        )
    )
    await play.settled(timeout=12)
    took = time.monotonic() - began
    calls = await play.calls("sendMessage")
    assert len(calls) == 100
    assert {call["status"] for call in calls} == {200}
    assert took >= 3.5, "faster than Telegram allows"


async def test_a_press_is_answered_while_the_chat_has_to_wait(play: Play) -> None:
    await enqueue(play, "1", "2", "3", "4", "5")
    await play.told(3)
    began = time.monotonic()
    await enqueue_methods(play, AnswerCallbackQuery(callback_query_id="1"), lane=REPLY)
    await eventually(lambda: play.calls("answerCallbackQuery"))
    assert time.monotonic() - began < 0.5
    assert len(await play.texts()) == 3


async def test_a_new_sender_takes_into_account_what_the_last_one_sent(play: Play) -> None:
    await enqueue(play, "1", "2", "3")
    await play.settled()
    await enqueue(play, "4")
    await play.restart()
    await play.told(4)
    assert {call["status"] for call in await play.calls("sendMessage")} == {200}


async def test_telegrams_429_is_obeyed_for_that_chat_alone(play: Play) -> None:
    await enqueue(play, "0")
    await play.settled()
    await fault(play, method="sendMessage", retry_after=1)
    began = time.monotonic()
    await enqueue(play, "1")
    await eventually(lambda: play.rows("SELECT FROM pauses WHERE chat_id = $1", STUDENT))
    await enqueue(play, "other", chat_id=SECOND)
    await play.told(1, SECOND)
    assert time.monotonic() - began < 0.9
    assert await play.texts() == ["0"]
    await play.told(2)
    assert 1 <= time.monotonic() - began < 1.5
    statuses = [call["status"] for call in await play.calls("sendMessage")]
    assert statuses == [200, 429, 200, 200]


async def test_a_429_for_a_quiet_chat_is_meant_for_the_whole_bot(play: Play) -> None:
    await fault(play, method="sendMessage", retry_after=1)
    began = time.monotonic()
    await enqueue(play, "1")
    await eventually(lambda: play.rows("SELECT FROM pauses WHERE chat_id = 0"))
    await enqueue(play, "other", chat_id=SECOND)
    await play.told(1, SECOND)
    assert 1 <= time.monotonic() - began < 1.5
    await play.told(1)


async def test_a_429_is_obeyed_over_a_restart(play: Play) -> None:
    await fault(play, method="sendMessage", retry_after=1)
    began = time.monotonic()
    await enqueue(play, "1")
    await eventually(lambda: play.rows("SELECT FROM pauses"))
    await play.restart()
    await play.told(1)
    assert time.monotonic() - began >= 1


# Stopping, taking over


async def test_a_sender_that_is_stopped_finishes_what_is_in_hand_and_begins_nothing(
    play: Play,
) -> None:
    await fault(play, method="sendMessage", delay_ms=300)
    await enqueue(play, "1", "2")
    await eventually(lambda: is_begun(play))
    await play.service.close()
    assert await play.texts() == ["1"]
    play.service = play.new_service()
    await play.service.open()
    assert [(await row(play, n))["sent_at"] is not None for n in (0, 1)] == [True, False]


async def test_only_one_sender_is_active_and_another_takes_over(play: Play) -> None:
    second = play.new_service()
    await second.open()
    async with running(second.loops["sender"]()):
        await enqueue(play, "1")
        await play.told(1)
        await play.service.stop()
        await enqueue(play, "2")
        await play.told(2)
    assert await play.texts() == ["1", "2"]


async def test_rows_of_another_process_are_heard_of_without_waiting_for_the_poll(
    play: Play,
) -> None:
    """The bell goes by NOTIFY: the poll alone would take up to a second."""
    second = play.new_service()
    await second.open()
    here, play.service = play.service, second
    second.loops.clear()
    second.work(InProcessTransport())
    waits = []
    for n in range(4):
        await enqueue(play, str(n), chat_id=(STUDENT, SECOND)[n % 2])
        await play.settled()
        one = await row(play, n)
        waits.append((one["begun_at"] - one["recorded_at"]).total_seconds())
    play.service = here
    assert sorted(waits)[1] < 0.3


async def test_the_hot_path_is_quick(play: Play) -> None:
    """From commit to the beginning of the call, in one process."""
    waits: list[float] = []
    for n in range(6):
        await enqueue(play, str(n), chat_id=(STUDENT, SECOND, CURATOR)[n % 3])
        await play.settled()
        one = await row(play, n)
        begun: datetime = one["begun_at"]
        waits.append((begun - one["recorded_at"]).total_seconds())
    assert sorted(waits)[2] < 0.05, waits
    await asyncio.sleep(0)
