"""Persons and their outside accounts in Postgres."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
from asyncpg import Record

from services.auth.errors import EmailTaken, PersonNotFound
from shared.db import Connection

ADD_PERSON = """
INSERT INTO persons (person_id, name, email, roles, locale)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person_id) DO NOTHING
RETURNING person_id
"""
UPDATE_PERSON = """
UPDATE persons
SET name = $2, email = $3, roles = $4, locale = $5, zone = $6,
    email_confirmed_at = CASE WHEN lower(email) = lower($3) THEN email_confirmed_at END
WHERE person_id = $1
"""
RAISE_VERSION = """
UPDATE persons
SET version = version + 1
WHERE person_id = $1
RETURNING *
"""
FIND_PERSON = "SELECT * FROM persons WHERE person_id = $1"
LOCK_PERSON = "SELECT * FROM persons WHERE person_id = $1 FOR UPDATE"
LIST_BY_EMAIL = "SELECT * FROM persons WHERE lower(email) = lower($1)"
LIST_BY_LOGIN = """
SELECT persons.*
FROM persons
JOIN accounts USING (person_id)
WHERE issuer = $1
    AND lower(login) = lower($2)
"""
LOCK_PAGE = """
SELECT *
FROM persons
WHERE person_id > $1
ORDER BY person_id
LIMIT $2
FOR UPDATE
"""
# Whoever waits here for another's change looks at the rows anew, so that two cannot take the last
# two administrators side by side.
LOCK_ADMINISTRATORS = """
SELECT person_id
FROM persons
WHERE 'administrator' = ANY(roles)
ORDER BY person_id
FOR UPDATE
"""
ADD_GRANT = "INSERT INTO grants (person_id, role, granted_by, taken) VALUES ($1, $2, $3, $4)"

ADD_ACCOUNT = """
INSERT INTO accounts (issuer, subject, person_id, login, name)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
RETURNING person_id
"""
LOCK_ACCOUNT = "SELECT * FROM accounts WHERE issuer = $1 AND subject = $2 FOR UPDATE"
RENEW_ACCOUNT = """
UPDATE accounts
SET login = $3, name = $4
WHERE issuer = $1
    AND subject = $2
"""
REMOVE_ACCOUNT = """
DELETE FROM accounts
WHERE person_id = $1
    AND issuer = $2
RETURNING person_id
"""
LIST_ACCOUNTS = "SELECT * FROM accounts WHERE person_id = ANY($1::uuid[])"

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Person:
    """A row of `persons`."""

    person_id: UUID
    version: int
    name: str
    email: str | None
    roles: tuple[str, ...]
    locale: str
    zone: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account elsewhere: who vouches (issuer) for whom (subject)."""

    issuer: str
    subject: str
    login: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class OwnedAccount(Account):
    """A row of `accounts`."""

    person_id: UUID = NOBODY
    linked_at: datetime | None = None


def _person(row: Record) -> Person:
    return Person(
        person_id=row["person_id"],
        version=row["version"],
        name=row["name"],
        email=row["email"],
        roles=tuple(row["roles"]),
        locale=row["locale"],
        zone=row["zone"],
    )


def _account(row: Record) -> OwnedAccount:
    return OwnedAccount(
        issuer=row["issuer"],
        subject=row["subject"],
        login=row["login"],
        name=row["name"],
        person_id=row["person_id"],
        linked_at=row["linked_at"],
    )


async def add_person(
    connection: Connection,
    person_id: UUID,
    *,
    name: str,
    locale: str,
    email: str | None = None,
    roles: Sequence[str] = (),
) -> bool:
    """Write a new person; False when the id is taken.

    Raises:
        EmailTaken: another person has it, in whatever case.
    """
    try:
        added = await connection.fetchval(ADD_PERSON, person_id, name, email, list(roles), locale)
    except asyncpg.UniqueViolationError as error:
        raise EmailTaken from error
    return added is not None


async def update_person(connection: Connection, person: Person) -> None:
    """Write what may change of a person.

    Raises:
        EmailTaken: another person has it, in whatever case.
    """
    try:
        await connection.execute(
            UPDATE_PERSON,
            person.person_id,
            person.name,
            person.email,
            list(person.roles),
            person.locale,
            person.zone,
        )
    except asyncpg.UniqueViolationError as error:
        raise EmailTaken from error


async def raise_version(connection: Connection, person_id: UUID) -> Person:
    """The person as changed, one version on, their row locked till the end.

    Raises:
        PersonNotFound: there is none with this id.
    """
    row = await connection.fetchrow(RAISE_VERSION, person_id)
    if row is None:
        raise PersonNotFound(str(person_id))
    return _person(row)


async def find_person(connection: Connection, person_id: UUID) -> Person | None:
    """The person."""
    row = await connection.fetchrow(FIND_PERSON, person_id)
    return _person(row) if row else None


async def lock_person(connection: Connection, person_id: UUID) -> Person | None:
    """The person, and nobody changes them until the end of the transaction."""
    row = await connection.fetchrow(LOCK_PERSON, person_id)
    return _person(row) if row else None


async def list_by_email(connection: Connection, email: str) -> list[Person]:
    """Whose address this is, in whatever case: one at most."""
    return [_person(row) for row in await connection.fetch(LIST_BY_EMAIL, email)]


async def list_by_login(connection: Connection, issuer: str, login: str) -> list[Person]:
    """Whose login this is. Logins are renamed and taken anew, so there may be more than one."""
    return [_person(row) for row in await connection.fetch(LIST_BY_LOGIN, issuer, login)]


async def lock_page(connection: Connection, after: UUID, limit: int) -> list[Person]:
    """The next persons by id, locked."""
    return [_person(row) for row in await connection.fetch(LOCK_PAGE, after, limit)]


async def lock_administrators(connection: Connection) -> list[UUID]:
    """Who is administrator, and nobody else is made to be or not to be one of them meanwhile."""
    return [row["person_id"] for row in await connection.fetch(LOCK_ADMINISTRATORS)]


async def add_grant(
    connection: Connection, person_id: UUID, role: str, granted_by: str, *, taken: bool = False
) -> None:
    """Write down who gave a role to whom, or took it."""
    await connection.execute(ADD_GRANT, person_id, role, granted_by, taken)


async def add_account(connection: Connection, account: Account, person_id: UUID) -> bool:
    """Give an account to a person; False when it, or its place with the person, is taken.

    The person may be written after it: the foreign key is looked at when the transaction ends.
    """
    added = await connection.fetchval(
        ADD_ACCOUNT, account.issuer, account.subject, person_id, account.login, account.name
    )
    return added is not None


async def lock_account(connection: Connection, issuer: str, subject: str) -> OwnedAccount | None:
    """The account and whose it is."""
    row = await connection.fetchrow(LOCK_ACCOUNT, issuer, subject)
    return _account(row) if row else None


async def renew_account(connection: Connection, account: Account) -> None:
    """Write the login and the name that the other side now gives."""
    await connection.execute(
        RENEW_ACCOUNT, account.issuer, account.subject, account.login, account.name
    )


async def remove_account(connection: Connection, person_id: UUID, issuer: str) -> bool:
    """Take an account from a person; False when there was none."""
    return await connection.fetchval(REMOVE_ACCOUNT, person_id, issuer) is not None


async def list_accounts(
    connection: Connection, person_ids: Sequence[UUID]
) -> dict[UUID, dict[str, OwnedAccount]]:
    """The accounts of these persons, by person and issuer."""
    found: dict[UUID, dict[str, OwnedAccount]] = {person_id: {} for person_id in person_ids}
    for row in await connection.fetch(LIST_ACCOUNTS, list(person_ids)):
        found[row["person_id"]][row["issuer"]] = _account(row)
    return found
