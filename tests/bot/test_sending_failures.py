"""The queue on its way to Telegram: what happens when it fails, or nobody knows."""

import logging
from typing import Any

import pytest
from aiogram.methods import AnswerCallbackQuery, EditMessageText

from services.bot.sending.tenure import ONCE_MORE, TWICE_UNKNOWN
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
from tests.bot.queueing import (
    REPLY,
    call_timeout,
    enqueue,
    enqueue_methods,
    fault,
    have_failed,
    moved_on,
    row,
    was_released,
)
from tests.support.waiting import eventually

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
    waits_for = "SELECT waits_for FROM notices WHERE person_id = $1"
    assert await play.value(waits_for, STUDENT_ID) == "chat"
    await play.sandbox.post("/telegram/block", chat_id=STUDENT, blocked=False)
    (message,) = await play.told(1)
    assert "accepted" in message["text"]


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
    await play.execute(
        "INSERT INTO group_chats"
        " VALUES (gen_random_uuid(), 'course', 'C', NULL, $1, 'T', NULL, 'en', 1, now())",
        group,
    )
    await enqueue(play, "1", "2", chat_id=group)
    await play.told(2, supergroup)
    linked = await play.rows("SELECT chat_id, version FROM group_chats")
    assert [tuple(one) for one in linked] == [(supergroup, 2)]
    assert await play.value("SELECT count(*) FROM outbox WHERE type = 'bot.chat.linked.v1'") == 1


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
