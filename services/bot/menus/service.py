"""Each chat's menu of commands, by whose it is and in their language; told to Telegram once."""

import hashlib
import json

from aiogram.methods import DeleteMyCommands, SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeChat
from asyncpg import Record

from services.bot import texts as words
from services.bot.dialogs.menu import buttons_for
from services.bot.menus import repository
from services.bot.outgoing import repository as outgoing
from shared.clock import Clock
from shared.db import Connection


async def refresh(connection: Connection, clock: Clock, *, chat_id: int) -> None:
    """Give the chat the menu that it should have, unless it has it.

    For who holds the chat's row. Behind answers, so that a menu that Telegram does not take holds
    none of them up.
    """
    found = await repository.find(connection, chat_id)
    if found is None:
        return
    wanted = _menu_of(found)
    mark = _mark_of(wanted)
    if mark == found["menu"]:
        return
    scope = BotCommandScopeChat(chat_id=chat_id)
    await repository.keep(connection, chat_id, mark)
    await outgoing.enqueue(
        connection,
        SetMyCommands(commands=wanted, scope=scope) if wanted else DeleteMyCommands(scope=scope),
        chat_id=chat_id,
        person_id=None,
        lane=outgoing.NOTICE,
        now=clock.now(),
    )


def _menu_of(chat: Record) -> list[BotCommand] | None:
    """None: the menu that all chats have will do."""
    if chat["roles"] is not None:
        return buttons_for(chat["roles"], words.catalogue().of(chat["locale"]))
    if chat["chosen"] is not None:
        return buttons_for(None, words.catalogue().of(chat["chosen"]))
    return None


def _mark_of(menu: list[BotCommand] | None) -> str | None:
    """A short sign of the whole menu: another word in it is another menu."""
    if menu is None:
        return None
    told = json.dumps([[one.command, one.description] for one in menu], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
