"""What a run has to say: a line as each fault ends, a table last, and all of it as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from tests.faults.checker import Verdict
from tests.faults.fault import Result

COLUMNS = (
    ("fault", lambda one: one.number),
    ("times", lambda one: one.times),
    ("invoked", lambda one: one.verdict.invoked),
    ("ok", lambda one: one.verdict.ok),
    ("fail", lambda one: one.verdict.failed),
    ("unknown", lambda one: one.verdict.unknown),
    ("lost", lambda one: one.verdict.lost),
    ("unexp.", lambda one: one.verdict.unexpected),
    ("dupl.", lambda one: one.verdict.duplicated),
    ("twice", lambda one: one.verdict.told_twice),
    ("gave up", lambda one: one.verdict.given_up),
    ("recov.", lambda one: one.verdict.recovered),
    ("reord.", lambda one: one.verdict.reordered),
    ("dead", lambda one: _of(one.verdict.dead, one.verdict.dead_expected)),
    ("stuck", lambda one: len(one.verdict.stuck)),
    ("back s", lambda one: _seconds(one.recovery, one.limit)),
    ("took s", lambda one: f"{one.seconds:.0f}"),
    ("", lambda one: "as promised" if one.is_as_promised else "NOT AS PROMISED"),
)
LEGEND = (
    "recov.: got no answer and had happened. twice: a chat was told twice, which is said openly"
    " where a call of Telegram was cut short; gave up: cut short twice, and shown as failed."
    " reord.: held against a fault unless what was lost was"
    " sent again. dead: dead-lettered (expected). back s: the slowest recovery (allowed)."
)


def _of(found: int, expected: int) -> str:
    return f"{found} ({expected})" if found or expected else "0"


def _seconds(found: float | None, allowed: float | None) -> str:
    if found is None:
        return ""
    return f"{found:.1f}" + (f" ({allowed:g})" if allowed is not None else "")


def line(result: Result) -> str:
    """One fault, as it ends."""
    words = [f"{result.number:4} {result.what}: {result.times} times in {result.seconds:.0f} s"]
    if result.recovery is not None:
        words.append(f"back within {result.recovery:.1f} s")
    words.append("as promised" if result.is_as_promised else "NOT AS PROMISED")
    return ", ".join(words) + "".join(f"\n       ! {one}" for one in details(result))


def details(result: Result) -> list[str]:
    """What is held against it, with examples."""
    if result.is_as_promised:
        return []
    return [*result.complaints, *result.verdict.examples, *result.notes]


def table(results: Sequence[Result]) -> str:
    """All faults, by number."""
    rows = [[name for name, _ in COLUMNS]]
    rows += [[str(value(one)) for _, value in COLUMNS] for one in in_order(results)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    lines = [
        "  ".join(
            cell.ljust(width) if place in (0, len(COLUMNS) - 1) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([*lines, "", LEGEND])


def in_order(results: Sequence[Result]) -> list[Result]:
    """By number."""
    return sorted(results, key=lambda one: int(one.number[1:]))


def write(path: Path, results: Sequence[Result], **about: Any) -> None:
    """Everything, for programs."""
    faults = [{**asdict(one), "as_promised": one.is_as_promised} for one in in_order(results)]
    text = json.dumps({**about, "faults": faults}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def read(text: str) -> Result:
    """A result that another process has written."""
    told = json.loads(text)
    known = {one.name for one in fields(Verdict)}
    verdict = {name: value for name, value in told.pop("verdict").items() if name in known}
    return Result(verdict=Verdict(**verdict), **told)
