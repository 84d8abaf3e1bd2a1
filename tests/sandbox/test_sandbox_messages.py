"""What becomes of a message: its edits, what it answers, when it may go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from sandbox.school import PEOPLE, ROOMS
from tests.sandbox.serving import Served, serve

STUDENT, SECOND = PEOPLE[0].chat_id, PEOPLE[1].chat_id
ROOM = ROOMS[0].chat_id
GO = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])
OTHER = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="No", callback_data="n")]])


async def only(sandbox: Served) -> dict[str, Any]:
    (message,) = await sandbox.messages(STUDENT)
    return message


async def test_a_message_remembers_its_earlier_texts_and_since_when_each_stood(
    sandbox: Served, bot: Bot
) -> None:
    sent = await bot.send_message(STUDENT, "<b>one</b>", parse_mode="HTML")
    for text in ("two", "three"):
        sandbox.clock.advance(60)
        await bot.edit_message_text(text, chat_id=STUDENT, message_id=sent.message_id)
    message = await only(sandbox)
    assert message["text"] == "three"
    assert message["edits"] == [
        {"at": "2026-09-01T12:00:00+00:00", "text": "one", "buttons": []},
        {"at": "2026-09-01T12:01:00+00:00", "text": "two", "buttons": []},
    ]
    assert message["edited_at"] == "2026-09-01T12:02:00+00:00"


async def test_another_keyboard_leaves_the_text_and_its_history_alone(
    sandbox: Served, bot: Bot
) -> None:
    sent = await bot.send_message(STUDENT, "one", reply_markup=GO)
    sandbox.clock.advance(60)
    here = {"chat_id": STUDENT, "message_id": sent.message_id}
    await bot.edit_message_reply_markup(reply_markup=OTHER, **here)
    assert (await only(sandbox))["edits"] == []
    sandbox.clock.advance(60)
    await bot.edit_message_text("two", **here)
    assert [edit["at"] for edit in (await only(sandbox))["edits"]] == ["2026-09-01T12:00:00+00:00"]
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_reply_markup(**here)


async def test_only_so_many_earlier_texts_are_kept(
    sandbox: Served, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.telegram.state.EDITS_KEPT", 5)
    sent = await bot.send_message(STUDENT, "0")
    for number in range(1, 5 + 3):
        sandbox.clock.advance(1)
        await bot.edit_message_text(str(number), chat_id=STUDENT, message_id=sent.message_id)
    texts = [edit["text"] for edit in (await only(sandbox))["edits"]]
    assert texts == [str(number) for number in range(2, 5 + 2)]


async def test_what_the_bot_did_not_say_cannot_be_edited(sandbox: Served, bot: Bot) -> None:
    said = await sandbox.post("/telegram/say", chat_id=STUDENT, text="mine")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("x", chat_id=STUDENT, message_id=said["message_id"])


@pytest.mark.parametrize(
    "markup",
    [ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Help")]]), ReplyKeyboardRemove()],
)
async def test_a_message_that_changed_the_persons_keyboard_cannot_be_edited(
    bot: Bot, markup: ReplyKeyboardMarkup | ReplyKeyboardRemove
) -> None:
    sent = await bot.send_message(STUDENT, "one", reply_markup=markup)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("two", chat_id=STUDENT, message_id=sent.message_id)


async def test_a_deleted_message_is_neither_edited_nor_answered(bot: Bot) -> None:
    sent = await bot.send_message(STUDENT, "one")
    await bot.delete_message(STUDENT, sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_reply_markup(chat_id=STUDENT, message_id=sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(
            STUDENT, "two", reply_parameters=ReplyParameters(message_id=sent.message_id)
        )


async def test_a_message_older_than_two_days_stays(sandbox: Served, bot: Bot) -> None:
    sent = await bot.send_message(STUDENT, "one")
    sandbox.clock.advance(48 * 3600 + 1)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await bot.delete_message(STUDENT, sent.message_id)


async def test_a_bot_deletes_what_a_person_said_in_private_and_not_in_a_room(
    sandbox: Served, bot: Bot
) -> None:
    said = await sandbox.post("/telegram/say", chat_id=STUDENT, text="x")
    assert await bot.delete_message(STUDENT, said["message_id"])
    said = await sandbox.post("/telegram/say", chat_id=ROOM, text="x", by="teacher")
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await bot.delete_message(ROOM, said["message_id"])


async def test_a_reply_shows_what_it_answers_as_that_is_now(sandbox: Served, bot: Bot) -> None:
    first = await bot.send_message(STUDENT, "one")
    reply = await bot.send_message(
        STUDENT, "two", reply_parameters=ReplyParameters(message_id=first.message_id, quote="on")
    )
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.text == "one"
    shown = {"message_id": first.message_id, "from": "bot", "kind": "text", "quote": "on"}
    assert (await sandbox.messages(STUDENT))[1]["reply_to"] == {**shown, "text": "one"}
    await bot.edit_message_text("uno", chat_id=STUDENT, message_id=first.message_id)
    assert (await sandbox.messages(STUDENT))[1]["reply_to"]["text"] == "uno"
    await bot.delete_message(STUDENT, first.message_id)
    gone = (await sandbox.messages(STUDENT))[0]["reply_to"]
    assert (gone["from"], gone["kind"], gone["text"]) == (None, None, None)


async def test_a_reply_to_nothing_is_sent_only_where_that_is_allowed(
    sandbox: Served, bot: Bot
) -> None:
    allowed = ReplyParameters(message_id=1, allow_sending_without_reply=True)
    assert (await bot.send_message(STUDENT, "x", reply_parameters=allowed)).message_id
    assert (await only(sandbox))["reply_to"] is None
    elsewhere = await bot.send_message(SECOND, "x")
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(
            STUDENT, "x", reply_parameters=ReplyParameters(message_id=elsewhere.message_id)
        )
    with pytest.raises(TelegramBadRequest, match="QUOTE_TEXT_INVALID"):
        await bot.send_message(
            SECOND,
            "x",
            reply_parameters=ReplyParameters(message_id=elsewhere.message_id, quote="y"),
        )


async def test_a_person_replies_too(sandbox: Served, bot: Bot) -> None:
    sent = await bot.send_message(STUDENT, "one")
    await sandbox.post("/telegram/say", chat_id=STUDENT, text="two", reply_to=sent.message_id)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.message_id == sent.message_id


async def test_silence_and_protection_are_kept(sandbox: Served, bot: Bot) -> None:
    sent = await bot.send_message(STUDENT, "x", disable_notification=True, protect_content=True)
    assert sent.has_protected_content
    message = await only(sandbox)
    assert (message["silent"], message["protected"]) == (True, True)
    loud = await bot.send_message(SECOND, "x")
    assert not loud.has_protected_content


async def test_a_state_file_from_before_these_facts_is_still_read(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.json"
    async with serve(data_file=file) as before:
        await before.call("sendMessage", chat_id=STUDENT, text="old")
    state = json.loads(file.read_text())
    (message,) = state["telegram"]["chats"][str(STUDENT)]["messages"]
    for newer in ("edits", "rewritten_at", "reply", "file", "protected"):
        del message[newer]
    del state["telegram"]["files"]
    file.write_text(json.dumps(state))
    async with serve(data_file=file) as after:
        found = await only(after)
        assert (found["text"], found["edits"], found["file"]) == ("old", [], None)
        here = {"chat_id": STUDENT, "message_id": found["message_id"]}
        await after.call("editMessageText", text="new", **here)
    async with serve(data_file=file) as again:
        assert [edit["text"] for edit in (await only(again))["edits"]] == ["old"]
