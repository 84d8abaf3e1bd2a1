"""The sender: takes the queue to Telegram, in order, within its limits."""

import time
from collections.abc import Callable

from aiogram import Bot

from services.bot.sending.tenure import Tenure
from shared.clock import Clock
from shared.db import Database
from shared.lead import lead
from shared.metrics import Metrics


class Sender:
    """One is active a bot, by the advisory lock of `lead`.

    A row is committed as begun before its call and marked after the answer. **The one window in
    which Telegram may show a message twice**: it took the message, and then the answer was lost
    (a time-out after the request was written, a cut connection) or this process died before the
    mark was committed. Telegram has no idempotency key, so nobody can ask. Such a row is sent at
    most once more; when that outcome is unknown too, it fails visibly.
    """

    def __init__(
        self,
        database: Database,
        bot: Bot,
        clock: Clock,
        metrics: Metrics,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._bot = bot
        self._clock = clock
        self._metrics = metrics
        self._monotonic = monotonic
        self.trouble: str | None = None

    async def run(self) -> None:
        """Send until cancelled, or until the role is lost (then it raises).

        When cancelled, what is under way is finished and marked, and nothing new is begun.
        """
        bell = self._database.bell("sender")
        async with lead(self._database, "sender") as holder:
            tenure = Tenure(holder, self._bot, self._clock, self._monotonic, bell.ring)
            try:
                await tenure.begin()
                while True:
                    self._metrics.progress.labels("sender").set_to_current_time()
                    await tenure.settle()
                    self.trouble = tenure.trouble
                    await tenure.start_calls()
                    await bell.wait(tenure.seconds_to_wait())
            finally:
                await tenure.finish()
