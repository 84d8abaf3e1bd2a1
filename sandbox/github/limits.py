"""What GitHub lets somebody ask: so many an hour, so many a minute, so many at once."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

WINDOW_S = 3600
FOR_TOKEN = 5000
FOR_NOBODY = 60
POINTS_A_MINUTE = 900
AT_ONCE = 100
MINUTE_S = 60
MOST_HOLDERS = 2000

Kind = Literal["primary", "secondary"]


@dataclass(frozen=True)
class Wait:
    """A limit that has been met: until when, and how it is told."""

    kind: Kind
    until: float
    status: int = 403
    tells: bool = True
    """Whether a secondary limit says `retry-after`; the primary one never does."""


@dataclass
class Holder:
    """Somebody who asks: an account, whichever of its tokens is used, or nobody."""

    who: str
    limit: int
    left: int
    began_at: float
    points: deque[tuple[float, int]] = field(default_factory=deque)
    points_sum: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    refused: int = 0
    wait: Wait | None = None
    told_until: float = 0.0
    """Before this the holder knows that it should not ask."""
    sent_while_waiting: int = 0

    def resets_in(self, at: float) -> float:
        return max(0.0, self.began_at + WINDOW_S - at)

    def spend(self) -> None:
        self.left = max(0, self.left - 1)

    def spend_points(self, at: float, points: int) -> None:
        self.points.append((at, points))
        self.points_sum += points
        self.forget_points(at)

    def forget_points(self, at: float) -> None:
        while self.points and self.points[0][0] <= at - MINUTE_S:
            self.points_sum -= self.points.popleft()[1]


class Limits:
    """Since the start of the sandbox; not kept over a restart."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.now = monotonic
        self._holders: dict[int, Holder] = {}
        self._for_all: Wait | None = None

    def of(self, account_id: int, who: str, *, named: bool) -> Holder:
        at = self.now()
        holder = self._holders.get(account_id)
        limit = FOR_TOKEN if named else FOR_NOBODY
        if holder is None:
            holder = self._holders[account_id] = Holder(who, limit, limit, at)
            while len(self._holders) > MOST_HOLDERS:
                del self._holders[next(iter(self._holders))]
        elif holder.resets_in(at) == 0:
            holder.left, holder.began_at = limit, at
        return holder

    def arrive(self, holder: Holder, *, points: int) -> None:
        """A request has come: it counts for the minute and for what runs at once."""
        at = self.now()
        if at < holder.told_until:
            holder.sent_while_waiting += 1
        holder.in_flight += 1
        holder.most_in_flight = max(holder.most_in_flight, holder.in_flight)
        holder.spend_points(at, points)
        if holder.in_flight > AT_ONCE:
            self.begin(holder, "secondary", MINUTE_S, status=403, tells=False)
        elif holder.points_sum > POINTS_A_MINUTE:
            self.begin(holder, "secondary", MINUTE_S, status=429, tells=True)

    def leave(self, holder: Holder) -> None:
        holder.in_flight -= 1

    def refuses(self, holder: Holder) -> Wait | None:
        """The limit that stops this holder's request now, and which the holder is told of."""
        at = self.now()
        if holder.left == 0 and not _runs(holder.wait, at):
            holder.wait = Wait("primary", at + holder.resets_in(at), tells=False)
        for wait in (self._for_all, holder.wait):
            if wait is not None and at < wait.until:
                if wait.kind == "primary" and holder.left > 0:
                    self._exhaust(holder, wait.until - at)
                self._tell(holder, wait, at)
                return wait
        return None

    def begin(
        self, holder: Holder, kind: Kind, seconds: float, *, status: int, tells: bool
    ) -> None:
        """The limit is met now, as if this holder had asked too much."""
        if _runs(holder.wait, self.now()):
            return
        if kind == "primary":
            self._exhaust(holder, seconds)
        holder.wait = Wait(kind, self.now() + seconds, status, tells)

    def begin_for_all(self, kind: Kind, seconds: float, *, status: int, tells: bool) -> None:
        """Whoever comes next meets it, also who has never asked before."""
        self._for_all = Wait(kind, self.now() + seconds, status, tells)

    def wait_s(self, wait: Wait) -> int:
        return max(1, math.ceil(wait.until - self.now()))

    def forget(self) -> None:
        """Everybody begins anew, but what is in flight still is."""
        self._for_all = None
        for holder in self._holders.values():
            holder.left, holder.began_at, holder.wait = holder.limit, self.now(), None
            holder.told_until, holder.sent_while_waiting, holder.refused = 0.0, 0, 0
            holder.most_in_flight, holder.points_sum = holder.in_flight, 0
            holder.points.clear()

    def list_holders(self) -> list[Holder]:
        at = self.now()
        for holder in self._holders.values():
            holder.forget_points(at)
        return list(self._holders.values())

    def _exhaust(self, holder: Holder, seconds: float) -> None:
        holder.left = 0
        holder.began_at = self.now() + seconds - WINDOW_S

    def _tell(self, holder: Holder, wait: Wait, at: float) -> None:
        """Without a word of how long, GitHub's documentation asks for a minute."""
        holder.refused += 1
        told = wait.until if wait.tells or wait.kind == "primary" else at + MINUTE_S
        holder.told_until = max(holder.told_until, told)


def _runs(wait: Wait | None, at: float) -> bool:
    return wait is not None and at < wait.until
