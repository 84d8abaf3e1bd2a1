"""What a handler gives back: what to say to Telegram, and what to write down.

Neither happens in the handler. The worker does all of it, in order, in the transaction that marks
the update as handled; so a handler may run again without anything having happened twice.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.methods import TelegramMethod

from services.bot.errors import HandlerReturnedOther
from shared.clock import Clock
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class Write:
    """A change of the bot's own rows. It asks nobody outside the database."""

    do: Callable[[Connection, Clock], Awaitable[object]]


Reply = TelegramMethod[Any] | Write
Replies = list[Reply]


def read_replies(given: Any) -> Replies:
    """What a handler returned: nothing, one reply or several.

    Raises:
        HandlerReturnedOther: it is no reply.
    """
    if given is None or given is UNHANDLED:
        return []
    is_many = isinstance(given, Iterable) and not isinstance(given, TelegramMethod)
    replies = list(given) if is_many else [given]
    if not all(isinstance(reply, TelegramMethod | Write) for reply in replies):
        raise HandlerReturnedOther(type(given).__name__)
    return replies
