"""Who guesses waits: by the address that is meant, and ten times later by the client."""

import asyncio
from datetime import timedelta

import pytest
from fastapi import Request

from services.auth.slow_down.asker import client_of
from services.auth.slow_down.service import (
    LETTER_TO_ADDRESS,
    PASSWORD_BY_CLIENT,
    PASSWORD_OF_ADDRESS,
    Subject,
    forgive,
    succeed,
    take_turn,
)
from services.auth.worker import forget_what_is_over
from tests.auth.desk import Desk

ADDRESS = "ann@example.org"


async def turn(desk: Desk, *subjects: Subject) -> int:
    async with desk.auth.database.transaction() as connection:
        return await take_turn(connection, *subjects)


async def pass_time(desk: Desk, seconds: float) -> None:
    """As if this much had passed since the last try."""
    await desk.run(
        "UPDATE slow_downs SET last_at = last_at - $1::interval, free_at = free_at - $1::interval",
        timedelta(seconds=seconds),
    )


def test_the_wait_begins_late_doubles_and_ends_at_a_quarter_of_an_hour() -> None:
    def waits(pace: object, *tries: int) -> list[float]:
        return [PASSWORD_OF_ADDRESS.wait_after(count).total_seconds() for count in tries]

    assert waits(PASSWORD_OF_ADDRESS, 1, 4, 5, 6, 7, 14, 15, 10**6) == [
        0,
        0,
        1,
        2,
        4,
        512,
        900,
        900,
    ]
    wide = [PASSWORD_BY_CLIENT.wait_after(count).total_seconds() for count in (49, 50, 59, 60, 160)]
    assert wide == [0, 1, 1, 2, 900]
    assert LETTER_TO_ADDRESS.wait_after(3) == timedelta(minutes=1)


async def test_the_sixth_try_has_to_wait_and_is_told_how_long(desk: Desk) -> None:
    subject = desk.auth.slow_down.subject(PASSWORD_OF_ADDRESS, ADDRESS)
    assert [await turn(desk, subject) for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    await pass_time(desk, 1)
    assert await turn(desk, subject) == 0
    assert await turn(desk, subject) == 2


async def test_tries_while_one_is_held_count_for_nothing(desk: Desk) -> None:
    subject = desk.auth.slow_down.subject(PASSWORD_OF_ADDRESS, ADDRESS)
    for _ in range(30):
        await turn(desk, subject)
    assert await desk.value("SELECT failures FROM slow_downs") == 5


async def test_a_hundred_at_once_gain_nothing(desk: Desk) -> None:
    subject = desk.auth.slow_down.subject(PASSWORD_OF_ADDRESS, ADDRESS)
    waits = await asyncio.gather(*(turn(desk, subject) for _ in range(100)))
    assert waits.count(0) == 5


async def test_an_address_is_one_in_whatever_case_and_each_its_own(desk: Desk) -> None:
    for email in (ADDRESS, ADDRESS.upper(), "Ann@Example.org", ADDRESS, ADDRESS):
        await turn(desk, desk.auth.slow_down.subject(PASSWORD_OF_ADDRESS, email))
    assert await turn(desk, desk.auth.slow_down.subject(PASSWORD_OF_ADDRESS, ADDRESS)) == 1
    assert await turn(desk, desk.auth.slow_down.subject(PASSWORD_OF_ADDRESS, "b@example.org")) == 0


async def test_a_client_is_slowed_for_all_addresses_and_ten_times_later(desk: Desk) -> None:
    client = desk.auth.slow_down.subject(PASSWORD_BY_CLIENT, "192.0.2.1")
    tries = [
        await turn(
            desk, client, desk.auth.slow_down.subject(PASSWORD_OF_ADDRESS, f"{n}@example.org")
        )
        for n in range(51)
    ]
    assert (tries[:50], tries[50]) == ([0] * 50, 1)


async def test_a_success_frees_the_address_and_takes_back_one_try_of_the_client(desk: Desk) -> None:
    client = desk.auth.slow_down.subject(PASSWORD_BY_CLIENT, "192.0.2.1")
    address = desk.auth.slow_down.subject(PASSWORD_OF_ADDRESS, ADDRESS)
    for _ in range(4):
        assert await turn(desk, client, address) == 0
    async with desk.auth.database.transaction() as connection:
        await succeed(connection, client=client, address=address)
    assert await desk.value("SELECT array_agg(failures) FROM slow_downs") == [3]


async def test_what_is_forgiven_is_as_new(desk: Desk) -> None:
    subject = desk.auth.slow_down.subject(PASSWORD_OF_ADDRESS, ADDRESS)
    for _ in range(6):
        await turn(desk, subject)
    async with desk.auth.database.transaction() as connection:
        await forgive(connection, subject)
    assert await turn(desk, subject) == 0


async def test_after_a_quiet_day_all_is_forgotten(desk: Desk) -> None:
    subject = desk.auth.slow_down.subject(PASSWORD_OF_ADDRESS, ADDRESS)
    for _ in range(6):
        await turn(desk, subject)
    assert await forget_what_is_over(desk.auth.database, desk.auth.clock) == 0
    await pass_time(desk, 24 * 3600 + 1)
    assert await turn(desk, subject) == 0
    assert await desk.value("SELECT failures FROM slow_downs") == 1
    await pass_time(desk, 24 * 3600 + 1)
    assert await forget_what_is_over(desk.auth.database, desk.auth.clock) == 1


async def test_nobody_can_read_from_the_table_whose_address_it_is(desk: Desk) -> None:
    slow_down = desk.auth.slow_down
    await turn(desk, slow_down.subject(PASSWORD_OF_ADDRESS, ADDRESS))
    assert ADDRESS not in str(await desk.value("SELECT array_agg(s)::text FROM slow_downs s"))
    other = type(slow_down)("another secret key")
    assert other.subject(PASSWORD_OF_ADDRESS, ADDRESS) != slow_down.subject(
        PASSWORD_OF_ADDRESS, ADDRESS
    )


@pytest.mark.parametrize(
    ("peer", "told", "client"),
    [
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", None, "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::2", None, "2001:db8:1:2::"),
        ("127.0.0.1", "192.0.2.7, 10.0.0.1", "?"),
        ("127.0.0.1", "fe80::1%eth0", "fe80::"),
        (None, None, "?"),
    ],
)
def test_a_client_is_the_address_that_the_gateway_saw(
    peer: str | None, told: str | None, client: str
) -> None:
    headers = [(b"x-real-ip", told.encode())] if told else []
    scope = {"type": "http", "headers": headers, "client": (peer, 1) if peer else None}
    assert client_of(Request(scope)) == client


async def test_who_began_before_another_is_not_held_by_their_success(desk: Desk) -> None:
    client = desk.auth.slow_down.subject(PASSWORD_BY_CLIENT, "198.51.100.7")
    address = desk.auth.slow_down.subject(PASSWORD_OF_ADDRESS, ADDRESS)
    async with desk.auth.database.transaction() as early:
        await early.execute("SELECT 1")  # its now() is from here on
        assert await turn(desk, client, address) == 0
        async with desk.auth.database.transaction() as connection:
            await succeed(connection, client=client, address=address)
        assert await take_turn(early, client, address) == 0
