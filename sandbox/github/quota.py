"""GitHub's hourly quota: 5 000 requests for a token, 60 without one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

WINDOW_S = 3600
FOR_TOKEN = 5000
FOR_NOBODY = 60
MOST_QUOTAS = 2000


@dataclass
class Quota:
    limit: int
    left: int
    began_at: float

    def spend(self) -> None:
        self.left -= 1

    def resets_in(self, at: float) -> float:
        return max(0.0, self.began_at + WINDOW_S - at)


class Quotas:
    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._quotas: dict[str, Quota] = {}

    def of(self, holder: str, *, named: bool) -> Quota:
        at = self._monotonic()
        quota = self._quotas.get(holder)
        if quota is None or quota.resets_in(at) == 0:
            limit = FOR_TOKEN if named else FOR_NOBODY
            quota = self._quotas[holder] = Quota(limit, limit, at)
            while len(self._quotas) > MOST_QUOTAS:
                del self._quotas[next(iter(self._quotas))]
        return quota
