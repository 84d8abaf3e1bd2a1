"""The helpers that every test leans on."""

import socket

import asyncpg
import httpx
import pytest

from tests.support.network import OutsideIsClosed
from tests.support.waiting import eventually, running


async def test_a_test_that_reaches_for_the_outside_is_refused() -> None:
    with pytest.raises(OutsideIsClosed, match="192\\.0\\.2\\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    async with httpx.AsyncClient() as client:
        with pytest.raises(OutsideIsClosed, match=r"api\.github\.com"):
            await client.get("https://api.github.com")


async def test_a_test_has_a_database_with_the_schemas_of_the_services(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM auth.outbox") == 0
    finally:
        await connection.close()


async def test_eventually_tells_the_last_failure() -> None:
    def check() -> bool:
        raise ValueError("three")

    with pytest.raises(AssertionError, match="three"):
        await eventually(check, timeout=0.05)
    with pytest.raises(AssertionError, match="it gave 0"):
        await eventually(lambda: 0, timeout=0.05)


async def test_what_fails_beside_a_test_fails_it() -> None:
    async def break_down() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        async with running(break_down()) as (task,):
            await eventually(task.done)
