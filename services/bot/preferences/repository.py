"""What people chose about notices: a row for each who changed anything."""

from uuid import UUID

from asyncpg import Record

from services.bot.preferences.kinds import BY_NAME, MODES
from services.bot.preferences.planning import Preferences
from shared.db import Connection

FIND = """
SELECT quiet_from, quiet_until, digest_at, modes
FROM preferences
WHERE person_id = $1
"""

# The row is made and locked: of two who change at once, the second sees what the first chose.
TAKE = """
INSERT INTO preferences (person_id)
VALUES ($1)
ON CONFLICT (person_id) DO UPDATE
SET person_id = excluded.person_id
RETURNING quiet_from, quiet_until, digest_at, modes
"""

SAVE = """
UPDATE preferences
SET quiet_from = $2, quiet_until = $3, digest_at = $4, modes = $5
WHERE person_id = $1
"""

FORGET = "DELETE FROM preferences WHERE person_id = $1"


def read(row: Record) -> Preferences:
    """What a row holds, also one of an outer join that found none.

    A kind or a mode that this version does not know is left out.
    """
    if row["digest_at"] is None:
        return Preferences()
    modes = {kind: mode for kind, mode in row["modes"].items() if kind in BY_NAME and mode in MODES}
    return Preferences(row["quiet_from"], row["quiet_until"], row["digest_at"], modes)


async def find(connection: Connection, person_id: UUID) -> Preferences:
    """What a person chose; who chose nothing has the defaults."""
    row = await connection.fetchrow(FIND, person_id)
    return read(row) if row else Preferences()


async def take(connection: Connection, person_id: UUID) -> Preferences:
    """The same, held until the transaction ends."""
    row = await connection.fetchrow(TAKE, person_id)
    if row is None:
        raise RuntimeError("a row was neither made nor found")
    return read(row)


async def save(connection: Connection, person_id: UUID, preferences: Preferences) -> None:
    """Keep what was taken and changed."""
    await connection.execute(
        SAVE,
        person_id,
        preferences.quiet_from,
        preferences.quiet_until,
        preferences.digest_at,
        dict(preferences.modes),
    )


async def forget(connection: Connection, person_id: UUID) -> None:
    """Their person is gone."""
    await connection.execute(FORGET, person_id)
