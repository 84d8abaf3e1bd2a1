"""Batched handlers: given what stands together, and with all that one at a time promises."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from shared import people
from shared.clock import Clock
from shared.consumer import Consumer
from shared.db import Connection, Database
from shared.events import PersonChanged, PullChanged, ReviewFound
from shared.handling import Batched
from shared.message import Message
from tests.support.house import Service, message_of, person, pull


class Batches:
    """A batched handler that counts its effects and remembers how it was called."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.cannot: int | None = None

    async def handle(
        self, connection: Connection, events: Sequence[PullChanged], clock: Clock
    ) -> None:
        numbers = [event.number for event in events]
        self.calls.append(numbers)
        await connection.executemany(
            "INSERT INTO effects (key, number) VALUES ($1, $2)",
            [(event.key(), int(event.title)) for event in events],
        )
        if self.cannot in numbers:
            raise ValueError("one of them")


@pytest.fixture
def batches() -> Batches:
    return Batches()


@pytest.fixture
def consumer(school: Service, batches: Batches) -> Consumer:
    async def note_person(connection: Connection, event: PersonChanged, clock: Clock) -> None:
        await connection.execute(
            "INSERT INTO effects (key, number) VALUES ($1, $2)", event.key(), event.version
        )

    return replace(
        school.consumer,
        subscriptions=[(PullChanged, Batched(batches.handle)), (PersonChanged, note_person)],
    )


def messages(*events: PullChanged | PersonChanged | ReviewFound) -> list[Message]:
    return [message_of(event) for event in events]


async def test_what_stands_together_is_given_together_and_in_order(
    school: Service, consumer: Consumer, batches: Batches
) -> None:
    await consumer.handle(messages(pull(1), pull(2), person(1), pull(1, 2), pull(3)))
    assert batches.calls == [[1, 2], [1, 3]]
    assert await school.effects() == [
        (pull(1).key(), 1),
        (pull(2).key(), 1),
        (person(1).key(), 1),
        (pull(1).key(), 2),
        (pull(3).key(), 1),
    ]


async def test_repeated_messages_are_not_given_again(
    school: Service, consumer: Consumer, batches: Batches
) -> None:
    told = messages(pull(1), pull(2))
    await consumer.handle([told[0], *told])
    await consumer.handle(told)
    assert batches.calls == [[1, 2]]
    assert len(await school.effects()) == 2


async def test_where_one_fails_each_is_given_alone_and_only_its_own_key_waits(
    school: Service, consumer: Consumer, batches: Batches
) -> None:
    batches.cannot = 2
    await consumer.handle(messages(pull(1), pull(2), pull(3), pull(2, 2)))
    assert batches.calls == [[1, 2, 3, 2], [1], [2], [3]]
    assert await school.effects() == [(pull(1).key(), 1), (pull(3).key(), 1)]
    assert [row["key"] for row in await school.parked()] == [pull(2).key()] * 2


async def test_what_waits_behind_a_parked_one_is_not_given_and_is_retried_in_order(
    school: Service, consumer: Consumer, batches: Batches
) -> None:
    batches.cannot = 2
    await consumer.handle(messages(pull(2)))
    batches.calls.clear()
    await consumer.handle(messages(pull(1), pull(2, 2), pull(3)))
    assert batches.calls == [[1, 3]]
    batches.cannot = None
    school.consumer = consumer
    await school.retry_until_settled()
    assert [number for key, number in await school.effects() if key == pull(2).key()] == [1, 2]


async def test_people_told_of_together_are_known_by_their_newest_version(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        await people.project_people(
            connection, [person(1, 2), person(2, 1), person(1, 3), person(1, 1)], Clock()
        )
    async with database.acquire() as connection:
        found = [
            (await people.get_person(connection, one.person_id)).version
            for one in (person(1), person(2))
        ]
    assert found == [3, 1]
