"""Which page is asked for next, where pages change under the reader's hands."""

import random
from collections.abc import Callable

import pytest

from services.sync.stepik.passes.cover import MOST_IDLE, Cover

Sizes = Callable[[int], int]
"""How large pages are at the nth request."""


def read(total: int, size_at: Sizes, *, more: str = "honest", start: Cover | None = None) -> list:
    """Read a list of so many; gives the numbers that were met, and how many requests it took."""
    cover, met, requests = start or Cover(), set(), 0
    while not cover.is_over:
        requests += 1
        assert requests < 10_000
        size, number = size_at(requests), cover.next_page
        rows = range(total)[(number - 1) * size : number * size]
        has_next = number * size < total or more == "endless" or (more == "one_more" and len(rows))
        new = set(rows) - met
        met |= new
        cover = cover.after(page=number, count=len(rows), has_next=bool(has_next), met=len(new))
    return [sorted(met), requests]


@pytest.mark.parametrize("total", [0, 1, 6, 7, 19, 20, 21, 40, 105, 110, 1000])
@pytest.mark.parametrize("more", ["honest", "one_more", "endless"])
@pytest.mark.parametrize("size", [7, 20])
def test_all_are_met_whatever_is_said_of_the_end(total: int, more: str, size: int) -> None:
    met, requests = read(total, lambda _: size, more=more)
    assert met == list(range(total))
    assert requests <= total // size + 6


@pytest.mark.parametrize("total", [8, 20, 50, 105, 110, 133, 1000])
@pytest.mark.parametrize(("first", "then"), [(20, 7), (7, 20), (20, 100), (100, 3)])
@pytest.mark.parametrize("more", ["honest", "one_more", "endless"])
def test_all_are_met_where_pages_change_their_size_at_any_moment(
    total: int, first: int, then: int, more: str
) -> None:
    for moment in range(1, total // min(first, then) + 3):
        met, _ = read(total, lambda n, at=moment: first if n <= at else then, more=more)
        assert met == list(range(total)), f"changed after {moment} requests"


def test_pages_that_change_at_every_request_come_to_an_end() -> None:
    chance = random.Random(7)  # noqa: S311 - the same at every run
    for _ in range(100):
        met, requests = read(300, lambda _: chance.choice([3, 7, 20, 100]), more="endless")
        assert met[:3] == [0, 1, 2]
        assert requests < 300


def test_the_same_page_for_ever_is_left_after_three() -> None:
    cover = Cover(covered=40)
    for _ in range(MOST_IDLE):
        assert not cover.is_over
        cover = cover.after(page=cover.next_page, count=20, has_next=True, met=0)
    assert cover.is_over


def test_one_page_that_has_all_is_not_asked_for_twice() -> None:
    assert read(5, lambda _: 20)[1] == 1


def test_a_reading_goes_on_from_what_is_covered() -> None:
    met, _ = read(100, lambda _: 20, start=Cover(covered=60))
    assert met[0] <= 20
    assert set(range(60, 100)) <= set(met)


def test_a_page_that_would_leave_a_gap_is_asked_for_again() -> None:
    cover = Cover(covered=35, size=7)
    assert cover.next_page == 6
    cover = cover.after(page=6, count=20, has_next=True, met=20)
    assert (cover.covered, cover.next_page) == (35, 2)
