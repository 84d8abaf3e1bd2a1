"""Where in a list a page begins: an opaque word in its address."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.errors import NotFound

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_ROWS = 10_000_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row of a list that is ordered by time: what comes after it is the next page.

    `number` is how many rows stand before the next one; `version` tells steps of one work apart.
    """

    number: int
    at: datetime
    id: UUID
    version: int = 0

    def __str__(self) -> str:
        """As it stands in an address."""
        microseconds = (self.at - EPOCH) // timedelta(microseconds=1)
        return f"{self.number}.{microseconds}.{self.id.hex}.{self.version}"


OLDEST = Cursor(0, datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))
NEWEST = Cursor(0, datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1), 2**31 - 1)


def read_cursor(word: str | None, *, beginning: Cursor) -> Cursor:
    """The cursor that an address names; without one, the beginning.

    Raises:
        NotFound: nobody was given such an address.
    """
    if not word:
        return beginning
    try:
        number, microseconds, id_, version = word.split(".")
        cursor = Cursor(
            int(number), EPOCH + timedelta(microseconds=int(microseconds)), UUID(id_), int(version)
        )
    except (ValueError, OverflowError):
        raise NotFound from None
    if not (0 <= cursor.number <= MOST_ROWS and 0 <= cursor.version < 2**31):
        raise NotFound
    return cursor
