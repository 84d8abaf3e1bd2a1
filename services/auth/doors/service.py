"""Doors: a link that signs one person in, once, within ten minutes."""

from uuid import UUID

from services.auth.doors import repository
from services.auth.errors import DoorShut
from services.auth.persons.repository import Person
from services.auth.persons.service import get_person
from shared.db import Connection
from shared.log import get_log
from shared.secret import at_rest, new_token

log = get_log(__name__)

PREFIX = "/login/door/"


async def make(connection: Connection, person_id: UUID) -> str:
    """The path of a new door."""
    token = new_token()
    await repository.add(connection, at_rest(token), person_id)
    log.info("door_made", person_id=str(person_id))
    return f"{PREFIX}{token}"


async def look(connection: Connection, token: str) -> Person:
    """Who would come in; looking does not use the door up, for programs look at links too.

    Raises:
        DoorShut: it was used, is too old, or never was.
    """
    person_id = await repository.find_open(connection, at_rest(token))
    if person_id is None:
        raise DoorShut
    return await get_person(connection, person_id)


async def use(connection: Connection, token: str) -> UUID:
    """Who comes in.

    Raises:
        DoorShut: it was used, is too old, or never was.
    """
    person_id = await repository.use(connection, at_rest(token))
    if person_id is None:
        raise DoorShut
    return person_id
