"""What was seen of the bot as time went, and whether it is flat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, median

import asyncpg

WARM_UP = 0.3
"""The part of the time after which it should have all that it needs."""
MOST_GROWTH = 5.0
"""Megabytes in ten minutes."""
ROOM = 1.3
"""How much more rows a table may have in the end than in the middle."""
FEW = 200
"""Rows that are no growth."""

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'bot' ORDER BY tablename"


@dataclass(frozen=True, slots=True)
class Sample:
    """One look: seconds since the beginning, megabytes of memory, rows by table."""

    at: float
    megabytes: float
    rows: Mapping[str, int]


def megabytes(pid: int) -> float:
    """Its proportional share of memory: what would be free without it."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("this system does not tell of Pss")


async def count_rows(connection: "asyncpg.Connection[asyncpg.Record]") -> dict[str, int]:
    """Every table that the bot has."""
    names = [row["tablename"] for row in await connection.fetch(TABLES)]
    return {name: await connection.fetchval(f'SELECT count(*) FROM bot."{name}"') for name in names}


def growth(samples: Sequence[Sample]) -> float:
    """Megabytes in ten minutes, by the line through what was seen after the warm-up."""
    warm = _after(samples, WARM_UP)
    slope, _ = linear_regression([one.at for one in warm], [one.megabytes for one in warm])
    return slope * 600


def growing_tables(samples: Sequence[Sample]) -> list[str]:
    """Those that have far more rows in the last quarter than in the second."""
    span = samples[-1].at
    middle = [one for one in samples if 0.25 * span <= one.at <= 0.5 * span]
    end = _after(samples, 0.75)
    found = []
    for name in samples[-1].rows:
        before, after = (median(one.rows.get(name, 0) for one in part) for part in (middle, end))
        if after > before * ROOM + FEW:
            found.append(f"{name} ({before:.0f} → {after:.0f} rows)")
    return found


def _after(samples: Sequence[Sample], share: float) -> list[Sample]:
    return [one for one in samples if one.at >= share * samples[-1].at]
