"""The bot's menus: which commands are offered to whom, in which words."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from aiogram.methods import SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats

from services.bot import texts as words
from shared.texts import Texts

EVERYBODY = ("start", "help", "language")
"""What a chat without an account can do: /start leads it to the page."""

Roles = Collection[str] | None
"""A person's; None: a stranger, whom no account knows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A command, and what is said of it to somebody with these roles."""

    command: str
    says: Callable[[Texts, Roles], str]


ENTRIES = (
    Entry("help", words.menu_help),
    Entry("works", words.menu_works),
    Entry("videos", words.menu_videos),
    Entry("progress", words.menu_progress),
    Entry("login", words.menu_login),
    Entry("settings", words.menu_settings),
    Entry("why", words.menu_why),
    Entry("feedback", words.menu_feedback),
    Entry("language", words.menu_language),
    Entry("timezone", words.menu_timezone),
    Entry("cancel", words.menu_cancel),
    Entry("start", words.menu_start),
)
"""In the order in which they are shown: what is needed often comes first."""


def commands_for(roles: Roles, texts: Texts) -> dict[str, str]:
    """Commands and what they do, for somebody with these roles."""
    return {
        entry.command: entry.says(texts, roles)
        for entry in ENTRIES
        if roles is not None or entry.command in EVERYBODY
    }


def buttons_for(roles: Roles, texts: Texts) -> list[BotCommand]:
    """The same as Telegram takes it."""
    return [
        BotCommand(command=name, description=what)
        for name, what in commands_for(roles, texts).items()
    ]


def menu_calls() -> list[SetMyCommands]:
    """The menu of all private chats, for Telegram at each start: English where it is neither."""
    english, russian = words.catalogue().of("en"), words.catalogue().of("ru")
    return [_call(english, None), _call(russian, "ru"), _call(english, "en")]


def _call(texts: Texts, language: str | None) -> SetMyCommands:
    return SetMyCommands(
        commands=buttons_for(None, texts),
        scope=BotCommandScopeAllPrivateChats(),
        language_code=language,
    )
