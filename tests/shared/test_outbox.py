"""The outbox: an event exists if and only if its business row was committed."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from shared import outbox
from shared.context import caused_by
from shared.db import Database
from shared.events import PullChanged
from tests.support.house import pull


async def test_an_event_without_a_transaction_is_refused(database: Database) -> None:
    async with database.acquire() as connection:
        with pytest.raises(outbox.NotInTransaction, match=r"sync\.pull\.changed\.v1"):
            await outbox.record(connection, pull(1))


async def test_an_event_disappears_with_its_transaction(database: Database) -> None:
    async def write_and_fail() -> None:
        async with database.transaction() as connection:
            await outbox.record(connection, pull(1))
            raise LookupError

    with pytest.raises(LookupError):
        await write_and_fail()
    async with database.transaction() as connection:
        assert await outbox.list_unsent(connection, 10) == []
    assert not await database.bell("relay").wait(0.01), "nothing happened, so nobody is woken"


async def test_a_commit_with_an_event_wakes_the_relay_and_one_without_does_not(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        await connection.execute("SELECT 1")
    assert not await database.bell("relay").wait(0.01)
    async with database.transaction() as connection:
        await outbox.record(connection, pull(1))
        assert not await database.bell("relay").wait(0.01), "not before the commit"
    assert await database.bell("relay").wait(1)


async def test_an_event_carries_its_cause(database: Database) -> None:
    with caused_by("the-cause"):
        async with database.transaction() as connection:
            await outbox.record(connection, pull(1))
    async with database.transaction() as connection:
        (row,) = await outbox.list_unsent(connection, 10)
    assert row.message.correlation_id == "the-cause"
    assert row.message.type == "sync.pull.changed.v1"
    assert PullChanged.model_validate_json(row.message.body) == pull(1)


async def test_an_event_of_more_than_64_kib_is_refused(database: Database) -> None:
    async with database.transaction() as connection:
        with pytest.raises(outbox.EventTooLarge):
            await outbox.record(connection, pull(1).model_copy(update={"title": "ы" * 33_000}))


async def test_with_the_key_locked_ids_follow_the_order_of_commits(database: Database) -> None:
    told: list[int] = []

    async def tell(version: int) -> None:
        async with database.transaction() as connection:
            await outbox.record(connection, pull(1, version), lock_key=True)
            for _ in range(version % 3):
                await connection.execute("SELECT 1")
            told.append(version)

    await asyncio.gather(*(tell(version) for version in range(20)))
    async with database.transaction() as connection:
        rows = await outbox.list_unsent(connection, 100)
    versions = [int(PullChanged.model_validate_json(row.message.body).title) for row in rows]
    assert versions == told


async def test_unsent_rows_come_in_order_and_not_again_when_sent(database: Database) -> None:
    async with database.transaction() as connection:
        for number in range(5):
            await outbox.record(connection, pull(number))
    async with database.transaction() as connection:
        first = await outbox.list_unsent(connection, 3)
        await outbox.mark_sent(connection, first)
    async with database.transaction() as connection:
        rest = await outbox.list_unsent(connection, 3)
    assert [row.id for row in first + rest] == sorted(row.id for row in first + rest)
    assert len(first) == 3
    assert len(rest) == 2


async def test_only_what_is_asked_for_is_sent_again(database: Database) -> None:
    async with database.transaction() as connection:
        for number in range(3):
            await outbox.record(connection, pull(number))
        await connection.execute(
            "UPDATE outbox SET sent_at = now(), recorded_at = now() - interval '2 days' "
            "WHERE id = (SELECT min(id) FROM outbox)"
        )
        await connection.execute("UPDATE outbox SET sent_at = now()")
    since = datetime.now(UTC) - timedelta(days=1)
    async with database.transaction() as connection:
        assert await outbox.resend(connection, since=since, types=["sync.other.thing.v1"]) == 0
        assert await outbox.resend(connection, since=since, types=["sync.pull.changed.v1"]) == 2


async def test_the_age_of_the_oldest_unsent_event_is_known(database: Database) -> None:
    async with database.transaction() as connection:
        assert await outbox.oldest_unsent(connection) is None
        await outbox.record(connection, pull(1))
        await connection.execute("UPDATE outbox SET recorded_at = now() - interval '90 seconds'")
        assert await outbox.oldest_unsent(connection) == pytest.approx(90, abs=2)


async def test_sent_rows_are_forgotten_after_a_week_and_unsent_ones_never(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        for message in (uuid4(), uuid4(), uuid4()):
            await connection.execute(
                "INSERT INTO outbox (message_id, type, key, body, correlation_id, recorded_at) "
                "VALUES ($1, 'sync.pull.changed.v1', 'k', '{}', 'c', now() - interval '9 days')",
                message,
            )
        await connection.execute(
            "UPDATE outbox SET sent_at = now() - id * interval '3 days' WHERE id < 4 AND id > 1"
        )
        assert await outbox.prune(connection, 10) == 1
        assert await connection.fetchval("SELECT count(*) FROM outbox") == 2
