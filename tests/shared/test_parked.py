"""Parked messages: they wait with their cause, and only their own key waits with them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import parked
from shared.db import Connection, Database
from shared.message import Message
from tests.support.house import message_of, pull

NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def park(
    connection: Connection, message: Message, *, key: str = "k", due_in: float | None = 5
) -> None:
    await parked.park(
        connection,
        message,
        key=key,
        error="ValueError: no",
        attempts=1,
        next_try_at=None if due_in is None else NOW + timedelta(seconds=due_in),
        now=NOW,
    )


async def heads(connection: Connection, seconds: float = 0) -> list[str]:
    due = await parked.list_due_heads(connection, NOW + timedelta(seconds=seconds), 10)
    return [head.key for head in due]


@given(
    attempts=st.integers(1, 12),
    ladder=st.lists(st.floats(0, 86_400), max_size=6),
)
def test_the_next_try_is_the_ladders_step_for_the_attempt_and_none_past_its_end(
    attempts: int, ladder: list[float]
) -> None:
    when = parked.next_try(attempts, NOW, ladder)
    if attempts <= len(ladder):
        assert when == NOW + timedelta(seconds=ladder[attempts - 1])
    else:
        assert when is None


async def test_only_the_oldest_of_each_key_is_offered_and_only_when_it_is_due(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        await park(connection, message_of(pull(1)), key="a", due_in=5)
        await park(connection, message_of(pull(2)), key="a", due_in=0)
        await park(connection, message_of(pull(3)), key="b", due_in=1)
        await park(connection, message_of(pull(4)), key="c", due_in=None)
        assert await heads(connection) == []
        assert await heads(connection, 1) == ["b"]
        assert await heads(connection, 5) == ["a", "b"]


async def test_a_key_waits_while_one_of_its_messages_does_and_not_for_the_dead(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        await park(connection, message_of(pull(1)), key="waits")
        await park(connection, message_of(pull(2)), key="dead", due_in=None)
        assert await parked.list_waiting_keys(connection, ["waits", "dead", "x"]) == {"waits"}


async def test_a_message_is_parked_once_however_often_it_comes(database: Database) -> None:
    message = message_of(pull(1))
    async with database.transaction() as connection:
        await park(connection, message)
        await park(connection, message)
        assert await parked.count(connection) == (1, 0)


async def test_what_postgres_refuses_in_text_is_left_out(database: Database) -> None:
    nasty = Message(message_id="a\0b\ud800", type="t\0", body=b"\0\xff", correlation_id="c")
    async with database.transaction() as connection:
        await parked.park(
            connection,
            nasty,
            key="",
            error="E: \0 \udcff",
            attempts=0,
            next_try_at=None,
            now=NOW,
        )
        (row,) = await parked.list_newest(connection, 1)
    assert row.message.body == b"\0\xff"
    assert "\0" not in row.error + row.message.message_id


async def test_one_that_another_has_in_hand_cannot_be_claimed(database: Database) -> None:
    async with database.transaction() as connection:
        await park(connection, message_of(pull(1)))
    async with database.transaction() as holder, database.transaction() as other:
        (head,) = await parked.list_due_heads(holder, NOW + timedelta(days=1), 1)
        assert await parked.claim(holder, head.id)
        assert not await parked.claim(other, head.id)


async def test_a_failed_try_counts_and_the_last_one_is_death(database: Database) -> None:
    async with database.transaction() as connection:
        await park(connection, message_of(pull(1)))
        (head,) = await parked.list_newest(connection, 1)
        later = NOW + timedelta(hours=1)
        await parked.mark_failed(connection, head.id, error="again", next_try_at=later)
        again = await parked.find(connection, head.id)
        assert again is not None
        assert (again.attempts, again.next_try_at, again.dead_at) == (2, later, None)
        await parked.mark_failed(connection, head.id, error="enough", next_try_at=None)
        assert await parked.count(connection) == (0, 1)


async def test_an_operator_revives_or_drops_by_number(database: Database) -> None:
    async with database.transaction() as connection:
        await park(connection, message_of(pull(1)), due_in=None)
        (dead,) = await parked.list_newest(connection, 1)
        assert await parked.revive(connection, dead.id, NOW)
        assert await heads(connection) == ["k"]
        assert await parked.drop(connection, dead.id)
        assert not await parked.drop(connection, dead.id)
        assert not await parked.revive(connection, dead.id, NOW)


async def test_the_dead_are_kept_for_90_days_and_the_waiting_for_ever(database: Database) -> None:
    async with database.transaction() as connection:
        await park(connection, message_of(pull(1)), due_in=None)
        await park(connection, message_of(pull(2)), due_in=None)
        await park(connection, message_of(pull(3)), key="waits")
        await connection.execute(
            "UPDATE parked SET parked_at = now() - interval '1 year', "
            "dead_at = dead_at - id * interval '60 days'"
        )
        assert await parked.prune(connection, 10) == 1
        assert await parked.count(connection) == (1, 1)


@pytest.mark.parametrize("keys", [1, 300])
async def test_looking_for_heads_does_not_read_the_rows_behind_them(
    database: Database, keys: int
) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            "INSERT INTO parked (message_id, type, key, body, correlation_id, error, attempts, "
            "parked_at, next_try_at, digest) SELECT n::text, 't', 'key' || n % $1, '', 'c', 'e', "
            "0, now(), now(), '' FROM generate_series(1, 6000) AS n",
            keys,
        )
        await connection.execute("ANALYZE parked")
        plan = "\n".join(
            row[0]
            for row in await connection.fetch(
                "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) "
                + parked.DUE_HEADS.replace("$1", "now()").replace("$2", "100")
            )
        )
        buffers = int(plan.split("hit=")[1].split()[0])
        assert buffers < 60 + 12 * keys, plan
