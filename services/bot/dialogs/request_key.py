"""Idempotency keys: the same update asks for the same things with the same keys."""


class RequestKey:
    """Gives "<update_id>.1", "<update_id>.2", … to one handler in the order of its commands."""

    def __init__(self, update_id: int) -> None:
        self._update_id = update_id
        self._number = 0

    def __call__(self) -> str:
        """The next key."""
        self._number += 1
        return f"{self._update_id}.{self._number}"
