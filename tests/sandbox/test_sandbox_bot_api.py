"""The Bot API as a real aiogram bot meets it."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
    User,
    WebhookInfo,
)

from sandbox.school import PEOPLE, ROOMS
from sandbox.telegram.endpoint import METHODS
from tests.sandbox.serving import TOKEN, Served, new_bot, serve

STUDENT, SECOND = PEOPLE[0].chat_id, PEOPLE[1].chat_id
ROOM = ROOMS[0].chat_id


def keyboard(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data=data)]]
    )


async def test_the_bot_knows_itself(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.username) == (4242, "parta_test_bot")


async def test_a_wrong_token_is_unauthorized(sandbox: Served) -> None:
    async with new_bot(sandbox, "4242:other") as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()


async def test_an_unknown_method_is_not_found(sandbox: Served) -> None:
    answer = await sandbox.call("makeCoffee")
    assert answer.status_code == 404
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_methods_ignore_case_and_take_every_way_of_giving_arguments(
    sandbox: Served,
) -> None:
    path = f"/telegram/bot{TOKEN}/SENDmessage"
    values = {"chat_id": str(STUDENT), "text": "hi"}
    answers = [
        await sandbox.http.get(path, params=values),
        await sandbox.http.post(path, data=values),
        await sandbox.http.post(path, json=values),
    ]
    sandbox.clock.advance(1)
    answers.append(await sandbox.http.post(path, files={k: (None, v) for k, v in values.items()}))
    assert [answer.status_code for answer in answers] == [200] * 4


async def test_html_becomes_text_and_entities(bot: Bot) -> None:
    sent = await bot.send_message(
        STUDENT,
        '😀 <b>bold <i>both</i></b> <a href="https://example.org">link</a>',
        parse_mode="HTML",
    )
    assert sent.text == "😀 bold both link"
    assert [(e.type, e.offset, e.length, e.url) for e in sent.entities or []] == [
        ("bold", 3, 9, None),
        ("italic", 8, 4, None),
        ("text_link", 13, 4, "https://example.org"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("я<script>x</script>", 'Unsupported start tag "script" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href='x", "Unclosed start tag at byte offset 0"),
    ],
)
async def test_markup_that_telegram_refuses_is_refused(
    sandbox: Served, text: str, reason: str
) -> None:
    answer = await sandbox.call("sendMessage", chat_id=STUDENT, text=text, parse_mode="HTML")
    assert answer.status_code == 400
    assert answer.json()["description"] == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"text": " \n "}, "message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"chat_id": 5, "text": "x"}, "chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, "chat not found"),
        (
            {
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "я" * 33}]]},
            },
            "BUTTON_DATA_INVALID",
        ),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply_markup JSON object"),
        ({"text": "\ud800"}, "strings must be encoded in UTF-8"),
    ],
)
async def test_a_message_that_telegram_refuses_is_refused(
    sandbox: Served, arguments: dict[str, Any], reason: str
) -> None:
    body = json.dumps({"chat_id": STUDENT, **arguments})
    answer = await sandbox.http.post(
        f"/telegram/bot{TOKEN}/sendMessage",
        content=body,
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 400
    assert answer.json()["description"] == f"Bad Request: {reason}"


async def test_a_text_is_measured_after_its_markup_is_gone(bot: Bot) -> None:
    sent = await bot.send_message(STUDENT, f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    assert len(sent.text or "") == 4096


async def test_a_person_who_blocked_the_bot_hears_nothing(sandbox: Served, bot: Bot) -> None:
    await sandbox.post("/telegram/block", chat_id=STUDENT, blocked=True)
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(STUDENT, "hi")
    (update,) = await bot.get_updates()
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"
    await sandbox.post("/telegram/block", chat_id=STUDENT, blocked=False)
    assert await bot.send_message(STUDENT, "hi again")


async def test_an_edit_changes_the_message_and_says_so(sandbox: Served, bot: Bot) -> None:
    sent = await bot.send_message(STUDENT, "one", reply_markup=keyboard("go"))
    edited = await bot.edit_message_text("two", chat_id=STUDENT, message_id=sent.message_id)
    assert isinstance(edited, Message)
    assert edited.edit_date
    (seen,) = await sandbox.messages(STUDENT)
    assert (seen["text"], seen["buttons"], bool(seen["edited_at"])) == ("two", [], True)


async def test_an_edit_without_a_change_and_one_of_nothing_are_refused(bot: Bot) -> None:
    sent = await bot.send_message(STUDENT, "one", reply_markup=keyboard("go"))
    here = {"chat_id": STUDENT, "message_id": sent.message_id}
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text("one", reply_markup=keyboard("go"), **here)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("x", chat_id=STUDENT, message_id=1)


async def test_a_keyboard_can_be_taken_away_and_a_message_deleted(
    sandbox: Served, bot: Bot
) -> None:
    sent = await bot.send_message(STUDENT, "one", reply_markup=keyboard("go"))
    await bot.edit_message_reply_markup(chat_id=STUDENT, message_id=sent.message_id)
    assert (await sandbox.messages(STUDENT))[0]["buttons"] == []
    assert await bot.delete_message(STUDENT, sent.message_id)
    assert await sandbox.messages(STUDENT) == []
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(STUDENT, sent.message_id)


async def test_a_pressed_button_waits_for_the_bots_answer(sandbox: Served, bot: Bot) -> None:
    sent = await bot.send_message(STUDENT, "one", reply_markup=keyboard("go"))
    pressing = asyncio.create_task(
        sandbox.post("/telegram/press", chat_id=STUDENT, message_id=sent.message_id, data="go")
    )
    (update,) = await bot.get_updates(timeout=5)
    assert update.callback_query is not None
    assert update.callback_query.data == "go"
    await bot.answer_callback_query(update.callback_query.id, "Done", show_alert=True)
    assert await pressing == {"answer": "Done", "alert": True, "url": None}
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(update.callback_query.id)


async def test_a_press_that_nobody_answers_answers_null_and_grows_old(
    sandbox: Served, bot: Bot
) -> None:
    sent = await bot.send_message(STUDENT, "one", reply_markup=keyboard("go"))
    body = {"chat_id": STUDENT, "message_id": sent.message_id, "data": "go", "wait_s": 0}
    assert await sandbox.post("/telegram/press", **body) == {"answer": None}
    (update,) = await bot.get_updates()
    sandbox.clock.advance(151)
    assert update.callback_query is not None
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(update.callback_query.id)


async def test_a_start_code_telegram_would_not_carry_is_dropped(sandbox: Served) -> None:
    for text in ("/start " + "x" * 64, "/start " + "x" * 65, "/start a b"):
        await sandbox.post("/telegram/say", chat_id=STUDENT, text=text)
    texts = [message["text"] for message in await sandbox.messages(STUDENT)]
    assert texts == ["/start " + "x" * 64, "/start", "/start"]


async def test_updates_stay_until_an_offset_confirms_them(sandbox: Served, bot: Bot) -> None:
    for text in ("one", "two", "three"):
        await sandbox.post("/telegram/say", chat_id=STUDENT, text=text)
    first, second, third = await bot.get_updates()
    assert [second.update_id, third.update_id] == [first.update_id + 1, first.update_id + 2]
    assert [u.update_id for u in await bot.get_updates(limit=1)] == [first.update_id]
    left = await bot.get_updates(offset=second.update_id)
    assert [u.update_id for u in left] == [second.update_id, third.update_id]
    assert [u.update_id for u in await bot.get_updates(offset=-1)] == [third.update_id]
    assert [u.update_id for u in await bot.get_updates()] == [third.update_id]


async def test_a_long_poll_ends_when_something_is_said(sandbox: Served, bot: Bot) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    updates = sandbox.app.state.world.messenger.updates
    await sandbox.until(lambda: updates._poller is not None)
    await sandbox.post("/telegram/say", chat_id=STUDENT, text="hi")
    assert [update.message.text for update in await polling if update.message] == ["hi"]


async def test_a_second_poller_makes_the_first_one_fail(sandbox: Served, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    updates = sandbox.app.state.world.messenger.updates
    await sandbox.until(lambda: updates._poller is not None)
    assert await bot.get_updates() == []
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first


async def test_only_wanted_kinds_of_updates_are_queued(sandbox: Served, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    await sandbox.post("/telegram/say", chat_id=STUDENT, text="unheard")
    assert await bot.get_updates() == []


async def test_a_webhook_is_stored_and_forbids_polling(bot: Bot) -> None:
    await bot.set_webhook("https://example.org/hook", max_connections=7)
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == ("https://example.org/hook", 7)
    with pytest.raises(TelegramConflictError, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""


async def test_commands_belong_to_a_scope_and_a_language(bot: Bot) -> None:
    await bot.set_my_commands([BotCommand(command="tasks", description="My tasks")])
    await bot.set_my_commands(
        [BotCommand(command="tasks", description="Задания")],
        scope=BotCommandScopeChat(chat_id=STUDENT),
        language_code="ru",
    )
    menu = await bot.get_my_commands()
    assert [(one.command, one.description) for one in menu] == [("tasks", "My tasks")]
    assert await bot.get_my_commands(language_code="ru") == []
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == []
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="No!", description="x")])


async def test_a_chat_takes_three_messages_and_then_one_a_second(sandbox: Served, bot: Bot) -> None:
    for _ in range(3):
        await bot.send_message(STUDENT, "x")
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(STUDENT, "x")
    assert refused.value.retry_after == 1
    assert await bot.send_chat_action(STUDENT, "typing")
    await bot.send_message(SECOND, "another chat is free")
    sandbox.clock.advance(1)
    await bot.send_message(STUDENT, "x")
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(STUDENT, "x")


async def test_a_chat_that_was_told_to_wait_waits_even_when_there_is_room(
    sandbox: Served, bot: Bot
) -> None:
    for _ in range(20):
        await bot.send_message(ROOM, "x")
        sandbox.clock.advance(0.001)
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(ROOM, "x")
    assert refused.value.retry_after == 3
    sandbox.clock.advance(2.99)
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(ROOM, "x")
    sandbox.clock.advance(0.02)
    await bot.send_message(ROOM, "x")


async def test_edits_count_like_messages(bot: Bot) -> None:
    sent = await bot.send_message(STUDENT, "0")
    for text in ("1", "2"):
        await bot.edit_message_text(text, chat_id=STUDENT, message_id=sent.message_id)
    with pytest.raises(TelegramRetryAfter):
        await bot.edit_message_text("3", chat_id=STUDENT, message_id=sent.message_id)


async def test_the_bot_as_a_whole_has_thirty(sandbox: Served) -> None:
    chats = [person.chat_id for person in PEOPLE]
    wanted = [chat for chat in chats for _ in range(3)] + [ROOM] * 16
    statuses = [
        (await sandbox.call("sendMessage", chat_id=chat, text="x")).status_code for chat in wanted
    ]
    assert statuses == [200] * 30 + [429]


async def test_calls_are_told_with_their_outcome(sandbox: Served) -> None:
    for _ in range(4):
        await sandbox.call("sendMessage", chat_id=STUDENT, text="x")
    calls = await sandbox.get("/telegram/calls", since=2)
    assert [(c["n"], c["method"], c["chat_id"], c["status"], c["retry_after"]) for c in calls] == [
        (3, "sendMessage", STUDENT, 200, None),
        (4, "sendMessage", STUDENT, 429, 1),
    ]
    counts = await sandbox.get("/counts")
    assert counts["telegram"]["sendMessage"] == {"requests": 4, "quota": 3}


async def test_a_dropped_call_may_have_had_its_effect(sandbox: Served, bot: Bot) -> None:
    await sandbox.post("/faults", system="telegram", drop=True)
    await sandbox.post("/faults", system="telegram", drop=True, after=True)
    for text in ("never arrives", "arrives unanswered"):
        with pytest.raises(TelegramNetworkError):
            await bot.send_message(STUDENT, text)
    await bot.send_message(STUDENT, "well again")
    texts = [message["text"] for message in await sandbox.messages(STUDENT)]
    assert texts == ["arrives unanswered", "well again"]
    assert [call["status"] for call in await sandbox.get("/telegram/calls")] == [None, None, 200]


async def test_faults_answer_with_what_they_say_as_often_as_they_say(sandbox: Served) -> None:
    await sandbox.post("/faults", system="telegram", status=502, times=2)
    await sandbox.post("/faults", system="telegram", retry_after=7, method="sendMessage")
    arguments = {"chat_id": STUDENT, "text": "x"}
    answers = [await sandbox.call("sendMessage", **arguments) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [502, 502, 429, 200]
    assert answers[2].json()["parameters"] == {"retry_after": 7}


async def test_the_answers_are_what_aiograms_types_read(sandbox: Served) -> None:
    sent = (await sandbox.call("sendMessage", chat_id=STUDENT, text="x")).json()["result"]
    Message.model_validate(sent)
    User.model_validate((await sandbox.call("getMe")).json()["result"])
    WebhookInfo.model_validate((await sandbox.call("getWebhookInfo")).json()["result"])
    await sandbox.post("/telegram/say", chat_id=ROOM, text="/tasks@parta_test_bot", by="teacher")
    for update in (await sandbox.call("getUpdates")).json()["result"]:
        Update.model_validate(update)


MATERIAL = Path(os.environ.get("PARTA_MATERIAL", Path(__file__).parents[3] / "shared" / "material"))
SAMPLES: dict[str, Any] = {
    "chat_id": STUDENT,
    "text": "x",
    "message_id": 1,
    "callback_query_id": "1",
    "action": "typing",
    "commands": [{"command": "a", "description": "a"}],
    "url": "https://example.org",
    **dict.fromkeys(("voice", "audio", "photo", "document", "file_id"), "not-a-file"),
}


async def test_the_same_arguments_are_required_as_in_telegrams_own_schema(sandbox: Served) -> None:
    path = MATERIAL / "telegram" / "bot-api-schema.json"
    if not path.exists():
        pytest.skip(f"the Bot API's schema is not at {path} (set PARTA_MATERIAL)")
    schema = json.loads(path.read_text())
    methods = {one["name"].lower(): one for part in schema["items"] for one in part["children"]}
    for name, method in METHODS.items():
        annotations = methods[name]["annotations"]
        required = {one["name"] for one in annotations if one.get("required")}
        for missing in required:
            arguments = {key: SAMPLES[key] for key in required - {missing}}
            answer = await sandbox.call(method.name, **arguments)
            assert answer.status_code == 400, (method.name, missing, answer.text)
        if "message_id" not in required and "callback_query_id" not in required:
            complete = {key: SAMPLES[key] for key in required}
            if name.startswith("edit") or name == "getupdates" or "not-a-file" in complete.values():
                continue
            answer = await sandbox.call(method.name, **complete)
            assert answer.status_code == 200, (method.name, answer.text)


async def test_state_outlives_a_restart_and_ids_go_on(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "sandbox.json"
    async with serve(data_file=file) as before:
        sent = (await before.call("sendMessage", chat_id=STUDENT, text="kept")).json()["result"]
        await before.post("/telegram/say", chat_id=STUDENT, text="said")
        (update,) = (await before.call("getUpdates")).json()["result"]
    assert file.stat().st_mode & 0o077 == 0
    async with serve(data_file=file) as after:
        assert [m["text"] for m in await after.messages(STUDENT)] == ["kept", "said"]
        await after.post("/telegram/say", chat_id=STUDENT, text="more")
        old, new = (await after.call("getUpdates")).json()["result"]
        assert (old, new["update_id"]) == (update, update["update_id"] + 1)
        assert new["message"]["message_id"] > sent["message_id"]


async def test_a_broken_state_file_is_put_aside(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    file.write_text("{not json")
    async with serve(data_file=file) as sandbox:
        assert await sandbox.messages(STUDENT) == []
    assert (tmp_path / "sandbox.broken").read_text() == "{not json"


async def test_a_poll_in_flight_does_not_hold_up_the_end(tmp_path: Path) -> None:
    async with serve() as sandbox, new_bot(sandbox) as bot:
        polling = asyncio.create_task(bot.get_updates(timeout=50))
        updates = sandbox.app.state.world.messenger.updates
        await sandbox.until(lambda: updates._poller is not None)
        updates.end_polls()
        assert await polling == []
