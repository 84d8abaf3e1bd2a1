"""Menus of commands: whose is seen by whom."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatMember,
    BotCommandScopeDefault,
    BotCommandScopeUnion,
)

from sandbox.school import PEOPLE, ROOMS
from tests.sandbox.serving import Served

RUSSIAN, ENGLISH = PEOPLE[0], PEOPLE[1]
ROOM = ROOMS[0].chat_id


async def put(bot: Bot, name: str, scope: BotCommandScopeUnion | None, language: str = "") -> None:
    menu = [BotCommand(command=name, description=f"{name}!")]
    await bot.set_my_commands(menu, scope=scope, language_code=language or None)


async def seen(sandbox: Served, chat_id: int = RUSSIAN.chat_id, **by: str) -> list[str]:
    menu = await sandbox.get("/telegram/commands", chat_id=chat_id, **by)
    return [command["command"] for command in menu]


async def test_the_nearest_scope_wins_and_in_it_the_persons_language(
    sandbox: Served, bot: Bot
) -> None:
    chat = BotCommandScopeChat(chat_id=RUSSIAN.chat_id)
    private = BotCommandScopeAllPrivateChats()
    order: list[tuple[str, BotCommandScopeUnion, str]] = [
        ("default", BotCommandScopeDefault(), ""),
        ("default_ru", BotCommandScopeDefault(), "ru"),
        ("private", private, ""),
        ("private_ru", private, "ru"),
        ("chat", chat, ""),
        ("chat_ru", chat, "ru"),
    ]
    assert await seen(sandbox) == []
    for name, scope, language in order:
        await put(bot, name, scope, language)
        assert await seen(sandbox) == [name]
    assert await seen(sandbox, ENGLISH.chat_id) == ["private"]
    for (_, scope, language), (below, _, _) in zip(order[:0:-1], order[-2::-1], strict=True):
        await bot.delete_my_commands(scope=scope, language_code=language or None)
        assert await seen(sandbox) == [below]


async def test_a_menu_of_nothing_uncovers_what_stands_above_it(sandbox: Served, bot: Bot) -> None:
    chat = BotCommandScopeChat(chat_id=RUSSIAN.chat_id)
    await put(bot, "everybody", None)
    await put(bot, "mine", chat)
    await bot.set_my_commands([], scope=chat)
    assert await seen(sandbox) == ["everybody"]
    assert await sandbox.get("/telegram/commands", chat_id=ENGLISH.chat_id) == [
        {"command": "everybody", "description": "everybody!"}
    ]


async def test_a_room_has_menus_of_its_own(sandbox: Served, bot: Bot) -> None:
    member = BotCommandScopeChatMember(chat_id=ROOM, user_id=RUSSIAN.chat_id)
    await put(bot, "private", BotCommandScopeAllPrivateChats())
    assert await seen(sandbox, ROOM) == []
    await put(bot, "groups", BotCommandScopeAllGroupChats())
    await put(bot, "hers", member)
    assert await seen(sandbox, ROOM) == ["groups"]
    assert await seen(sandbox, ROOM, by=RUSSIAN.key) == ["hers"]
    assert await seen(sandbox, ROOM, by=ENGLISH.key) == ["groups"]


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        ({"type": "chat"}, "chat_id is empty"),
        ({"type": "chat", "chat_id": 5}, "chat not found"),
        ({"type": "chat_member", "chat_id": ROOM}, "user not found"),
        ({"type": "everyone"}, "can't parse BotCommandScope: unsupported type specified"),
    ],
)
async def test_a_scope_that_names_nobody_is_refused(
    sandbox: Served, scope: dict[str, Any], reason: str
) -> None:
    menu = [{"command": "a", "description": "a"}]
    answer = await sandbox.call("setMyCommands", commands=menu, scope=scope)
    assert (answer.status_code, answer.json()["description"]) == (400, f"Bad Request: {reason}")


async def test_a_menu_button_is_taken_and_means_nothing(bot: Bot) -> None:
    assert await bot.set_chat_menu_button(chat_id=RUSSIAN.chat_id)


async def test_the_menus_door_refuses_strangers(sandbox: Served) -> None:
    answers = [
        await sandbox.http.get("/telegram/commands", params=parameters)
        for parameters in ({}, {"chat_id": "1"}, {"chat_id": str(ROOM), "by": "nobody"})
    ]
    assert [answer.status_code for answer in answers] == [400, 404, 404]
