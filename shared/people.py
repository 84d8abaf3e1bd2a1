"""People as auth tells of them: the projection that every service has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from asyncpg import Record

from shared.clock import Clock
from shared.db import Connection, from_row
from shared.events import PersonChanged

# An older fact never overwrites a newer one, however late it comes.
PROJECT = """
INSERT INTO people (
    person_id, version, name, roles, locale, zone,
    telegram_id, github_id, github_login, stepik_id, deleted
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (person_id) DO UPDATE
SET version = excluded.version,
    name = excluded.name,
    roles = excluded.roles,
    locale = excluded.locale,
    zone = excluded.zone,
    telegram_id = excluded.telegram_id,
    github_id = excluded.github_id,
    github_login = excluded.github_login,
    stepik_id = excluded.stepik_id,
    deleted = excluded.deleted
WHERE people.version < excluded.version
"""

FIND = "SELECT * FROM people WHERE person_id = $1"
FIND_BY_TELEGRAM = "SELECT * FROM people WHERE telegram_id = $1 AND NOT deleted"
FIND_BY_GITHUB = "SELECT * FROM people WHERE github_id = $1 AND NOT deleted"
LIST_BY_ROLE = """
SELECT * FROM people WHERE $1 = ANY(roles) AND NOT deleted ORDER BY name, person_id LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class Person:
    """What a service knows of a person. Version 0: not told of yet."""

    person_id: UUID
    version: int = 0
    name: str = ""
    roles: tuple[str, ...] = ()
    locale: str = "ru"
    zone: str = "Europe/Moscow"
    telegram_id: int | None = None
    github_id: int | None = None
    github_login: str | None = None
    stepik_id: int | None = None
    deleted: bool = False


def read_person(row: Record) -> Person:
    """The person of a row, also of one that joins more."""
    person = from_row(Person, row)
    return replace(person, roles=tuple(person.roles))


async def project_people(
    connection: Connection, events: Sequence[PersonChanged], clock: Clock
) -> None:
    """Keep what auth told of people: the batched handler of `auth.person.changed.v1`."""
    await connection.executemany(
        PROJECT,
        [
            (
                event.person_id,
                event.version,
                event.name,
                list(event.roles),
                event.locale,
                event.zone,
                event.telegram_id,
                event.github_id,
                event.github_login,
                event.stepik_id,
                event.deleted,
            )
            for event in events
        ],
    )


async def project_person(connection: Connection, event: PersonChanged, clock: Clock) -> None:
    """Keep what auth told of one person, for a handler that does more besides."""
    await project_people(connection, [event], clock)


async def get_person(connection: Connection, person_id: UUID) -> Person:
    """The person; one who was not told of yet is a person with nothing but an id."""
    row = await connection.fetchrow(FIND, person_id)
    return read_person(row) if row else Person(person_id)


async def find_by_telegram(connection: Connection, telegram_id: int) -> Person | None:
    """Whose chat this is."""
    row = await connection.fetchrow(FIND_BY_TELEGRAM, telegram_id)
    return read_person(row) if row else None


async def find_by_github(connection: Connection, github_id: int) -> Person | None:
    """Whose GitHub account this is."""
    row = await connection.fetchrow(FIND_BY_GITHUB, github_id)
    return read_person(row) if row else None


async def list_by_role(connection: Connection, role: str, limit: int = 200) -> list[Person]:
    """Who has a role, by name."""
    return [read_person(row) for row in await connection.fetch(LIST_BY_ROLE, role, limit)]
