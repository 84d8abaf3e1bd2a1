"""Links in messages: a button where Telegram takes one, else plain text."""

import html
import ipaddress
from urllib.parse import urlsplit

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from services.bot.texts import LONGEST_LINK


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


def with_link(words: str, url: str | None, label: str) -> tuple[str, InlineKeyboardMarkup | None]:
    """The message's words and its keyboard: a button below, or the address in the words."""
    if not url or len(url) > LONGEST_LINK or not url.startswith(("https://", "http://")):
        return words, None
    if is_public(url):
        button = InlineKeyboardButton(text=label, url=url)
        return words, InlineKeyboardMarkup(inline_keyboard=[[button]])
    return f"{words}\n\n{html.escape(url, quote=False)}", None
