"""What both ways of hearing Telegram have in common: being asked by us, and calling us."""

from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramUnauthorizedError,
)

from services.bot.dialogs.menu import menu_calls
from services.bot.outgoing import repository as outgoing
from services.bot.telegram import Call
from shared.clock import Clock
from shared.db import Database
from shared.lead import Holder
from shared.loops import pause_after

ROLE = "poller"
"""One for both ways: where bots are changed over one after the other, the new way waits for the old
one to end instead of undoing what it does."""

ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
LONG_PAUSE = 30.0
LASTING = (TelegramBadRequest, TelegramConflictError, TelegramUnauthorizedError)
"""The address of the webhook is not to Telegram's taste, another bot listens, the token is wrong:
none of it passes in a moment."""


async def ask(bot: Bot, api_method: str, *, seconds: int = 20, **arguments: Any) -> Any:
    """Ask Telegram at once, past the sending queue; the answer is left as it came."""
    return await bot(Call(api_method=api_method, **arguments), request_timeout=seconds)


async def queue_menu(holder: Holder, database: Database, clock: Clock) -> None:
    """Set the menu through the sending queue, so that it is tried again while Telegram is away."""
    async with holder.connection.transaction():
        for method in menu_calls():
            await outgoing.enqueue_menu(holder.connection, method, now=clock.now())
    database.ring("sender")


def pause_after_refusal(error: Exception, failures: int) -> float:
    """Seconds to wait: up to 3, or up to half a minute where nobody's patience is rewarded."""
    pause = pause_after(failures)
    return min(LONG_PAUSE, failures * pause) if isinstance(error, LASTING) else pause
