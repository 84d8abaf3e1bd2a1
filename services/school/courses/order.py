"""Lists that people put in order by small buttons: one step up, one step down."""

from collections.abc import Sequence
from typing import Literal, TypeVar

Direction = Literal["up", "down"]
T = TypeVar("T")


def moved(items: Sequence[T], item: T, direction: Direction) -> list[T]:
    """The list with one of it a step further; what stands at its end already stays there."""
    order = list(items)
    place = order.index(item)
    other = place + (1 if direction == "down" else -1)
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order
