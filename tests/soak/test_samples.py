"""The verdict of `make soak`."""

import os

import pytest

from tests.soak.samples import Sample, growing_tables, growth, megabytes


def seen(*, each: float = 0.0, rows: float = 0.0, start: float = 0.0) -> list[Sample]:
    """Ten minutes with so much more memory and rows a minute."""
    return [
        Sample(10.0 * n, 90 + each * n / 6, {"outgoing": round(start + rows * n / 6), "people": 5})
        for n in range(60)
    ]


def test_memory_is_measured_after_the_warm_up() -> None:
    assert growth(seen()) == pytest.approx(0)
    assert growth(seen(each=1)) == pytest.approx(10)
    warming = [Sample(10.0 * n, min(n, 15) * 10.0, {}) for n in range(60)]
    assert growth(warming) == pytest.approx(0)


def test_a_table_that_nobody_prunes_is_named() -> None:
    assert growing_tables(seen(rows=2, start=1000)) == []
    assert growing_tables(seen(rows=200)) == ["outgoing (733 → 1733 rows)"]


def test_a_process_has_memory() -> None:
    assert megabytes(os.getpid()) > 5
