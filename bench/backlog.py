"""(e) What waits must not slow down what is done: time an event, with few and with many waiting."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import asyncpg

from bench.contest import REPEATS
from bench.events import LISTENER
from bench.filling import fill_with_events, top_up_outbox
from bench.place import Place
from bench.report import Measure, Section, Target, ratio
from bench.running import module, run
from bench.task import Task
from shared import parked
from shared.clock import Clock
from shared.db import Database

COUNT = 5_000
WAITING_ROWS = (10_000, 100_000, 1_000_000)
WAITING_MESSAGES = (10_000, 100_000)
HANDLED = (0, 1_000_000)
PARKED_KEYS = (1_000, 10_000, 100_000)
FLAT = 1.25
"""How much longer an event may take behind the longest row than behind the shortest."""

REMEMBER = """
INSERT INTO school.inbox (message_id, correlation_id, type, digest)
SELECT gen_random_uuid(), 'bench', 'sync.review.found.v1', '\\x00'
FROM generate_series(1, $1::bigint)
"""

PARK = """
INSERT INTO school.parked (
    message_id, type, key, body, correlation_id, error, attempts, parked_at, next_try_at, digest
)
SELECT n, 'sync.review.found.v1', 'key ' || n, '', 'bench', '', 1, now(),
    now() + interval '1 day', '\\x00'
FROM generate_series(1, $1::bigint) AS n
"""


def measure(place: Place) -> Section:
    """The relay behind waiting rows, the consumer behind messages, handled ones and parked ones."""
    relay = [_relay(place, waiting) for waiting in WAITING_ROWS]
    consumer = [_consumer(place, waiting) for waiting in WAITING_MESSAGES]
    inbox = [_inbox(place, handled) for handled in HANDLED]
    keys = [_parked(place, count) for count in PARKED_KEYS]
    return Section(
        f"(e) Time an event, with few and with many waiting: {_words(COUNT)} of them",
        measures=[*relay, *consumer, *inbox, *keys],
        targets=[
            _flatness("relay: the most waiting / the fewest", relay),
            _flatness("consumer: the most waiting / the fewest", consumer),
            _flatness("consumer: a full inbox / an empty one", inbox),
        ],
        notes=[
            "the fewest and the most are measured one after the other, not in turn: filling takes "
            "longer than measuring",
            "parked: one look for what is due, each second, where every key waits and none is due",
        ],
    )


def _relay(place: Place, waiting: int) -> Measure:
    def once() -> Task:
        place.ask(lambda connection: top_up_outbox(connection, waiting))
        return replace(place.task(COUNT), role="relay")

    place.ask(_truncate)
    return _repeat(place, f"relay, {_words(waiting)} rows wait", once)


def _consumer(place: Place, waiting: int) -> Measure:
    def once() -> Task:
        task = place.fresh(COUNT)
        fill_with_events(task.amqp, waiting)
        return replace(task, role="consume")

    return _repeat(place, f"consumer, {_words(waiting)} messages wait", once)


def _inbox(place: Place, handled: int) -> Measure:
    def once() -> Task:
        task = place.task(COUNT)
        fill_with_events(task.amqp, COUNT)
        return replace(task, role="consume")

    async def remember(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        await connection.execute(REMEMBER, handled)
        await connection.execute("VACUUM ANALYZE school.inbox")
        await connection.execute("CHECKPOINT")

    place.ask(_truncate)
    place.ask(remember)
    return _repeat(place, f"consumer, {_words(handled)} in the inbox", once)


def _parked(place: Place, keys: int) -> Measure:
    async def look(connection: "asyncpg.Connection[asyncpg.Record]") -> list[float]:
        await connection.execute(PARK, keys)
        await connection.execute("VACUUM ANALYZE school.parked")
        database = Database(place.postgres, LISTENER)
        await database.open()
        took = []
        async with database.acquire() as own:
            for _ in range(REPEATS):
                started = time.perf_counter()
                assert not await parked.list_due_heads(own, Clock().now(), 100)
                took.append((time.perf_counter() - started) * 1000)
        await database.close()
        return took

    place.ask(_truncate)
    return Measure(f"parked, {_words(keys)} keys: one look", place.ask(look), "ms")


def _repeat(place: Place, name: str, prepare: Callable[[], Task]) -> Measure:
    microseconds = []
    for _ in range(REPEATS):
        task = prepare()
        told = run(module("parta"), task)
        place.forget(task)
        microseconds.append((told["ended"] - told["began"]) / COUNT * 1e6)
    return Measure(name, microseconds, "µs")


async def _truncate(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.execute("TRUNCATE sync.outbox, school.inbox, school.parked, school.effects")


def _flatness(name: str, measures: Sequence[Measure]) -> Target:
    few, many = measures[0], measures[-1]
    return Target(ratio(name, many, few), FLAT)


def _words(number: int) -> str:
    return f"{number:,}".replace(",", " ")
