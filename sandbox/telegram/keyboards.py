"""Keyboards, checked as Telegram checks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sandbox.telegram.arguments import Arguments
from sandbox.telegram.errors import bad_request

LONGEST_DATA = 64
MOST_BUTTONS = 100
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)

Button = dict[str, Any]


@dataclass(frozen=True)
class Keyboards:
    """What hangs under a message, and what replaced the person's own keyboard."""

    inline: list[list[Button]] | None = None
    reply: list[list[str]] | None = None


def read_keyboards(arguments: Arguments) -> Keyboards:
    markup = arguments.find_json("reply_markup")
    if markup is None:
        return Keyboards()
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline keyboard")
        inline = [[_inline_button(button) for button in row] for row in rows]
        return Keyboards(inline=[row for row in inline if row] or None)
    if "keyboard" in markup:
        rows = _rows(markup["keyboard"], "keyboard")
        return Keyboards(reply=[[_caption(button) for button in row] for row in rows if row])
    if "remove_keyboard" in markup:
        return Keyboards(reply=[])
    return Keyboards()


def _rows(value: Any, what: str) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad_request(f'field "{what.replace(" ", "_")}" must be of type Array of Arrays')
    if sum(len(row) for row in value) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return value


def _caption(button: Any) -> str:
    caption = button.get("text") if isinstance(button, dict) else button
    if not isinstance(caption, str) or not caption.strip():
        raise bad_request("can't parse keyboard button: Text must be non-empty")
    return caption


def _inline_button(button: Any) -> Button:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    given = [name for name in ACTIONS if button.get(name) is not None]
    if not given:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    caption, action = _caption(button), given[0]
    value = button[action]
    if action == "callback_data":
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= LONGEST_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    elif action == "url":
        _check_url(value, ("http", "https", "tg", "ton"), "inline keyboard button URL")
    elif action == "web_app":
        value = {"url": value.get("url") if isinstance(value, dict) else None}
        _check_url(value["url"], ("http", "https"), "inline keyboard button Web App URL")
    return {"text": caption, action: value}


def _check_url(url: Any, schemes: tuple[str, ...], what: str) -> None:
    """Telegram wants a public host here, and https for a Web App; a laptop has neither."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
    except ValueError:
        parts = None
    if parts is None or parts.scheme.lower() not in schemes or not (parts.netloc or parts.path):
        raise bad_request(f"{what} '{url}' is invalid: Wrong HTTP URL")
