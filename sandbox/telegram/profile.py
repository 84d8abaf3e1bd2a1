"""Bot API: getMe, and the answer to a pressed button."""

from __future__ import annotations

from typing import Any

from sandbox.telegram.arguments import Arguments
from sandbox.telegram.errors import bad_request
from sandbox.telegram.messenger import CallbackAnswer, Messenger


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
