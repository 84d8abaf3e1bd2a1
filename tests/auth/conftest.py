"""auth on a database of the test's own, with GitHub's sandbox for the outside."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import httpx
import pytest
from starlette.applications import Starlette

from parta.postgres import EmbeddedPostgres
from sandbox.app import create_app as create_sandbox
from sandbox.settings import SandboxSettings
from services.auth.app import create_app
from tests.auth.desk import Desk, settings_for
from tests.auth.mailbox import Post
from tests.support.database import drop_database, new_database
from tests.support.waiting import apart

BOT_TOKEN = "4242:a-token-of-the-test"
OpenDesk = Callable[..., Awaitable[Desk]]


class Monotonic:
    """The sandbox's clock for codes."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


WIPE = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'auth' AND tablename <> 'migrations'
    LOOP
        EXECUTE format('DELETE FROM auth.%I', name);
    END LOOP;
END
$$
"""


@pytest.fixture(scope="session")
def one_database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    name = apart(new_database(postgres))
    yield postgres.url(name)
    apart(drop_database(postgres, name))


@pytest.fixture
def database_url(one_database_url: str) -> Iterator[str]:
    """One database for all of auth's tests, emptied after each: a new one takes ten times longer.

    Nothing in it outlives its rows: auth listens to nobody and holds no sequence dear.
    """
    yield one_database_url
    apart(_wipe(one_database_url))


async def _wipe(url: str) -> None:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute(WIPE)
    finally:
        await connection.close(timeout=5)


@pytest.fixture
def monotonic() -> Monotonic:
    return Monotonic()


@pytest.fixture
async def sandbox(monotonic: Monotonic) -> AsyncIterator[Starlette]:
    settings = SandboxSettings(
        smtp_port=0,
        github_oauth_client_id="client",
        github_oauth_client_secret="client-secret",
        telegram_bot_token=BOT_TOKEN,
        google_client_id="google-client",
        google_client_secret="google-secret",
        vk_client_id="vk-client",
        telegram_oidc_client_secret="telegram-secret",
        stepik_client_id="stepik-of-sync",
        stepik_client_secret="another-secret",
        stepik_oauth_client_id="stepik-client",
        stepik_oauth_client_secret="stepik-secret",
    )
    app = create_sandbox(settings, monotonic=monotonic)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def open_desk(database_url: str, sandbox: Starlette) -> AsyncIterator[OpenDesk]:
    """Start auth, with other settings where the test says so; more than once is replicas."""
    async with AsyncExitStack() as stack:

        async def open_one(**changes: Any) -> Desk:
            settings = settings_for(database_url, **changes)
            app = create_app(settings, outside=httpx.ASGITransport(sandbox))
            await stack.enter_async_context(app.router.lifespan_context(app))
            github = httpx.AsyncClient(transport=httpx.ASGITransport(sandbox))
            await stack.enter_async_context(github)
            return Desk(app, github)

        yield open_one


@pytest.fixture
async def desk(open_desk: OpenDesk) -> Desk:
    return await open_desk()


@pytest.fixture
async def post(open_desk: OpenDesk, sandbox: Starlette) -> Post:
    """auth with the sandbox's mail server."""
    url = f"smtp://127.0.0.1:{sandbox.state.smtp_port}"
    return Post(await open_desk(smtp_url=url, mail_from="parta@example.org"), sandbox)
