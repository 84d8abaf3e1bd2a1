"""The queue on its way to Telegram: in order, within limits, and what happens when it fails."""

import asyncio
import logging
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage, TelegramMethod
from aiohttp import ClientTimeout

from sandbox.school import PEOPLE, Person
from services.bot.sending import repository
from services.bot.sending.sender import ONCE_MORE, TWICE_UNKNOWN
from shared.transport import InProcessTransport
from tests.bot.playing import (
    CURATOR,
    SECOND,
    STUDENT,
    STUDENT_ID,
    Play,
    curator,
    person,
    submission,
)
from tests.support.waiting import eventually, running

REPLY, NOTICE = repository.REPLY, repository.NOTICE


async def enqueue(play: Play, *texts: str, chat_id: int = STUDENT, lane: int = NOTICE) -> None:
    methods = [SendMessage(chat_id=chat_id, text=text) for text in texts]
    await enqueue_methods(play, *methods, chat_id=chat_id, lane=lane)


async def enqueue_methods(
    play: Play, *methods: TelegramMethod[Any], chat_id: int = STUDENT, lane: int = NOTICE
) -> None:
    async with play.service.database.transaction() as connection:
        for method in methods:
            await repository.enqueue(
                connection,
                method,
                chat_id=chat_id,
                person_id=None,
                lane=lane,
                now=play.clock.now(),
            )
    play.service.database.ring("sender")


async def fault(play: Play, **facts: Any) -> None:
    await play.sandbox.post("/faults", system="telegram", **facts)


async def row(play: Play, number: int = 0) -> dict[str, Any]:
    """The nth row that is no menu."""
    rows = await play.rows("SELECT * FROM outgoing WHERE chat_id <> 0 ORDER BY id")
    return dict(rows[number])


async def moved_on(play: Play, seconds: float) -> None:
    """Let the domain's clock pass a step of the ladder."""
    play.clock.advance(timedelta(seconds=seconds))
    play.service.database.ring("sender")


def call_timeout(play: Play, seconds: float) -> None:
    assert play.service.bot is not None
    play.service.bot.session.timeout = ClientTimeout(total=seconds)  # type: ignore[assignment]


@pytest.fixture
def quick_chats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides give a chat its tokens back at once: for tests of other things than limits."""
    monkeypatch.setattr("services.bot.sending.limits.CHAT_PER_SECOND", 100.0)
    monkeypatch.setattr("sandbox.telegram.limits.CHAT_PER_SECOND", 100.0)


# Order


async def test_a_chat_gets_its_messages_in_order(play: Play) -> None:
    await enqueue(play, "1", "2", "3")
    await play.told(3)
    assert await play.texts() == ["1", "2", "3"]
    first = await row(play)
    assert first["telegram_message_id"] == (await play.bot_messages())[0]["message_id"]
    assert first["begun_at"] <= first["sent_at"]


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


async def is_begun(play: Play) -> bool:
    return (await row(play))["begun_at"] is not None


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
    assert 3.5 <= took < 4.5


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


# Refusals


async def test_a_chat_that_blocked_the_bot_is_asked_once(play: Play) -> None:
    await play.know(person(), curator())
    await play.sandbox.post("/telegram/block", chat_id=STUDENT, blocked=True)
    await eventually(lambda: play.rows("SELECT FROM chats WHERE unreachable_at IS NOT NULL"))
    await play.execute("UPDATE chats SET unreachable_at = NULL")
    await enqueue(play, "1", "2")
    await eventually(lambda: have_failed(play, 2))
    assert len(await play.calls("sendMessage")) == 1
    assert "bot was blocked by the user" in (await row(play, 1))["error"]
    await play.tell(submission("approved"))
    await play.told(1, CURATOR)
    waiting = await play.rows("SELECT error FROM outgoing WHERE person_id = $1", STUDENT_ID)
    assert "bot was blocked by the user" in waiting[0]["error"]
    await play.sandbox.post("/telegram/block", chat_id=STUDENT, blocked=False)
    (message,) = await play.told(1)
    assert "accepted" in message["text"]


async def have_failed(play: Play, count: int) -> bool:
    return bool(
        await play.value("SELECT count(*) FROM outgoing WHERE failed_at IS NOT NULL") == count
    )


async def test_a_chat_that_is_not_there_is_marked(play: Play) -> None:
    await enqueue(play, "1", chat_id=999)
    await eventually(lambda: have_failed(play, 1))
    assert "chat not found" in (await row(play))["error"]
    assert await play.value("SELECT unreachable_reason FROM chats WHERE chat_id = 999")


async def test_what_telegram_refuses_fails_visibly_and_the_next_goes_on(play: Play) -> None:
    await enqueue(play, "<b>broken", "whole")
    await play.told(1)
    failed = await row(play)
    assert "can't parse entities" in failed["error"]
    assert failed["attempts"] == 1


async def test_a_row_that_is_no_call_fails_visibly(play: Play) -> None:
    await enqueue(play, "1")
    await play.settled()
    await play.execute(
        "INSERT INTO outgoing (chat_id, lane, method, payload, counted, recorded_at,"
        " correlation_id) VALUES ($1, 1, 'noSuchMethod', '{}', true, now(), 'x')",
        STUDENT,
    )
    play.service.database.ring("sender")
    await eventually(lambda: have_failed(play, 1))


async def test_an_edit_that_changes_nothing_is_a_success(play: Play) -> None:
    await enqueue(play, "same")
    (message,) = await play.told(1)
    edit = EditMessageText(chat_id=STUDENT, message_id=message["message_id"], text="same")
    await enqueue_methods(play, edit)
    await play.settled()
    assert (await row(play, 1))["sent_at"] is not None


async def test_a_group_that_moved_is_followed(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox.telegram import messages
    from sandbox.telegram.errors import BotApiError

    group, supergroup = -5, -1007000000001
    send = messages.send_message

    async def moving(messenger: Any, arguments: Any) -> Any:
        if arguments.chat_id() == group:
            raise BotApiError(400, "Bad Request: group chat was upgraded to a supergroup chat")
        return await send(messenger, arguments)

    from sandbox.telegram import endpoint

    def refusal(error: BotApiError) -> Any:
        from starlette.responses import JSONResponse

        body = {
            "ok": False,
            "error_code": 400,
            "description": error.description,
            "parameters": {"migrate_to_chat_id": supergroup},
        }
        return JSONResponse(body, 400)

    monkeypatch.setattr(endpoint, "_refusal", refusal)
    monkeypatch.setitem(
        endpoint.METHODS, "sendmessage", endpoint.Method("sendMessage", moving, limited=True)
    )
    await enqueue(play, "1", "2", chat_id=group)
    await play.told(2, supergroup)


# Failures


@pytest.mark.usefixtures("quick_chats")
@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_5xx_is_tried_again_by_the_ladder_and_keeps_its_place(
    play: Play, status: int
) -> None:
    await fault(play, method="sendMessage", status=status, times=2)
    await enqueue(play, "1", "2")
    for attempts, seconds in ((1, 1), (2, 2)):
        await eventually(lambda n=attempts: was_released(play, n))  # type: ignore[misc]
        waiting = await row(play)
        assert waiting["not_before"] > play.clock.now()
        await moved_on(play, seconds)
    await play.told(2)
    assert await play.texts() == ["1", "2"]
    assert (await row(play))["attempts"] == 3


async def was_released(play: Play, attempts: int) -> bool:
    one = await row(play)
    return one["attempts"] == attempts and one["begun_at"] is None


async def test_a_reply_passes_a_notice_that_waits_for_its_next_try(play: Play) -> None:
    await fault(play, method="sendMessage", status=500)
    await enqueue(play, "notice")
    await eventually(lambda: was_released(play, 1))
    await enqueue(play, "reply", lane=REPLY)
    await play.told(1)
    await moved_on(play, 1)
    await play.told(2)
    assert await play.texts() == ["reply", "notice"]


@pytest.mark.usefixtures("quick_chats")
async def test_a_message_that_telegram_chokes_on_steps_aside_after_five_tries(play: Play) -> None:
    await fault(play, method="sendMessage", status=500, times=5)
    await enqueue(play, "poison", "next")
    for attempts in range(1, 5):
        await eventually(lambda n=attempts: was_released(play, n))  # type: ignore[misc]
        if attempts == 4:
            await enqueue_methods(play, AnswerCallbackQuery(callback_query_id="1"), lane=REPLY)
            await fault(play, method="answerCallbackQuery", status=400)
            await enqueue(play, "proof that others get through", chat_id=SECOND)
            # The fault is for the poison alone: let the other pass before it.
            await play.sandbox.http.request("DELETE", "/faults")
            await play.told(1, SECOND)
            await fault(play, method="sendMessage", status=500)
        await moved_on(play, 60)
    await play.told(1)
    assert await play.texts() == ["next"]
    await moved_on(play, 60)
    await play.told(2)


async def test_after_a_day_of_trying_a_row_fails_visibly(play: Play) -> None:
    await fault(play, method="sendMessage", status=500, times=2)
    await enqueue(play, "1")
    await eventually(lambda: was_released(play, 1))
    await moved_on(play, 25 * 3600)
    await eventually(lambda: have_failed(play, 1))
    assert (await row(play))["error"].startswith("tried for a day")


async def test_while_nothing_can_be_reached_everybody_keeps_their_place(
    idle: Play, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    here = idle.sandbox.settings.url
    idle.service = idle.new_service(telegram_api_url="http://127.0.0.1:9/telegram")
    await idle.service.open()
    await enqueue(idle, "1", "2")
    await enqueue(idle, "3", chat_id=SECOND)
    idle.service.work(InProcessTransport())
    await eventually(lambda: was_released(idle, 1))
    first = await row(idle)
    assert (first["unknown_outcomes"], first["not_before"]) == (0, None)
    report = await idle.service.readiness()
    assert report["telegram"] == "TelegramNetworkError: ClientConnectorError"
    assert report["ready"]
    await idle.restart()
    assert here
    await idle.told(2)
    assert await idle.texts() == ["1", "2"]
    assert "sandbox-token" not in "".join(
        record.getMessage() for record in caplog.records if record.name.startswith("services")
    )


# Outcomes that nobody knows


async def test_a_message_whose_answer_was_lost_is_sent_once_more(play: Play) -> None:
    await fault(play, method="sendMessage", drop=True, after=True)
    await enqueue(play, "1")
    await eventually(lambda: was_released(play, 1))
    assert (await row(play))["error"].startswith(ONCE_MORE)
    await moved_on(play, 1)
    await play.told(2)
    await play.settled()
    assert (await row(play))["unknown_outcomes"] == 1


@pytest.mark.usefixtures("quick_chats")
async def test_a_message_whose_answer_was_lost_twice_is_not_sent_a_third_time(
    play: Play,
) -> None:
    await fault(play, method="sendMessage", drop=True, after=True, times=2)
    await enqueue(play, "1")
    await eventually(lambda: was_released(play, 1))
    await moved_on(play, 1)
    await eventually(lambda: have_failed(play, 1))
    assert (await row(play))["error"].startswith(TWICE_UNKNOWN)
    await moved_on(play, 3600)
    await enqueue(play, "next")
    await play.told(3)
    assert await play.texts() == ["1", "1", "next"]


async def test_silence_after_the_request_was_written_is_an_unknown_outcome(play: Play) -> None:
    call_timeout(play, 0.1)
    await fault(play, method="sendMessage", delay_ms=400)
    await enqueue(play, "1")
    await eventually(lambda: was_released(play, 1))
    one = await row(play)
    assert one["unknown_outcomes"] == 1
    assert "TimeoutError" in one["error"]


@pytest.mark.usefixtures("quick_chats")
async def test_after_a_death_between_begun_and_mark_a_row_is_sent_once_more(idle: Play) -> None:
    await enqueue(idle, "1", "2", "3")
    await idle.execute(
        "UPDATE outgoing SET begun_at = now(), attempts = 1, first_begun_at = now(),"
        " unknown_outcomes = CASE payload ->> 'text' WHEN '1' THEN 1 ELSE 0 END"
        " WHERE payload ->> 'text' IN ('1', '2')"
    )
    await idle.restart()
    await idle.told(2)
    assert await idle.texts() == ["2", "3"]
    first, second = await row(idle, 0), await row(idle, 1)
    assert first["error"] == TWICE_UNKNOWN
    assert first["failed_at"] is not None
    assert second["unknown_outcomes"] == 1


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
