"""sync, wired."""

import asyncio
from pathlib import Path

import httpx
from fastapi import FastAPI
from prometheus_client import Counter

from services.sync.card import pages as card
from services.sync.github import endpoint as github
from services.sync.github import repository
from services.sync.settings import SyncSettings
from services.sync.worker import DUE, SUBSCRIPTIONS
from shared.clock import Clock
from shared.web import create_plain_app

FOLDER = Path(__file__).parent


def create_app(
    settings: SyncSettings,
    *,
    clock: Clock | None = None,
    auth_transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """The only place where sync is wired; `app.state.service` is the whole."""
    app = create_plain_app(
        settings,
        folder=FOLDER,
        routers=[github.router, card.router],
        subscriptions=SUBSCRIPTIONS,
        due=DUE,
        clock=clock,
        auth_transport=auth_transport,
        freshness={"github": repository.last_received},
        max_body={github.PATH: github.MAX_BODY},
    )
    app.state.large_bodies = asyncio.Semaphore(github.LARGE_AT_ONCE)
    app.state.deliveries = Counter(
        "parta_github_deliveries",
        "Deliveries by kind and what came of them",
        ["event", "result"],
        registry=app.state.service.metrics.registry,
    )
    return app
