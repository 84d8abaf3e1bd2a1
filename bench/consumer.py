"""(a) The consumer alone: events wait in its queue, and are drained."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bench.contest import Contest, Side
from bench.filling import fill_with_copies, fill_with_events
from bench.place import Place
from bench.report import Section, Target, ratio
from bench.running import Command, module, run
from bench.task import Task

COUNT = 50_000
FIRST, FIRST_IDLE = 10_000, 20_000
"""How many of them are timed where draining all would take minutes: of peers that write, and of
those that do nothing."""
IDLE_QUEUE = "idle"

Commands = Callable[[Task], Sequence[tuple[Command, Task]]]


def _ours(task: Task, count: int) -> None:
    fill_with_events(task.amqp, count)


def _copies(name: str, task: Task, count: int) -> None:
    def send(text: str) -> None:
        run(module(name), replace(task, role="send", settings={"text": text}))

    fill_with_copies(task.amqp, IDLE_QUEUE, count, send)


def _as(name: str, role: str) -> Commands:
    return lambda task: [(module(name), replace(task, role=role))]


def _celery(task: Task) -> Sequence[tuple[Command, Task]]:
    options = [f"--{name}={value}" for name, value in task.settings.items()]
    command = [sys.executable, "-m", "celery", "-A", "bench.sides.celery", "worker", *options]
    return [([*command, "--loglevel=WARNING"], task)]


def _dramatiq(task: Task) -> Sequence[tuple[Command, Task]]:
    threads = str(task.settings["threads"])
    command = [sys.executable, "-m", "dramatiq", "bench.sides.dramatiq", "-p", "1", "-t", threads]
    return [(command, task)]


ONE_AT_A_TIME = Side("Parta, one event at a time", _as("parta", "consume"), _ours)
BATCHED = Side("Parta, a batch of one kind", _as("parta", "consume_batches"), _ours)
FASTSTREAM = Side(
    "FastStream, the same guarantee",
    _as("faststream", "consume"),
    _ours,
    choices=[
        {"prefetch": 10, "connections": 5},
        {"prefetch": 50, "connections": 10},
        {"prefetch": 100, "connections": 20},
    ],
    first=FIRST,
)
IDLE = (
    Side(
        "FastStream, does nothing",
        _as("faststream", "idle"),
        _ours,
        choices=[{"prefetch": 20}, {"prefetch": 100}, {"prefetch": 500}],
        first=FIRST_IDLE,
    ),
    Side(
        "Celery, does nothing",
        _celery,
        partial(_copies, "celery"),
        choices=[
            {"pool": "solo", "prefetch-multiplier": 100},
            {"pool": "solo", "prefetch-multiplier": 1000},
            {"pool": "prefork", "concurrency": 2, "prefetch-multiplier": 100},
        ],
        first=FIRST_IDLE,
    ),
    Side(
        "dramatiq, does nothing",
        _dramatiq,
        partial(_copies, "dramatiq"),
        choices=[{"threads": 4}, {"threads": 8}],
        first=FIRST_IDLE,
    ),
)


def measure(place: Place) -> Section:
    """All sides, and what ours are by theirs."""
    contest = Contest(place, COUNT)
    one, batch, same, *idle = contest.hold([ONE_AT_A_TIME, BATCHED, FASTSTREAM, *IDLE])
    fastest = max(idle, key=lambda measure: measure.median)
    return Section(
        f"(a) The consumer alone: {COUNT:,} events of 512 bytes wait".replace(",", " "),
        measures=[one, batch, same, *idle],
        targets=[
            Target(ratio("one at a time / FastStream, same", one, same), 2.5, at_least=True),
            Target(ratio(f"one at a time / {fastest.name}", one, fastest), 1.0, at_least=True),
            Target(ratio("a batch / FastStream, same", batch, same), 4.0, at_least=True),
            Target(ratio(f"a batch / {fastest.name}", batch, fastest), 1.5, at_least=True),
        ],
        notes=[
            "one publisher, one consumer process each; persistent messages in a quorum queue, "
            "dramatiq's in a classic one: it declares its queues itself",
            "the same guarantee: id claimed and effect written in one transaction, then the ack; "
            "FastStream works on its prefetch side by side, so order is not kept",
            "those that do nothing write nothing: Parta writes inbox and effect for each event",
            "settings beside a peer are the best of those tried; its first events are timed where "
            "all would take minutes",
        ],
    )
