"""For how long nothing is sent, by any replica, after what came."""

from services.sync.boomstream import repository
from services.sync.boomstream.errors import Away, KeyRefused
from shared.db import Connection

REST_AFTER_REFUSAL = 300.0
"""Seconds, after the key was refused."""
REST_AFTER_SILENCE = 5.0
"""Seconds, where Boomstream fails without saying for how long."""


async def keep_quiet(connection: Connection, error: Exception) -> None:
    """Have everybody wait, if it is everybody's matter."""
    if isinstance(error, KeyRefused):
        await repository.pause(connection, REST_AFTER_REFUSAL, str(error))
    elif isinstance(error, Away):
        await repository.pause(connection, error.wait or REST_AFTER_SILENCE, str(error))
    else:
        await repository.note_answer(connection)
