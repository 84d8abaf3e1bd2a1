"""How lists are cut into pages, and what happens while somebody reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

PAGE_SIZE = 20
MOST_IDS = 100

More = Literal["honest", "one_more", "endless"]
PastEnd = Literal["empty", "not_found"]
T = TypeVar("T")


class NoSuchPage(Exception):
    """Past the end, or not a number of a page."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    rows: Sequence[T]
    page: int
    has_next: bool

    def meta(self) -> dict[str, int | bool]:
        return {"page": self.page, "has_next": self.has_next, "has_previous": self.page > 1}


@dataclass
class Paging:
    """`page_size` of a request is not listened to, as Stepik does not."""

    page_size: int = PAGE_SIZE
    more: More = "honest"
    """`one_more`: the last page says that there is another. `endless`: every page does."""
    past_end: PastEnd = "empty"
    cuts_ids: bool = False
    """Whether an answer to `ids[]` is cut into pages like any other list."""

    def cut(self, rows: Sequence[T], page_text: str, *, by_ids: bool = False) -> Part[T]:
        """One page of them.

        Raises:
            NoSuchPage: there is none of this number.
        """
        if not (page_text.isascii() and page_text.isdigit() and 0 < int(page_text) < 10**9):
            raise NoSuchPage
        page = int(page_text)
        size = MOST_IDS if by_ids and not self.cuts_ids else self.page_size
        found = rows[(page - 1) * size : page * size]
        has_more = page * size < len(rows)
        if not found and page > 1 and self.past_end == "not_found":
            raise NoSuchPage
        if not by_ids and (self.more == "endless" or (self.more == "one_more" and found)):
            has_more = True
        return Part(found, page, has_more)


class Later:
    """Deeds that wait until so many pages of grades were read."""

    MOST = 1_000

    def __init__(self) -> None:
        self._deeds: list[tuple[int, Callable[[], object]]] = []
        self._read = 0

    def after(self, pages: int, deed: Callable[[], object]) -> None:
        """Now, where it is after none; the oldest deed is forgotten where there are too many."""
        if pages == 0:
            deed()
            return
        self._deeds.append((self._read + pages, deed))
        del self._deeds[: -self.MOST]

    def page_was_read(self) -> None:
        self._read += 1
        due = [deed for at, deed in self._deeds if at <= self._read]
        self._deeds = [one for one in self._deeds if one[0] > self._read]
        for deed in due:
            deed()

    @property
    def waiting(self) -> int:
        return len(self._deeds)
