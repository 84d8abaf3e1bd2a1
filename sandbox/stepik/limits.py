"""How much Stepik lets one token ask: so many a second, with room for a burst."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

RATE = 5.0
BURST = 10
MOST_HOLDERS = 1_000


@dataclass(slots=True)
class Holder:
    """Whoever asks with one token, and what it did with its limit."""

    name: str
    left: float
    filled_at: float
    told_until: float = 0.0
    """Before this it knows that it should not ask."""
    requests: int = 0
    refused: int = 0
    sent_while_waiting: int = 0
    in_flight: int = 0
    most_in_flight: int = 0


class Limits:
    """Since the start of the sandbox; not kept over a restart."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._now = monotonic
        self._holders: dict[str, Holder] = {}
        self.rate: float | None = RATE
        self.burst = BURST
        self.retry_after: int | None = None
        """Seconds to tell; without it those until there is room for one request."""

    def of(self, token: str, name: str) -> Holder:
        holder = self._holders.get(token)
        if holder is None:
            holder = self._holders[token] = Holder(name, self.burst, self._now())
            while len(self._holders) > MOST_HOLDERS:
                del self._holders[next(iter(self._holders))]
        return holder

    def arrive(self, holder: Holder) -> int | None:
        """A request has come; gives the seconds to wait where it was one too many."""
        at = self._now()
        holder.requests += 1
        holder.in_flight += 1
        holder.most_in_flight = max(holder.most_in_flight, holder.in_flight)
        if at < holder.told_until:
            holder.sent_while_waiting += 1
            holder.refused += 1
            return _told(holder.told_until - at)
        if self.rate is None:
            return None
        holder.left = min(self.burst, holder.left + (at - holder.filled_at) * self.rate)
        holder.filled_at = at
        # A client that waits exactly as long as it was told is not refused for a rounding.
        if holder.left >= 1 - 1e-6:
            holder.left -= 1
            return None
        return self._refuse(holder, self.retry_after or (1 - holder.left) / self.rate)

    def leave(self, holder: Holder) -> None:
        holder.in_flight -= 1

    def begin(self, holder: Holder, seconds: int) -> int:
        """As if this holder had asked too much now; gives the seconds to tell.

        Who waits already goes on waiting.
        """
        at = self._now()
        if at < holder.told_until:
            return _told(holder.told_until - at)
        return self._refuse(holder, seconds)

    def forget(self) -> None:
        """Everybody begins anew, but what is in flight still is."""
        for holder in self._holders.values():
            holder.left, holder.filled_at, holder.told_until = self.burst, self._now(), 0.0
            holder.requests = holder.refused = holder.sent_while_waiting = 0
            holder.most_in_flight = holder.in_flight

    def list_holders(self) -> list[Holder]:
        return list(self._holders.values())

    def _refuse(self, holder: Holder, seconds: float) -> int:
        told = _told(seconds)
        holder.refused += 1
        holder.told_until = self._now() + told
        return told


def _told(seconds: float) -> int:
    """Whole seconds, never fewer than there are left."""
    return max(1, math.ceil(seconds - 1e-6))
