"""A bot at work beside a sandbox that plays Telegram."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from parta.postgres import EmbeddedPostgres
from tests.bot.playing import Play
from tests.bot.playing import play as new_play
from tests.support.database import drop_database, new_database
from tests.support.waiting import apart

EMPTY = """
DO $$
DECLARE
    known record;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR known IN
        SELECT tablename FROM pg_tables WHERE schemaname = 'bot' AND tablename <> 'migrations'
    LOOP
        EXECUTE format('DELETE FROM bot.%I', known.tablename);
    END LOOP;
END
$$
"""


@pytest.fixture(scope="module")
def module_database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A copy of the template takes half a second, emptying the bot's schema a hundredth."""
    name = apart(new_database(postgres))
    yield postgres.url(name)
    apart(drop_database(postgres, name))


@pytest.fixture
async def database_url(module_database_url: str) -> str:
    """The bot's tables, empty."""
    connection = await asyncpg.connect(module_database_url, timeout=10)
    try:
        await connection.execute(EMPTY)
    finally:
        await connection.close(timeout=5)
    return module_database_url


@pytest.fixture
async def play(database_url: str) -> AsyncIterator[Play]:
    """Everything runs."""
    async with new_play(database_url) as one:
        yield one


@pytest.fixture
async def idle(database_url: str) -> AsyncIterator[Play]:
    """Nothing runs but the sandbox: the test runs what it is about."""
    async with new_play(database_url, at_work=False) as one:
        yield one


@pytest.fixture
def quick_chats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides give a chat its tokens back at once: for tests of other things than limits."""
    monkeypatch.setattr("services.bot.sending.limits.CHAT_PER_SECOND", 100.0)
    monkeypatch.setattr("sandbox.telegram.limits.CHAT_PER_SECOND", 100.0)
