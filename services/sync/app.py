"""sync, wired."""

import asyncio
from datetime import timedelta

from fastapi import FastAPI
from prometheus_client import Counter

from services.sync.card import pages as card
from services.sync.github import endpoint as github
from services.sync.github.lookups import endpoints as lookups
from services.sync.github.suggestions import endpoints as suggestions
from services.sync.operating import pages as operating
from services.sync.service import FOLDER, SyncService
from services.sync.settings import SyncSettings
from services.sync.videos import endpoints as videos_told
from services.sync.videos import pages as videos
from shared.clock import Clock
from shared.pages import Pages
from shared.service import Transports
from shared.texts import Catalogue
from shared.web import create_service_app


def create_app(
    settings: SyncSettings,
    *,
    clock: Clock | None = None,
    transports: Transports | None = None,
    gap: timedelta | None = None,
) -> FastAPI:
    """The only place where sync is wired; `app.state.service` is the whole."""
    sync = SyncService(settings, clock=clock, transports=transports, gap=gap)
    app = create_service_app(
        sync,
        pages=Pages(FOLDER, Catalogue(FOLDER / "locale")),
        routers=[
            github.router,
            card.router,
            lookups.router,
            suggestions.router,
            videos.router,
            videos_told.router,
            operating.router,
        ],
        max_body={github.PATH: github.MAX_BODY},
    )
    app.state.large_bodies = asyncio.Semaphore(github.LARGE_AT_ONCE)
    app.state.deliveries = Counter(
        "parta_github_deliveries",
        "Deliveries by kind and what came of them",
        ["event", "result"],
        registry=sync.metrics.registry,
    )
    return app
