"""Time is a column: what must happen later is a row with its moment, looked for here."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from shared import inbox, once, outbox, parked, suspects
from shared.clock import Clock
from shared.db import Connection, Database

PRUNED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Due:
    """Something a service does when its time has come.

    `run` does one portion in transactions of its own (`for update skip locked`, so any number of
    replicas may) and gives how many rows it did; it is called again at once while there are any,
    then when the bell `due:<name>` rings or after `every` seconds.
    """

    name: str
    run: Callable[[Database, Clock], Awaitable[int]]
    every: float = 1.0


async def run_due(due: Due, database: Database, clock: Clock) -> None:
    """Do what is due until cancelled."""
    bell = database.bell(f"due:{due.name}")
    while True:
        if not await due.run(database, clock):
            await bell.wait(due.every)


async def prune(database: Database, clock: Clock) -> int:
    """Forget what is older than its retention, in small portions; the spine's own due row."""
    pruners: Sequence[Callable[[Connection, int], Awaitable[int]]] = (
        outbox.prune,
        inbox.prune,
        parked.prune,
        once.prune,
        suspects.prune,
    )
    pruned = 0
    for forget in pruners:
        async with database.transaction() as connection:
            pruned += await forget(connection, PRUNED_AT_ONCE)
    return pruned


PRUNE = Due(name="prune", run=prune, every=600)
