"""What a dialogue takes as an answer: a text that is no command."""

import re
from typing import Any

from aiogram.filters import Filter
from aiogram.types import Message

COMMAND = re.compile(r"/[A-Za-z0-9_]{1,32}(@\w+)?(\s|$)")


def is_command(message: Message) -> bool:
    """Whether a person asks for something by its name, known to us or not."""
    return COMMAND.match(message.text or message.caption or "") is not None


class TextAnswer(Filter):
    """Gives the handler `answer`. All else falls through, to a word about what is awaited."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        """Whether it is one."""
        if message.text is None or is_command(message):
            return False
        return {"answer": message.text}
