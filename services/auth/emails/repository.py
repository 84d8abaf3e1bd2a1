"""People's addresses."""

from collections.abc import Sequence
from uuid import UUID

from shared.db import Connection

LIST_PROVEN = """
SELECT person_id, email
FROM persons
WHERE person_id = ANY($1::uuid[])
    AND email IS NOT NULL
    AND email_confirmed_at IS NOT NULL
"""


async def list_proven(connection: Connection, person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The addresses that were proved to be theirs, by person; of the others nothing is said."""
    rows = await connection.fetch(LIST_PROVEN, list(person_ids))
    return {row["person_id"]: row["email"] for row in rows}
