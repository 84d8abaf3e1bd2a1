"""Domain time: one clock, passed down, that the sandbox can move."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Gives the time by which the business lives: deadlines, quiet hours, retry ladders.

    Leases, tokens and time-outs do not ask it: they stay on the real clock, so that moving this
    one in a demo signs nobody out and breaks no lock.
    """

    def __init__(self) -> None:
        self._advanced_by = timedelta(0)

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self._advanced_by

    def advance(self, by: timedelta) -> None:
        """Move the clock forward. It never goes back: what is due stays due."""
        if by < timedelta(0):
            raise ValueError("the clock only moves forward")
        self._advanced_by += by
