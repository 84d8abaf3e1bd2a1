"""The poller: asks Telegram what happened and writes it down before saying that it knows."""

from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError

from services.bot.updates import repository
from services.bot.updates.hearing import ALLOWED_UPDATES, Hearing, ask
from shared.clock import Clock
from shared.crash import crash_point
from shared.db import Database
from shared.lead import Holder
from shared.metrics import Metrics

POLL_FOR = 25
SPARE = 10


class Poller(Hearing):
    """One a bot: Telegram answers 409 to the second.

    An update is committed before the offset that confirms it is sent. What comes twice is known
    by its id, whatever its size: ids begin anew at random after a week of silence. For the same
    reason an offset is used to confirm and then forgotten, not kept as a high-water mark.
    """

    def __init__(
        self,
        database: Database,
        bot: Bot,
        clock: Clock,
        metrics: Metrics,
        *,
        poll_for: int = POLL_FOR,
    ) -> None:
        super().__init__(database, bot, clock, metrics)
        self._poll_for = poll_for

    async def run(self) -> None:
        """Poll until cancelled, or until the role is lost (then it raises)."""
        async with self.lead() as holder:
            offset: int | None = None
            is_ours = False
            failures = 0
            while True:
                self._metrics.progress.labels("poller").set_to_current_time()
                try:
                    if not is_ours:
                        await holder.wait_for(ask(self._bot, "deleteWebhook"))
                        is_ours = True
                    told = await holder.wait_for(self._poll(offset))
                except (AiogramError, OSError, TimeoutError) as error:
                    failures += 1
                    is_ours = False
                    await self.back_off(holder, error, failures)
                    continue
                failures, self.trouble = 0, None
                offset = await self._take(holder, told)

    async def _poll(self, offset: int | None) -> list[dict[str, Any]]:
        arguments = {"offset": offset} if offset is not None else {}
        told = await ask(
            self._bot,
            "getUpdates",
            timeout=self._poll_for,
            allowed_updates=ALLOWED_UPDATES,
            seconds=self._poll_for + SPARE,
            **arguments,
        )
        return [
            one
            for one in told
            if isinstance(one, dict) and repository.is_storable(one.get("update_id"))
        ]

    async def _take(self, holder: Holder, told: list[dict[str, Any]]) -> int | None:
        """Write them down; gives the offset by which the next poll confirms them."""
        if not told:
            return None
        async with holder.connection.transaction():
            await repository.insert(holder.connection, told)
        crash_point("updates.after_insert")
        self._database.ring("updates")
        return int(told[-1]["update_id"]) + 1
