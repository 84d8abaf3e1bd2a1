"""The bot, wired."""

from fastapi import FastAPI

from services.bot import texts
from services.bot.feedback import pages as feedback
from services.bot.me import pages as card
from services.bot.preferences import pages as preferences
from services.bot.service import FOLDER, BotService
from services.bot.settings import BotSettings
from services.bot.updates.endpoint import take_update
from shared.clock import Clock
from shared.pages import Pages
from shared.service import Transports
from shared.web import create_service_app


def create_app(
    settings: BotSettings,
    *,
    clock: Clock | None = None,
    transports: Transports | None = None,
) -> FastAPI:
    """The only place where the bot is wired; `app.state.service` is the whole."""
    service = BotService(settings, clock=clock, transports=transports)
    app = create_service_app(
        service,
        pages=Pages(FOLDER, texts.catalogue()),
        routers=[card.router, preferences.router, feedback.router],
    )
    # No route of the framework's: who shows the secret is no browser, and has no form to check.
    app.add_route(settings.webhook_path, take_update, methods=["POST"])
    return app
