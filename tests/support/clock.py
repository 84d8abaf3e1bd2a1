"""Time that a test sets."""

from datetime import datetime

from shared.clock import Clock


class StandingClock(Clock):
    """Stands where the test puts it."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at
