"""How often each system was asked, and how much of it cost quota."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass

MOST_METHODS = 500


@dataclass
class Count:
    requests: int = 0
    quota: int = 0


class Counts:
    """Since the start of the sandbox; not kept over a restart."""

    def __init__(self) -> None:
        self._systems: dict[str, dict[str, Count]] = defaultdict(dict)

    def add(self, system: str, method: str, *, costs: bool) -> None:
        methods = self._systems[system]
        if method not in methods and len(methods) >= MOST_METHODS:
            method = "other"
        count = methods.setdefault(method, Count())
        count.requests += 1
        count.quota += costs

    def as_json(self) -> dict[str, dict[str, dict[str, int]]]:
        return {
            system: {method: asdict(count) for method, count in sorted(methods.items())}
            for system, methods in sorted(self._systems.items())
        }
