"""Sides in turn: A B C A B C …, so that what slows the machine down slows each of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.place import Place
from bench.report import Measure
from bench.running import Command, running
from bench.task import Task

REPEATS = 5
TRIAL = 3_000

Fill = Callable[[Task, int], None]


@dataclass(frozen=True, slots=True)
class Side:
    """One contestant: the processes it runs, and the settings to choose the best of.

    `fill` lets so many events wait before it begins; `first` is how many of them are counted,
    where draining all would take minutes.
    """

    name: str
    commands: Callable[[Task], Sequence[tuple[Command, Task]]]
    fill: Fill
    choices: Sequence[dict[str, Any]] = ({},)
    first: int | None = None


@dataclass(slots=True)
class Contest:
    """Measures its sides in a place; the figures are events a second."""

    place: Place
    count: int
    chosen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def hold(self, sides: Sequence[Side]) -> list[Measure]:
        """Find each side's best settings in short trials, then measure in turn."""
        for side in sides:
            self.chosen[side.name] = self._choose(side)
        results: dict[str, list[float]] = {side.name: [] for side in sides}
        for _ in range(REPEATS):
            for side in sides:
                counted = side.first or self.count
                results[side.name].append(
                    self._measure(side, self.chosen[side.name], waiting=self.count, count=counted)
                )
        return [
            Measure(side.name, results[side.name], "/s", _words(self.chosen[side.name], side))
            for side in sides
        ]

    def _choose(self, side: Side) -> dict[str, Any]:
        if len(side.choices) == 1:
            return side.choices[0]
        speeds = [
            self._measure(side, settings, waiting=TRIAL, count=TRIAL) for settings in side.choices
        ]
        return side.choices[speeds.index(max(speeds))]

    def _measure(self, side: Side, settings: dict[str, Any], *, waiting: int, count: int) -> float:
        task = self.place.fresh(count, settings=settings)
        try:
            side.fill(task, waiting)
            with running(*side.commands(task)) as started:
                told = [process.result() for process in started]
        finally:
            self.place.forget(task)
        began = min(one["began"] for one in told)
        ended = max(one["ended"] for one in told)
        return float(count / (ended - began))


def _words(settings: dict[str, Any], side: Side) -> str:
    said = [f"{name} {value}" for name, value in settings.items()]
    if side.first:
        said.append(f"the first {side.first:,}".replace(",", " "))
    return ", ".join(said)
