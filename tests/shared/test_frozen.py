"""A process that stops in the middle of a transaction keeps its locks no longer than it may."""

from datetime import timedelta

import pytest

from shared.db import Database
from tests.support.waiting import eventually

AT_ONCE = timedelta(0)
LOCK = "SELECT pg_advisory_xact_lock(4711)"
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(4711)"


@pytest.mark.parametrize(("service", "ended"), [("school", 1), ("bot", 0)])
async def test_a_session_between_preparing_and_using_is_ended_if_it_is_ones_own(
    database_url: str, service: str, ended: int
) -> None:
    database = Database(database_url, service)
    frozen = await Database(database_url, "school").connect()
    waiting = await Database(database_url, service).connect()
    try:
        await frozen.execute("BEGIN")
        await frozen.execute(LOCK)
        # As a process that is stopped here leaves it: no time-out of Postgres counts.
        await frozen.prepare("SELECT 1")
        assert await database.end_frozen() == 0, "it may be slow, not frozen"
        assert await database.end_frozen(after=AT_ONCE) == ended
        if ended:
            await eventually(lambda: waiting.fetchval(TRY_LOCK))
        else:
            assert not await waiting.fetchval(TRY_LOCK)
    finally:
        frozen.terminate()
        await waiting.close(timeout=5)


async def test_a_session_at_rest_is_left_alone(database_url: str) -> None:
    database = Database(database_url, "school")
    resting = await database.connect()
    try:
        assert await database.end_frozen(after=AT_ONCE) == 0
        assert await resting.fetchval("SELECT 1") == 1
    finally:
        await resting.close(timeout=5)
