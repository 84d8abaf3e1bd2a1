"""Where a right's tokens are sealed: each opens in its own column, row and owner alone."""

from typing import Literal
from uuid import UUID

from shared.secret import KeyRing

Column = Literal["sealed", "access_sealed"]


def place(column: Column, right_id: UUID, person_id: UUID) -> str:
    """What a sealed token is bound to."""
    return f"rights:{column}:{right_id}:{person_id}"


class Sealing:
    """Tokens of rights, sealed and opened."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def seal(self, token: str, column: Column, *, right_id: UUID, person_id: UUID) -> str:
        """A token as it may lie in its column."""
        return self._ring.seal(token.encode(), bound_to=place(column, right_id, person_id))

    def open(self, sealed: str, column: Column, *, right_id: UUID, person_id: UUID) -> str:
        """The token.

        Raises:
            CannotOpen: it belongs elsewhere, or its key is not in the ring.
        """
        return self._ring.open(sealed, bound_to=place(column, right_id, person_id)).decode()
