"""school, wired."""

from pathlib import Path

import httpx
from fastapi import FastAPI

from services.school.settings import SchoolSettings
from services.school.submissions import pages as submissions
from services.school.worker import DUE, SUBSCRIPTIONS
from shared.clock import Clock
from shared.web import create_plain_app

FOLDER = Path(__file__).parent


def create_app(
    settings: SchoolSettings,
    *,
    clock: Clock | None = None,
    auth_transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """The only place where school is wired; `app.state.service` is the whole."""
    return create_plain_app(
        settings,
        folder=FOLDER,
        routers=[submissions.router],
        subscriptions=SUBSCRIPTIONS,
        due=DUE,
        clock=clock,
        auth_transport=auth_transport,
    )
