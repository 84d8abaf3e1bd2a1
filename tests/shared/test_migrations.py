"""Schemas: each file once, forward only, under a lock, and nobody reads a neighbour's."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from parta.postgres import EmbeddedPostgres
from shared.db import Database
from shared.migrations import SPINE, MigrationChanged, migrate
from tests.support.database import drop_database, execute
from tests.support.waiting import apart


@pytest.fixture
def empty_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A database in which nothing was migrated."""
    apart(execute(postgres, "CREATE DATABASE unmigrated"))
    yield postgres.url("unmigrated")
    apart(drop_database(postgres, "unmigrated"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_words.sql").write_text("CREATE TABLE words (word text);")
    (tmp_path / "0002_more.sql").write_text("INSERT INTO words VALUES ('парта');")
    return tmp_path


async def ask(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_each_file_is_applied_once_and_the_spine_comes_first(
    empty_url: str, folder: Path
) -> None:
    applied = await migrate(empty_url, "school", folder)
    spine = [f"spine/{path.stem}" for path in sorted(SPINE.glob("*.sql"))]
    assert applied == [*spine, "0001_words", "0002_more"]
    assert await migrate(empty_url, "school", folder) == []
    assert await ask(empty_url, "SELECT count(*) FROM school.words") == 1


async def test_several_at_a_time_wait_for_each_other(empty_url: str, folder: Path) -> None:
    applied = await asyncio.gather(*(migrate(empty_url, "school", folder) for _ in range(4)))
    assert sorted(len(names) for names in applied)[:3] == [0, 0, 0]
    assert await ask(empty_url, "SELECT count(*) FROM school.words") == 1


async def test_a_file_that_was_changed_after_it_was_applied_is_refused(
    empty_url: str, folder: Path
) -> None:
    await migrate(empty_url, "school", folder)
    (folder / "0001_words.sql").write_text("CREATE TABLE words (word text, other text);")
    with pytest.raises(MigrationChanged, match="school: 0001_words"):
        await migrate(empty_url, "school", folder)


async def test_a_file_that_fails_leaves_nothing_and_can_be_mended(
    empty_url: str, folder: Path
) -> None:
    broken = folder / "0003_broken.sql"
    broken.write_text("CREATE TABLE half (n int); SELECT nonsense;")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await migrate(empty_url, "school", folder)
    broken.write_text("CREATE TABLE half (n int);")
    assert await migrate(empty_url, "school", folder) == ["0003_broken"]


async def test_what_is_made_belongs_to_the_services_role(empty_url: str, folder: Path) -> None:
    await migrate(empty_url, "school", folder)
    owner = "SELECT tableowner FROM pg_tables WHERE schemaname = 'school' AND tablename = 'words'"
    assert await ask(empty_url, owner) == "parta_school"


async def test_a_service_cannot_read_its_neighbours_tables(database_url: str) -> None:
    database = Database(database_url, "bot")
    await database.open()
    try:
        async with database.acquire() as connection:
            assert await connection.fetchval("SELECT count(*) FROM inbox") == 0
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetchval("SELECT count(*) FROM school.inbox")
    finally:
        await database.close()


async def test_a_login_that_is_no_superuser_can_migrate(
    postgres: EmbeddedPostgres, empty_url: str, folder: Path
) -> None:
    await execute(postgres, "CREATE ROLE operator LOGIN CREATEROLE PASSWORD 'p'")
    await execute(postgres, "GRANT CREATE ON DATABASE unmigrated TO operator")
    own_url = "postgresql://operator:p@/" + empty_url.partition("@/")[2]
    try:
        assert await migrate(own_url, "newcomer", folder)
        database = Database(own_url, "newcomer")
        await database.open()
        async with database.acquire() as connection:
            assert await connection.fetchval("SELECT count(*) FROM words") == 1
        await database.close()
    finally:
        connection = await asyncpg.connect(empty_url)
        await connection.execute(
            "DROP OWNED BY parta_newcomer, operator CASCADE; DROP ROLE parta_newcomer, operator"
        )
        await connection.close()
