"""GitHub's hook behind both gateways: what comes is refused by name, or has its effect once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from secrets import token_hex

import asyncpg
import pytest

from tests.gateway.deliveries import COUNT, SEED, deliveries
from tests.gateway.delivery import Delivery
from tests.gateway.raw import Answer, ask, exchange
from tests.gateway.stand import Door, new_address

AT_ONCE = 16


async def send_all(door: Door, made: list[Delivery]) -> list[Answer]:
    places = asyncio.Semaphore(AT_ONCE)
    address = new_address()

    async def one(delivery: Delivery) -> Answer:
        async with places:
            return await ask(door.port, delivery.request(), address)

    return await asyncio.gather(*(one(delivery) for delivery in made))


@pytest.fixture
async def tables(door: Door) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(door.stand.database_url)
    yield connection
    await connection.close()


async def told(tables: asyncpg.Connection, answers: list[Answer]) -> list[int]:
    """How many events each request left behind."""
    causes = [answer.headers["x-correlation-id"] for answer in answers]
    found = await tables.fetch(
        """
        SELECT correlation_id, count(*) FROM sync.outbox
        WHERE correlation_id = ANY($1) GROUP BY 1
        """,
        causes,
    )
    counted = {row["correlation_id"]: row["count"] for row in found}
    return [counted.get(cause, 0) for cause in causes]


async def remembered(tables: asyncpg.Connection, made: list[Delivery]) -> set[str]:
    """Whose ids sync has taken."""
    found = await tables.fetch(
        "SELECT delivery_id FROM sync.receipts WHERE delivery_id = ANY($1)",
        [delivery.delivery_id for delivery in made],
    )
    return {row["delivery_id"] for row in found}


async def test_each_of_200_odd_deliveries_is_refused_by_name_or_has_its_effect_once(
    door: Door, tables: asyncpg.Connection
) -> None:
    made = deliveries(token_hex(4))
    answers = await send_all(door, made)
    assert len(made) == COUNT
    taken = await remembered(tables, made)
    wrong = []
    for delivery, answer, events in zip(made, answers, await told(tables, answers), strict=True):
        kept = delivery.delivery_id in taken
        said = f"{delivery.name}: {answer.status} {answer.body[:80]!r} {events=} {kept=}"
        if answer.status not in delivery.statuses:
            wrong.append(said)
        elif answer.status == 202:
            is_news = answer.json()["result"] == "learned"
            if not kept or bool(events) is not is_news:
                wrong.append(said)
        elif kept or events or not answer.json()["error"]:
            wrong.append(said)
    assert not wrong, f"seed {SEED}: " + "\n".join(wrong)
    repeated = await tables.fetch(
        "SELECT body FROM sync.outbox GROUP BY type, body HAVING count(*) > 1"
    )
    assert not repeated


async def test_what_was_refused_is_taken_when_it_comes_again_sound(
    door: Door, tables: asyncpg.Connection
) -> None:
    """As when an operator presses "redeliver", with the same id."""
    made = [one for one in deliveries(token_hex(4)) if one.signed is not None][:20]
    refused = await send_all(door, made)
    assert {answer.status for answer in refused} == {401}
    sound = [
        replace(one, body=one.signed or b"", signed=None, headers={}, in_pieces=False)
        for one in made
    ]
    answers = await send_all(door, sound)
    assert {answer.json()["result"] for answer in answers} == {"learned"}


@pytest.mark.parametrize("ways", [1, 5])
async def test_a_delivery_that_is_replayed_has_no_second_effect(
    door: Door, tables: asyncpg.Connection, ways: int
) -> None:
    """The same id, and the same body under other ids; one after another and at once."""
    sound = next(one for one in deliveries(token_hex(4)) if one.name == "a language")
    others = [replace(sound, delivery_id=f"{sound.delivery_id}-{number}") for number in range(ways)]
    answers = await send_all(door, [sound, *others, sound, *others, sound])
    results = Counter(answer.json()["result"] for answer in answers)
    assert results["learned"] == 1
    assert results["known"] == ways
    assert sorted(await told(tables, answers))[-2:] == [0, 2]


async def test_a_body_that_ends_early_is_not_half_taken(
    door: Door, tables: asyncpg.Connection
) -> None:
    """The length says more than comes before the other side hangs up."""
    sound = next(one for one in deliveries(token_hex(4)) if one.name == "a language")
    told = f"Content-Length: {len(sound.body)}".encode()
    longer = f"Content-Length: {len(sound.body) + 1}".encode()
    heard = await exchange(door.port, sound.request().replace(told, longer))
    assert b" 202 " not in heard
    assert not await remembered(tables, [sound])
