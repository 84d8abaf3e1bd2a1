"""The bot as a service: the spine's, with Telegram's loops."""

from pathlib import Path
from typing import Any

from aiogram import Bot
from prometheus_client import Counter

from services.bot.auth import AuthClient
from services.bot.dialogs.dispatch import Dialogs
from services.bot.notices import repository as notices
from services.bot.outgoing import repository as outgoing
from services.bot.school import SchoolClient
from services.bot.sending.sender import Sender
from services.bot.settings import BotSettings
from services.bot.sync import SyncClient
from services.bot.telegram import create_bot, describe
from services.bot.updates.poller import Poller
from services.bot.updates.webhook import WebhookKeeper
from services.bot.updates.worker import UpdatesWorker
from services.bot.worker import DUE, SUBSCRIPTIONS
from shared.clock import Clock
from shared.service import Service, Transports

FOLDER = Path(__file__).parent


class BotService(Service):
    """Without a token it keeps people and notices, and asks Telegram nothing."""

    def __init__(
        self,
        settings: BotSettings,
        *,
        clock: Clock | None = None,
        transports: Transports | None = None,
    ) -> None:
        super().__init__(
            settings,
            folder=FOLDER,
            subscriptions=SUBSCRIPTIONS,
            due=DUE,
            clock=clock,
            transports=transports,
        )
        self.bot: Bot | None = None
        self.webhook_secret: str | None = None
        self.webhook_updates = Counter(
            "parta_webhook_updates",
            "What Telegram called about, by what came of it",
            ["result"],
            registry=self.metrics.registry,
        )
        if settings.telegram_bot_token is not None:
            self._connect_telegram(settings, settings.telegram_bot_token.get_secret_value())

    def _connect_telegram(self, settings: BotSettings, token: str) -> None:
        bot = self.bot = create_bot(token, settings.telegram_api_url)
        dialogs = Dialogs(
            bot,
            AuthClient(self.client_of("auth")),
            SchoolClient(self.client_of("school")),
            SyncClient(self.client_of("sync")),
            database=self.database,
            clock=self.clock,
            public_url=settings.public_url,
        )
        self.webhook_secret = settings.webhook_secret
        self._hearing = self._new_hearing(settings, bot)
        self._sender = Sender(self.database, bot, self.clock, self.metrics)
        worker = UpdatesWorker(self.database, self.clock, dialogs)
        self.loops |= {
            "webhook" if settings.webhook_url else "poller": self._hearing.run,
            "updates": worker.run,
            "sender": self._sender.run,
        }

    def _new_hearing(self, settings: BotSettings, bot: Bot) -> Poller | WebhookKeeper:
        wiring = (self.database, bot, self.clock, self.metrics)
        url, secret = settings.webhook_url, settings.webhook_secret
        if url is None or secret is None:
            return Poller(*wiring)
        return WebhookKeeper(*wiring, url=url, secret=secret)

    async def close(self) -> None:
        """Stop, then close what is open towards Telegram."""
        await super().close()
        if self.bot is not None:
            await self.bot.session.close()

    async def readiness(self) -> dict[str, Any]:
        """As every service; besides, whether there is a bot and what its loops complain of."""
        report = await super().readiness()
        if self.bot is None:
            return {**report, "telegram": "off: TELEGRAM_BOT_TOKEN is not set"}
        report["telegram"] = self._sender.trouble or self._hearing.trouble or "on"
        try:
            async with self.database.acquire() as connection:
                waiting = await outgoing.count(connection)
                for_a_chat, for_their_time = await notices.count_waiting(connection)
        except Exception as error:
            return {**report, "ready": False, "database": describe(error)}
        return {
            **report,
            "outgoing": waiting,
            "without_chat": for_a_chat,
            "held": for_their_time,
        }
