"""One-time doors in Postgres, by the hash of their token."""

from datetime import timedelta
from uuid import UUID

from shared.db import Connection

VALID_FOR = timedelta(minutes=10)

ADD = """
INSERT INTO doors (door_hash, person_id, expires_at)
VALUES ($1, $2, now() + $3::interval)
"""
FIND_OPEN = "SELECT person_id FROM doors WHERE door_hash = $1 AND expires_at > now()"
USE = """
DELETE FROM doors
WHERE door_hash = $1
    AND expires_at > now()
RETURNING person_id
"""
FORGET_OF_PERSON = "DELETE FROM doors WHERE person_id = $1"


async def add(connection: Connection, door_hash: bytes, person_id: UUID) -> None:
    """Write a door down."""
    await connection.execute(ADD, door_hash, person_id, VALID_FOR)


async def find_open(connection: Connection, door_hash: bytes) -> UUID | None:
    """Whose door this is, while it is open."""
    person_id: UUID | None = await connection.fetchval(FIND_OPEN, door_hash)
    return person_id


async def use(connection: Connection, door_hash: bytes) -> UUID | None:
    """Whose door this is, and it is gone with that: of two users one gets in."""
    person_id: UUID | None = await connection.fetchval(USE, door_hash)
    return person_id


async def forget_of_person(connection: Connection, person_id: UUID) -> None:
    """Shut the doors that wait for a person."""
    await connection.execute(FORGET_OF_PERSON, person_id)
