"""A role: one process has it at a time, and loses it with its connection."""

import asyncio

import asyncpg
import pytest

from shared.db import Database
from shared.lead import lead
from tests.support.waiting import eventually, running


async def hold(database: Database, role: str, held: asyncio.Event) -> None:
    async with lead(database, role):
        held.set()
        await asyncio.Event().wait()


async def test_one_holds_a_role_and_the_next_takes_over_when_it_ends(database: Database) -> None:
    first, second = asyncio.Event(), asyncio.Event()
    async with running(hold(database, "relay", first)) as (holding,):
        await first.wait()
        async with running(hold(database, "relay", second)):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.7):
                    await second.wait()
            holding.cancel()
            await eventually(second.is_set, timeout=3)


async def test_roles_do_not_get_in_each_others_way(database: Database) -> None:
    first, second = asyncio.Event(), asyncio.Event()
    async with running(hold(database, "relay", first), hold(database, "sender", second)):
        await first.wait()
        await second.wait()


async def test_a_holder_whose_connection_is_cut_loses_the_role_and_its_work_is_cancelled(
    database: Database,
) -> None:
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def lose() -> None:
        async with lead(database, "relay") as holder:
            operator = await asyncpg.connect(database.url)
            await operator.execute(
                "SELECT pg_terminate_backend($1)", holder.connection.get_server_pid()
            )
            await operator.close()
            await holder.wait_for(work())

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await lose()
    assert cancelled.is_set()


async def test_the_holder_is_given_what_the_work_gives_or_raises(database: Database) -> None:
    async def give() -> int:
        return 7

    async def fail() -> int:
        raise LookupError("no")

    async with lead(database, "relay") as holder:
        assert await holder.wait_for(give()) == 7
        with pytest.raises(LookupError):
            await holder.wait_for(fail())


async def test_a_frozen_holder_is_cut_off_by_the_database_itself(database: Database) -> None:
    async with lead(database, "relay") as holder:
        for setting in ("idle_session_timeout", "idle_in_transaction_session_timeout"):
            assert await holder.connection.fetchval(f"SHOW {setting}") == "10s"
