"""What fails at Boomstream, and trying it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.sync.access.grants.repository import GRANT_BELL
from services.sync.operating.boomstream import repository
from services.sync.operating.boomstream.repository import Failing
from services.sync.operating.errors import NothingToTry
from shared.db import Connection, ring_on_commit

SHOWN_FAILING = 20


@dataclass(frozen=True, slots=True)
class FailingSeen:
    """How much fails at Boomstream, and what is tried next of it."""

    total: int
    first: Sequence[Failing]


async def see_failing(connection: Connection) -> FailingSeen:
    """What Boomstream refuses."""
    total = await repository.count_failing(connection)
    first = await repository.list_failing(connection, SHOWN_FAILING) if total else []
    return FailingSeen(total, first)


async def retry(connection: Connection, grant_id: UUID, now: datetime) -> UUID:
    """Have one opening tried at once; gives whose it is.

    Raises:
        NothingToTry: there is none, or it has succeeded meanwhile.
    """
    person_id = await repository.retry(connection, grant_id, now)
    if person_id is None:
        raise NothingToTry
    ring_on_commit(GRANT_BELL)
    return person_id


async def retry_all(connection: Connection, now: datetime) -> None:
    """Have all that fail tried at once."""
    await repository.retry_all(connection, now)
    ring_on_commit(GRANT_BELL)
