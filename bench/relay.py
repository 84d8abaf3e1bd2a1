"""(a) The relay alone, and relay and consumer at once, beside aio-pika with nothing around it."""

from collections.abc import Sequence
from dataclasses import replace

from bench.contest import Contest, Side
from bench.filling import fill_outbox
from bench.place import Place
from bench.report import Section, Target, ratio
from bench.running import Command, module
from bench.task import Task

COUNT = 50_000


def _relay(task: Task) -> Sequence[tuple[Command, Task]]:
    return [(module("parta"), replace(task, role="relay"))]


def _publish(task: Task) -> Sequence[tuple[Command, Task]]:
    return [(module("raw"), replace(task, role="publish"))]


def _relay_and_consume(task: Task) -> Sequence[tuple[Command, Task]]:
    return [*_relay(task), (module("parta"), replace(task, role="consume"))]


def _publish_and_take(task: Task) -> Sequence[tuple[Command, Task]]:
    return [*_publish(task), (module("raw"), replace(task, role="consume"))]


def _nothing(task: Task, count: int) -> None:
    """Raw publishing has its bodies in memory."""


def measure(place: Place) -> Section:
    """The relay alone."""
    contest = Contest(place, COUNT)

    def waiting(task: Task, count: int) -> None:
        place.ask(lambda connection: fill_outbox(connection, count))

    relay, raw = contest.hold(
        [Side("Parta's relay", _relay, waiting), Side("raw publishing", _publish, _nothing)]
    )
    return Section(
        f"(a) The relay alone: {COUNT:,} rows of 512 bytes wait in the outbox".replace(",", " "),
        measures=[relay, raw],
        targets=[Target(ratio("relay / raw publishing", relay, raw), 0.80, at_least=True)],
        notes=[
            "raw: aio-pika, windows of 100, each confirmed before the next; the same bodies, "
            "properties, exchange and quorum queue"
        ],
    )


def measure_both(place: Place) -> Section:
    """Relay and consumer side by side, in two processes."""
    contest = Contest(place, COUNT)

    def waiting(task: Task, count: int) -> None:
        place.ask(lambda connection: fill_outbox(connection, count))

    ours, raw = contest.hold(
        [
            Side("Parta: relay and consumer", _relay_and_consume, waiting),
            Side("raw: publish and take", _publish_and_take, _nothing),
        ]
    )
    return Section(
        f"(a) Both at once: {COUNT:,} events of 512 bytes".replace(",", " "),
        measures=[ours, raw],
        targets=[Target(ratio("Parta / raw", ours, raw), 0.75, at_least=True)],
        notes=[
            "Parta's consumer is given one event at a time and writes inbox and effect for each; "
            "raw takes, acknowledges up to 100 at once, and does nothing"
        ],
    )
