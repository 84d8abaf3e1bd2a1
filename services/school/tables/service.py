"""What all tables have in common: whose works somebody looks through, and which streams run."""

from datetime import datetime
from uuid import UUID

from services.school.tables import repository
from services.school.weeks.calendar import earliest_today, is_over, today
from shared.db import Connection
from shared.errors import NotFound
from shared.identity import Identity

ADMINISTRATOR = "administrator"
MOST_STREAMS = 10_000


def whose(identity: Identity, curator_id: UUID | None) -> UUID | None:
    """The curator whose works are looked through: None is all of them.

    Administrators choose, everybody else has their own.

    Raises:
        NotFound: they are another's.
    """
    if identity.has(ADMINISTRATOR):
        return curator_id
    if curator_id not in (None, identity.person_id):
        raise NotFound
    return identity.person_id


async def list_running(connection: Connection, now: datetime) -> list[UUID]:
    """Streams that are not over, each by the day in its own zone."""
    streams = await repository.list_streams(connection, earliest_today(now), MOST_STREAMS)
    return [
        stream.stream_id
        for stream in streams
        if not is_over(stream.finish_on, today(stream.zone, now))
    ]
