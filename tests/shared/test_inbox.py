"""The inbox: each message is taken once, by whoever comes first."""

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

from shared import inbox
from shared.db import Database
from shared.message import Message
from tests.support.house import message_of, pull


def taken(message: Message) -> tuple[UUID, Message]:
    return UUID(message.message_id), message


async def test_a_message_is_new_once(database: Database) -> None:
    one, other = taken(message_of(pull(1))), taken(message_of(pull(2)))
    async with database.transaction() as connection:
        assert await inbox.claim(connection, [one]) == ({one[0]}, set())
    async with database.transaction() as connection:
        assert await inbox.claim(connection, [one, other]) == ({other[0]}, set())


async def test_a_copy_in_the_same_batch_is_no_second_message(database: Database) -> None:
    one = taken(message_of(pull(1)))
    async with database.transaction() as connection:
        assert await inbox.claim(connection, [one, one, one]) == ({one[0]}, set())


async def test_an_id_with_another_body_is_told_by_its_place(database: Database) -> None:
    first = message_of(pull(1))
    forged = replace(first, body=b"{}")
    retyped = replace(first, type="sync.review.found.v1")
    async with database.transaction() as connection:
        new, reused = await inbox.claim(connection, [taken(first), taken(forged)])
    assert (new, reused) == ({UUID(first.message_id)}, {1})
    async with database.transaction() as connection:
        assert await inbox.claim(connection, [taken(first), taken(retyped)]) == (set(), {1})


async def test_an_empty_batch_claims_nothing(database: Database) -> None:
    async with database.transaction() as connection:
        assert await inbox.claim(connection, []) == (set(), set())
        await inbox.mark_handled(connection, {})


async def test_a_claim_that_another_holds_is_waited_for_and_is_then_not_new(
    database: Database,
) -> None:
    one = taken(message_of(pull(1)))
    claimed, may_commit = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with database.transaction() as connection:
            await inbox.claim(connection, [one])
            claimed.set()
            await may_commit.wait()

    async def come_second() -> set[UUID]:
        async with database.transaction() as connection:
            new, _ = await inbox.claim(connection, [one])
        return new

    holding = asyncio.create_task(hold())
    await claimed.wait()
    second = asyncio.create_task(come_second())
    done, _ = await asyncio.wait({second}, timeout=0.1)
    assert not done
    may_commit.set()
    assert await second == set()
    await holding


async def test_how_long_a_handler_took_and_when_the_last_one_ran_are_known(
    database: Database,
) -> None:
    one = taken(message_of(pull(1)))
    async with database.transaction() as connection:
        assert await inbox.last_handled(connection) is None
        await inbox.claim(connection, [one])
        await inbox.mark_handled(connection, {one[0]: 12.5})
        assert await connection.fetchval("SELECT ms FROM inbox") == 12.5
        assert await inbox.last_handled(connection) is not None


async def test_the_inbox_remembers_longer_than_the_outbox_can_send_again(
    database: Database,
) -> None:
    from shared import outbox

    assert inbox.RETENTION > outbox.RETENTION
    async with database.transaction() as connection:
        for days in (1, 7, 9):
            await connection.execute(
                "INSERT INTO inbox (message_id, correlation_id, type, digest, handled_at) "
                "VALUES ($1, 'c', 't', '', now() - $2 * interval '1 day')",
                uuid4(),
                days,
            )
        assert await inbox.prune(connection, 10) == 1
