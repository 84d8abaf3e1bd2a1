"""The thin walk through both systems, with the real clients."""

from __future__ import annotations

import json

from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from sandbox.school import PEOPLE, PULLS
from tests.sandbox.serving import Served

STUDENT = PEOPLE[0].chat_id


async def test_a_person_speaks_the_bot_answers_and_both_see_it(sandbox: Served, bot: Bot) -> None:
    await sandbox.post("/telegram/say", chat_id=STUDENT, text="/start code-1")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "/start code-1"
    assert update.message.entities is not None
    assert update.message.entities[0].type == "bot_command"
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="yes")]]
    )
    await bot.send_message(STUDENT, "<b>Hi</b>", parse_mode="HTML", reply_markup=keyboard)
    asked, answered = await sandbox.messages(STUDENT)
    assert (asked["from"], answered["from"]) == ("person", "bot")
    assert answered["text"] == "Hi"
    assert answered["buttons"] == [[{"text": "Yes", "data": "yes", "url": None, "web_app": None}]]


async def test_a_review_reaches_the_hook_signed(sandbox: Served) -> None:
    answer = await sandbox.post(
        "/github/review", pull=PULLS[0].url, by="curator", state="approved", body="Well done"
    )
    assert answer["status"] == 202
    ((headers, body),) = sandbox.hook.came
    assert headers["x-github-event"] == "pull_request_review"
    assert json.loads(body)["review"]["id"] == answer["review_id"]
