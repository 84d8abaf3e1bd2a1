"""school's app in a test: opened, with a client before it, and a word on who asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from services.school.app import create_app
from services.school.settings import SchoolSettings
from shared.clock import Clock
from shared.identity import ANONYMOUS, Identity
from shared.service import Transports

ORIGIN = "http://localhost:8080"


class Known:
    """In the place of the verifier, which has tests of its own: says who every request is from."""

    def __init__(self) -> None:
        self.identity = ANONYMOUS

    async def identify(self, token: str | None) -> Identity:
        return self.identity


@asynccontextmanager
async def serving(
    database_url: str,
    clock: Clock,
    known: Known,
    *,
    transports: Transports | None = None,
    raises: bool = True,
) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    """The app, open, and a client; `raises`: what fails within fails the test at once."""
    settings = SchoolSettings(
        database_url=SecretStr(database_url), service_secret=SecretStr("a-secret-for-tests")
    )
    app = create_app(settings, clock=clock, transports=transports)
    app.state.service.verifier = known
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=raises)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
    ):
        yield app, client
