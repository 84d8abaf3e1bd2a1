"""Figures, and how they are told: a table for people, JSON for later."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

QUOTABLE = 20.0
"""Percent of the median between the lowest and the highest: above it a ratio is not quoted."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing, measured several times."""

    name: str
    values: Sequence[float]
    unit: str = ""
    note: str = ""

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.values)

    @property
    def spread(self) -> float:
        """Between the lowest and the highest, in percent of the median."""
        return (max(self.values) - min(self.values)) / self.median * 100 if self.median else 0.0


@dataclass(frozen=True, slots=True)
class Target:
    """What a measure is to reach; `at_least` or, where less is better, at most."""

    measure: Measure
    limit: float
    at_least: bool = False

    @property
    def is_reached(self) -> bool:
        """Whether the median is within the limit."""
        if self.at_least:
            return self.measure.median >= self.limit
        return self.measure.median <= self.limit

    @property
    def words(self) -> str:
        """The target, and whether it is reached or by how much it is missed."""
        sign = "≥" if self.at_least else "≤"
        said = f"{sign} {_number(self.limit)}{_unit(self.measure.unit)}"
        if self.is_reached:
            return f"{said}: reached"
        off = abs(self.measure.median - self.limit)
        share = f" ({off / self.limit * 100:.0f} %)" if self.limit else ""
        return f"{said}: missed by {_number(off)}{share}"


@dataclass(slots=True)
class Section:
    """One question of the page, with what was measured for it."""

    title: str
    measures: list[Measure] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def ratio(name: str, ours: Measure, theirs: Measure) -> Measure:
    """Ours by theirs, repeat by repeat: what slowed the machine down slowed both."""
    pairs = zip(ours.values, theirs.values, strict=True)
    return Measure(name, [mine / other for mine, other in pairs], "×")


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of all does not exceed."""
    ordered = sorted(values)
    place = max(0, -(-len(ordered) * share // 1) - 1)
    return ordered[int(place)]


def render(section: Section) -> str:
    """A section as a table."""
    lines = [f"\n{section.title}\n"]
    lines += [f"  {_row(measure)}" for measure in section.measures]
    for target in section.targets:
        lines.append(f"  {_row(target.measure)}  {target.words}")
    lines += [f"  · {note}" for note in section.notes]
    return "\n".join(lines)


def _row(measure: Measure) -> str:
    value = f"{_number(measure.median)}{_unit(measure.unit)}"
    if len(measure.values) == 1:
        return f"{measure.name:46.46} {value:>12}" + (f"  {measure.note}" if measure.note else "")
    between = f"{_number(min(measure.values))}–{_number(max(measure.values))}"
    mark = ""
    if measure.unit == "×" and measure.spread > QUOTABLE:
        mark = "  [not to be quoted]"
    note = f"  {measure.note}" if measure.note else ""
    return f"{measure.name:46.46} {value:>12}  {between:>17} {measure.spread:4.0f} %{mark}{note}"


def _unit(unit: str) -> str:
    return unit if unit in ("", "×") else f" {unit}"


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def write(path: Path, machine: dict[str, Any], sections: Sequence[Section]) -> None:
    """The same for machines: every single value."""
    told = {"machine": machine, "sections": [_as_json(section) for section in sections]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _as_json(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "measures": [_measure(measure) for measure in section.measures],
        "targets": [
            {
                **_measure(target.measure),
                "limit": target.limit,
                "at_least": target.at_least,
                "reached": target.is_reached,
                "quotable": target.measure.spread <= QUOTABLE,
            }
            for target in section.targets
        ],
        "notes": section.notes,
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "name": measure.name,
        "unit": measure.unit,
        "median": measure.median,
        "spread_percent": measure.spread,
        "values": list(measure.values),
        "note": measure.note,
    }
