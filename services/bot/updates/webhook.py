"""The webhook's keeper: sees to it that Telegram calls us, where we are, with our secret."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError

from services.bot.updates.hearing import ALLOWED_UPDATES, Hearing, ask
from shared.clock import Clock
from shared.db import Database
from shared.log import get_log
from shared.metrics import Metrics

log = get_log(__name__)

LOOK_EVERY = 180.0
MAX_CONNECTIONS = 40
"""Chats that Telegram tells of side by side; each of its requests is one short transaction."""
REFUSED = "401"
"""What its last error says where the secret that Telegram has is not ours."""


class WebhookKeeper(Hearing):
    """One a bot sets the webhook, any number of replicas are called.

    Set at the first look always, for Telegram does not show the secret that it has; after that
    when what it shows is not what we want, as when somebody polled with our token.
    """

    def __init__(
        self,
        database: Database,
        bot: Bot,
        clock: Clock,
        metrics: Metrics,
        *,
        url: str,
        secret: str,
        look_every: float = LOOK_EVERY,
    ) -> None:
        super().__init__(database, bot, clock, metrics)
        self._wanted: dict[str, Any] = {
            "url": url,
            "allowed_updates": sorted(ALLOWED_UPDATES),
            "max_connections": MAX_CONNECTIONS,
        }
        self._secret = secret
        self._look_every = look_every

    async def run(self) -> None:
        """Look again and again until cancelled, or until the role is lost (then it raises)."""
        async with self.lead() as holder:
            is_set = False
            failures = 0
            while True:
                self._metrics.progress.labels("webhook").set_to_current_time()
                try:
                    await holder.wait_for(self._look(is_set))
                except (AiogramError, OSError, TimeoutError) as error:
                    failures += 1
                    await self.back_off(holder, error, failures)
                    continue
                is_set, failures = True, 0
                await holder.wait_for(asyncio.sleep(self._look_every))

    async def _look(self, is_set: bool) -> None:
        shown = await ask(self._bot, "getWebhookInfo")
        if not is_set or self._differs(shown) or REFUSED in _last_error(shown):
            await ask(self._bot, "setWebhook", **self._wanted, secret_token=self._secret)
            log.info("webhook_set", url=self._wanted["url"])
        self.trouble = self._trouble_in(shown) if is_set else None
        if self.trouble:
            log.warning("webhook_fails", error=self.trouble)

    def _trouble_in(self, shown: Mapping[str, Any]) -> str | None:
        """Telegram's last error, which is history while nothing waits."""
        error, waiting = _last_error(shown), shown.get("pending_update_count")
        return f"webhook: {error} ({waiting} wait)" if error and waiting else None

    def _differs(self, shown: Mapping[str, Any]) -> bool:
        told = {**shown, "allowed_updates": sorted(shown.get("allowed_updates") or ())}
        return any(told.get(name) != value for name, value in self._wanted.items())


def _last_error(shown: Mapping[str, Any]) -> str:
    return str(shown.get("last_error_message") or "")
