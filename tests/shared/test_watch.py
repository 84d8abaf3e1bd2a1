"""The watchdog over a consumer that only looks alive."""

import pytest

from shared.db import Database
from shared.loops import GaveUp, keep_running
from shared.metrics import Metrics
from shared.rabbitmq import watch
from shared.rabbitmq.watch import ConsumerLost, Stuck, Watch


class Watched(Watch):
    """A watchdog that is asked by hand."""

    def minute_passes(self) -> None:
        if self._stuck_since is not None:
            self._stuck_since -= watch.STUCK_AFTER


@pytest.fixture
def watched() -> Watched:
    return Watched(Database("postgresql://localhost/none", "school"))


def test_what_waits_for_less_than_a_minute_is_nothing(watched: Watched) -> None:
    watched.note(is_taken=False)
    watched.note(is_taken=False)


def test_a_minute_of_waiting_connects_anew_and_the_third_gives_up(watched: Watched) -> None:
    for verdict in (ConsumerLost, ConsumerLost, Stuck):
        watched.note(is_taken=False)
        watched.minute_passes()
        with pytest.raises(verdict):
            watched.note(is_taken=False)


def test_a_standby_whose_neighbour_takes_messages_never_gives_up(watched: Watched) -> None:
    for _ in range(50):
        watched.note(is_taken=False)
        watched.minute_passes()
        watched.note(is_taken=True)


async def test_a_loop_that_gives_up_ends_for_good() -> None:
    runs = 0

    async def run() -> None:
        nonlocal runs
        runs += 1
        raise Stuck("school")

    metrics = Metrics()
    with pytest.raises(GaveUp):
        await keep_running("consumer", run, metrics)
    assert runs == 1
