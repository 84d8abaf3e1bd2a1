"""Bot API: getMe, the menu of commands, and the answer to a pressed button."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.telegram.arguments import Arguments
from sandbox.telegram.errors import bad_request
from sandbox.telegram.messenger import CallbackAnswer, Messenger

SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}
MOST_COMMANDS = 100
MOST_MENUS = 200


async def get_me(messenger: Messenger, arguments: Arguments) -> Any:
    return {
        **messenger.bot_user(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def answer_callback_query(messenger: Messenger, arguments: Arguments) -> Any:
    text = arguments.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    messenger.answer_query(
        arguments.text("callback_query_id"),
        CallbackAnswer(text, arguments.boolean("show_alert"), arguments.text("url") or None),
    )
    return True


async def set_my_commands(messenger: Messenger, arguments: Arguments) -> Any:
    commands = arguments.find_objects("commands")
    if commands is None:
        raise bad_request("parameter commands is required")
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    menu = [_command(command) for command in commands]
    key = _menu_key(arguments)
    if key not in messenger.state.commands and len(messenger.state.commands) >= MOST_MENUS:
        raise bad_request("too many command scopes")
    messenger.state.commands[key] = menu
    messenger.changed()
    return True


async def get_my_commands(messenger: Messenger, arguments: Arguments) -> Any:
    return messenger.state.commands.get(_menu_key(arguments), [])


async def delete_my_commands(messenger: Messenger, arguments: Arguments) -> Any:
    messenger.state.commands.pop(_menu_key(arguments), None)
    messenger.changed()
    return True


def _command(command: dict[str, Any]) -> dict[str, str]:
    name, description = command.get("command"), command.get("description")
    name = name.removeprefix("/") if isinstance(name, str) else ""
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _menu_key(arguments: Arguments) -> str:
    """A menu belongs to a scope and a language."""
    scope = arguments.find_json("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    language = arguments.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return json.dumps([scope["type"], scope.get("chat_id"), scope.get("user_id"), language])
