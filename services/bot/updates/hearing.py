"""What both ways of hearing Telegram have in common: being asked by us, and calling us."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramUnauthorizedError,
)

from services.bot.dialogs.menu import menu_calls
from services.bot.outgoing import repository as outgoing
from services.bot.telegram import Call, describe
from shared.clock import Clock
from shared.db import Database
from shared.lead import Holder, lead
from shared.log import get_log
from shared.loops import pause_after
from shared.metrics import Metrics

log = get_log(__name__)

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


class Hearing:
    """What a way of hearing has at hand, and how it waits when Telegram says no."""

    def __init__(self, database: Database, bot: Bot, clock: Clock, metrics: Metrics) -> None:
        self._database = database
        self._bot = bot
        self._clock = clock
        self._metrics = metrics
        self.trouble: str | None = None

    @asynccontextmanager
    async def lead(self) -> AsyncIterator[Holder]:
        """The role; its holder sees to the bot's menu, by the sending queue."""
        async with lead(self._database, ROLE) as holder:
            async with holder.connection.transaction():
                for method in menu_calls():
                    await outgoing.enqueue_menu(holder.connection, method, now=self._clock.now())
            self._database.ring("sender")
            yield holder

    async def back_off(self, holder: Holder, error: Exception, failures: int) -> None:
        """Wait: up to 3 s, or up to half a minute where nobody's patience is rewarded."""
        self.trouble = describe(error)
        log.warning("telegram_refused", error=self.trouble, failures=failures)
        pause = pause_after(failures)
        if isinstance(error, LASTING):
            pause = min(LONG_PAUSE, failures * pause)
        await holder.wait_for(asyncio.sleep(pause))
