"""sync's own write of a delivered review, timed: one with its event, one without, and so on.

Without: the very same code on a connection that leaves out one statement, `outbox.record`'s.
"""

import time
from statistics import median
from typing import Any, cast

import uvloop

from bench import events, school
from bench.task import Tally, Task, given_task
from services.sync.github import repository, service
from services.sync.github.payloads import ReviewDelivery
from shared import outbox
from shared.db import Connection, Database
from shared.events import ReviewFound

EVENT = "pull_request_review"
TIMES_BUILT = 500


class Untold:
    """A connection on which no event is written down."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def execute(self, query: str, *values: Any) -> str:
        """Every statement but one."""
        if query == outbox.RECORD:
            return "INSERT 0 0"
        return await self._connection.execute(query, *values)


async def write(task: Task, tally: Tally) -> None:
    """Time each transaction; tell both medians, and what it takes to make an event's words."""
    first = task.settings["first"]
    deliveries = [
        ReviewDelivery.model_validate(school.review(number))
        for number in range(first, first + 2 * task.count)
    ]
    database = Database(task.postgres, "sync")
    await database.open()
    took: dict[bool, list[float]] = {True: [], False: []}
    tally.begin()
    for number, delivery in enumerate(deliveries, first):
        is_told = number % 2 == 0
        started = time.perf_counter()
        async with database.transaction() as own:
            connection = own if is_told else cast(Connection, Untold(own))
            taken = await repository.claim_receipt(connection, f"{number}", EVENT, "submitted")
            news = await service.learn_review(connection, delivery)
        took[is_told].append(time.perf_counter() - started)
        assert taken, number
        assert news, number
    async with database.acquire() as own, own.transaction():
        written = await own.fetchval("SELECT count(*) FROM outbox")
        building = await _time_building(Untold(own))
    assert written == (first + 2 * task.count) // 2, written
    tally.finish(told=median(took[True]), untold=median(took[False]), building=building)
    await database.close()


async def _time_building(untold: Untold) -> float:
    """Seconds that making an event takes, without the statement that writes it down."""
    told = events.event(1).model_dump()
    started = time.perf_counter()
    for _ in range(TIMES_BUILT):
        await outbox.record(cast(Connection, untold), ReviewFound(**told))
    return (time.perf_counter() - started) / TIMES_BUILT


if __name__ == "__main__":
    task = given_task()
    uvloop.run(write(task, Tally(task)))
