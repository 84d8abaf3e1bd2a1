"""Links in messages: a button where Telegram takes one, else plain text."""

import html
import ipaddress
from typing import TypeGuard
from urllib.parse import urlsplit
from uuid import UUID

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from services.bot.texts import LONGEST_LINK

PAGES = "/sync/videos"
"""Where sync shows videos, below our address."""


def is_public(url: str) -> bool:
    """Whether Telegram takes the address for a button: https, and a host that others can reach."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme != "https" or "." not in host or host.endswith((".local", ".localhost")):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return True


def is_link(url: str | None) -> TypeGuard[str]:
    """Whether it is an address of the web that a message has room for."""
    return url is not None and len(url) <= LONGEST_LINK and url.startswith(("https://", "http://"))


def video_page(page_url: str, resource_id: UUID) -> str:
    """A video's page, by that of all videos."""
    return f"{page_url.partition(PAGES)[0]}{PAGES}/{resource_id}"


def mini_app(page_url: str, resource_id: UUID) -> str:
    """Where Telegram opens it as a Mini App."""
    return f"{page_url.partition(PAGES)[0]}{PAGES}/app?resource={resource_id}"


def link_button(label: str, url: str | None, app: str | None = None) -> InlineKeyboardButton | None:
    """A button, for an address that Telegram takes; in a private chat `app` opens in its place."""
    if not is_link(url) or not is_public(url):
        return None
    if app is not None:
        return InlineKeyboardButton(text=label, web_app=WebAppInfo(url=app))
    return InlineKeyboardButton(text=label, url=url)


def with_link(
    words: str, url: str | None, label: str, app: str | None = None
) -> tuple[str, InlineKeyboardMarkup | None]:
    """The message's words and its keyboard: a button below, or the address in the words."""
    if not is_link(url):
        return words, None
    button = link_button(label, url, app)
    if button is not None:
        return words, InlineKeyboardMarkup(inline_keyboard=[[button]])
    return f"{words}\n\n{html.escape(url, quote=False)}", None
