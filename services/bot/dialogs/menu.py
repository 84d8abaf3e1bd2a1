"""The bot's menu of commands, in each language; English for all others."""

from aiogram.methods import SetMyCommands
from aiogram.types import BotCommand

from services.bot import texts as words
from shared.texts import Texts


def menu_calls() -> list[SetMyCommands]:
    """What to tell Telegram at each start."""
    english, russian = words.catalogue().of("en"), words.catalogue().of("ru")
    return [_call(english, None), _call(russian, "ru"), _call(english, "en")]


def _call(texts: Texts, language: str | None) -> SetMyCommands:
    commands = [
        BotCommand(command=name, description=what) for name, what in words.menu(texts).items()
    ]
    return SetMyCommands(commands=commands, language_code=language)
