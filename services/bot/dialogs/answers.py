"""What a dialogue takes as an answer: a text that is no command."""

import re
from typing import Any

from aiogram.filters import Filter
from aiogram.types import Message

CUT_FROM = 4000
TAIL_WITHIN = 3.0
"""Telegram cuts a text that is longer than a message: what follows one of so many characters within
so many seconds is its tail, and no answer by itself."""

COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(@\w+)?(\s|$)")


def is_command(message: Message) -> bool:
    """Whether a person asks for something by its name, known to us or not."""
    return COMMAND.match(message.text or message.caption or "") is not None


def cut_at(message: Message, answer: str) -> float | None:
    """When an answer was sent that Telegram may have cut; None for one that is whole."""
    return message.date.timestamp() if len(answer) >= CUT_FROM else None


def is_tail(message: Message, refused_at: float | None) -> bool:
    """Whether this is the rest of an answer that was refused then."""
    return refused_at is not None and message.date.timestamp() - refused_at <= TAIL_WITHIN


class TextAnswer(Filter):
    """Gives the handler `answer`. All else falls through, to a word about what is awaited."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        """Whether it is one."""
        if message.text is None or is_command(message):
            return False
        return {"answer": message.text}
