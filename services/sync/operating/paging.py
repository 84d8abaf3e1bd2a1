"""Lists that are read page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PAGE = 50
MOST_PAGES = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list; pages are counted from 1."""

    rows: Sequence[T]
    number: int
    has_next: bool


def limits_of(number: int) -> tuple[int, int]:
    """How many rows to ask for, one more than are shown, and after how many others."""
    return PAGE + 1, (number - 1) * PAGE


def page_of(rows: Sequence[T], number: int) -> Page[T]:
    """The page of rows that were asked for within `limits_of`."""
    return Page(rows[:PAGE], number, len(rows) > PAGE)
