"""The relay: what was committed reaches the listeners, in order, and is then marked."""

from collections.abc import Callable, Sequence

import pytest

from shared import outbox
from shared.consumer import Consumer
from shared.db import Database
from shared.events import PullChanged
from shared.lead import lead
from shared.message import Message
from shared.metrics import Metrics
from shared.relay import BATCH, Relay
from tests.support.house import pull
from tests.support.waiting import eventually, running


class Recorder:
    """A transport that notes what it is given, and refuses what a test wants refused."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.batches: list[int] = []
        self.refuse: Callable[[int], bool] = lambda _: False
        self.closed = 0

    async def publish(self, messages: Sequence[Message]) -> set[int]:
        numbers = [PullChanged.model_validate_json(message.body).number for message in messages]
        self.batches.append(len(numbers))
        refused = {place for place, number in enumerate(numbers) if self.refuse(number)}
        self.taken += [number for place, number in enumerate(numbers) if place not in refused]
        return refused

    async def consume(self, consumer: Consumer) -> None:
        """Nothing comes back."""

    async def close_publisher(self) -> None:
        self.closed += 1

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def transport() -> Recorder:
    return Recorder()


@pytest.fixture
def relay(database: Database, transport: Recorder) -> Relay:
    return Relay(database, transport, Metrics())


async def tell(database: Database, *numbers: int) -> None:
    async with database.transaction() as connection:
        for number in numbers:
            await outbox.record(connection, pull(number))


async def unsent(database: Database) -> list[int]:
    async with database.transaction() as connection:
        rows = await outbox.list_unsent(connection, 1000)
    return [PullChanged.model_validate_json(row.message.body).number for row in rows]


async def test_rows_are_sent_in_order_and_in_batches(
    database: Database, relay: Relay, transport: Recorder
) -> None:
    await tell(database, *range(250))
    async with running(relay.run()):
        await eventually(lambda: _none_unsent(database))
    assert transport.taken == list(range(250))
    assert max(transport.batches) == BATCH


async def test_what_was_refused_stays_and_is_offered_again_and_the_rest_is_marked(
    database: Database, relay: Relay, transport: Recorder
) -> None:
    transport.refuse = lambda number: number == 2
    await tell(database, 1, 2, 3)
    async with lead(database, "relay") as holder:
        assert await relay.send_batch(holder) == (2, 1)
        assert await unsent(database) == [2]
        transport.refuse = lambda _: False
        assert await relay.send_batch(holder) == (1, 0)
    assert transport.taken == [1, 3, 2]


async def test_a_publish_of_which_nobody_knows_the_outcome_is_made_again(
    database: Database, relay: Relay, transport: Recorder
) -> None:
    def lose_the_connection(_: int) -> bool:
        raise ConnectionResetError

    transport.refuse = lose_the_connection
    await tell(database, 1)
    async with lead(database, "relay") as holder:
        with pytest.raises(ConnectionResetError):
            await relay.send_batch(holder)
        assert await unsent(database) == [1]


async def test_a_commit_is_relayed_at_once_and_not_at_the_next_look(
    database: Database, relay: Relay, transport: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.relay.POLL", 30.0)
    async with running(relay.run()):
        await tell(database, 1)
        await eventually(lambda: transport.taken == [1])
        await tell(database, 2)
        await eventually(lambda: transport.taken == [1, 2], timeout=5)


async def test_a_commit_of_another_process_is_found_at_the_next_look(
    database: Database, relay: Relay, transport: Recorder
) -> None:
    async with running(relay.run()):
        await tell(database, 1)
        await eventually(lambda: transport.taken == [1])
        stranger = Database(database.url, database.service)
        await stranger.open()
        await tell(stranger, 2)
        await stranger.close()
        await eventually(lambda: transport.taken == [1, 2], timeout=5)


async def test_the_publishers_connection_is_given_up_with_the_role(
    database: Database, relay: Relay, transport: Recorder
) -> None:
    async with running(relay.run()):
        await tell(database, 1)
        await eventually(lambda: transport.taken == [1])
    assert transport.closed == 1


async def _none_unsent(database: Database) -> bool:
    async with database.acquire() as connection:
        return await outbox.oldest_unsent(connection) is None
