"""mail, wired."""

from pathlib import Path

from fastapi import FastAPI

from services.mail.card import pages as card
from services.mail.settings import MailSettings
from services.mail.worker import DUE, SUBSCRIPTIONS
from shared.clock import Clock
from shared.service import Transports
from shared.web import create_plain_app

FOLDER = Path(__file__).parent


def create_app(
    settings: MailSettings,
    *,
    clock: Clock | None = None,
    transports: Transports | None = None,
) -> FastAPI:
    """The only place where mail is wired; `app.state.service` is the whole."""
    return create_plain_app(
        settings,
        folder=FOLDER,
        routers=[card.router],
        subscriptions=SUBSCRIPTIONS,
        due=DUE,
        clock=clock,
        transports=transports,
    )
