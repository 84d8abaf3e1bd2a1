"""How far the pages of a list were read, where pages change their size while they are read.

What is at Stepik is in order of its ids, so that new learners stand at the end. A page says how
large pages are now, but for the last one.
"""

from dataclasses import dataclass, replace

FIRST_SIZE = 20
MOST_IDLE = 3
"""Pages in a row that may bring nobody new, where somebody was expected: then this is the end,
whatever `has_next` says."""
MOST_TURNS = 12
"""The same, where pages have changed their size and so begin elsewhere than was thought."""


@dataclass(frozen=True, slots=True)
class Cover:
    """covered: how many learners were read, from the first, without a gap.

    is_checking: the end was reached, if pages are still as large as they were: the first page is
    asked for again, and says so. checked: what it said, when that was last done.
    """

    covered: int = 0
    size: int = FIRST_SIZE
    idle: int = 0
    turns: int = 0
    checked: int = 0
    is_checking: bool = False
    is_over: bool = False

    @property
    def next_page(self) -> int:
        """The page to ask for: never one that would leave a gap, as far as is known."""
        return 1 if self.is_checking else self.covered // self.size + 1

    def after(self, *, page: int, count: int, has_next: bool, met: int) -> "Cover":
        """After that page with so many learners, of whom so many were not met before."""
        moved = self._moved(page, count, has_next)
        if met:
            return replace(moved, idle=0, turns=0)
        was_expected = moved.size == self.size and not moved.is_checking
        idle, turns = self.idle + was_expected, self.turns + 1
        is_rest = 0 < count < self.checked
        is_over = moved.is_over or is_rest or idle >= MOST_IDLE or turns >= MOST_TURNS
        return replace(moved, idle=idle, turns=turns, is_over=is_over)

    def _moved(self, page: int, count: int, has_next: bool) -> "Cover":
        goes_on = has_next and count > 0
        if page == 1 and not goes_on:
            return replace(self, covered=max(self.covered, count), is_over=True)
        if self.is_checking:
            return replace(
                self, size=count, checked=count, is_checking=False, is_over=count == self.size
            )
        if not goes_on:
            return replace(self, is_checking=True)
        begins = (page - 1) * count
        # A page that begins behind what is covered leaves a gap: with its size another is asked.
        covered = max(self.covered, begins + count) if begins <= self.covered else self.covered
        return replace(self, covered=covered, size=count)
