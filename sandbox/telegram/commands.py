"""Bot API: the menus of commands, and which of them a person sees."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sandbox.school import Person
from sandbox.telegram.arguments import Arguments
from sandbox.telegram.errors import bad_request
from sandbox.telegram.messenger import Messenger
from sandbox.telegram.state import TelegramState

# Each kind of scope, and what else names it.
SCOPES: dict[str, tuple[str, ...]] = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
MOST_COMMANDS = 100
MOST_MENUS = 10_000

Menu = list[dict[str, str]]


async def set_my_commands(messenger: Messenger, arguments: Arguments) -> Any:
    commands = arguments.find_objects("commands")
    if commands is None:
        raise bad_request("parameter commands is required")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    menu = [_command(command) for command in commands]
    key = _menu_key(messenger, arguments)
    if key not in messenger.state.commands and len(messenger.state.commands) >= MOST_MENUS:
        raise bad_request("too many command scopes")
    messenger.state.commands[key] = menu
    messenger.changed()
    return True


async def get_my_commands(messenger: Messenger, arguments: Arguments) -> Any:
    return messenger.state.commands.get(_menu_key(messenger, arguments), [])


async def delete_my_commands(messenger: Messenger, arguments: Arguments) -> Any:
    messenger.state.commands.pop(_menu_key(messenger, arguments), None)
    messenger.changed()
    return True


async def set_chat_menu_button(messenger: Messenger, arguments: Arguments) -> Any:
    """Taken and forgotten: here the button always opens the commands."""
    if arguments.has("chat_id"):
        messenger.get_chat(arguments.chat_id())
    return True


def seen_by(state: TelegramState, person: Person | None, chat_id: int) -> Menu:
    """What this person's client shows in this chat: the first menu of these that is set.

    A menu of nothing is none.
    """
    for kind, chat, user in _scopes_seen(person, chat_id):
        for language in (person.locale, "") if person else ("",):
            if menu := state.commands.get(_key(kind, chat, user, language)):
                return menu
    return []


def _scopes_seen(
    person: Person | None, chat_id: int
) -> Iterator[tuple[str, int | None, int | None]]:
    """From the nearest to the widest; nobody of the school administers a room."""
    if chat_id < 0 and person is not None:
        yield "chat_member", chat_id, person.chat_id
    yield "chat", chat_id, None
    yield "all_group_chats" if chat_id < 0 else "all_private_chats", None, None
    yield "default", None, None


def _command(command: dict[str, Any]) -> dict[str, str]:
    name, description = command.get("command"), command.get("description")
    name = name.removeprefix("/") if isinstance(name, str) else ""
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _menu_key(messenger: Messenger, arguments: Arguments) -> str:
    """A menu belongs to a scope and a language."""
    scope = arguments.find_json("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    named = Arguments(scope)
    chat_id = user_id = None
    if "chat_id" in SCOPES[scope["type"]]:
        chat_id = messenger.get_chat(named.chat_id()).chat_id
    if "user_id" in SCOPES[scope["type"]] and (user_id := named.find_integer("user_id")) is None:
        raise bad_request("user not found")
    language = arguments.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return _key(scope["type"], chat_id, user_id, language)


def _key(kind: str, chat_id: int | None, user_id: int | None, language: str) -> str:
    return json.dumps([kind, chat_id, user_id, language])
