"""Passwords in Postgres, as their hashes."""

from dataclasses import dataclass
from uuid import UUID

from shared.db import Connection, from_row

FIND_BY_EMAIL = """
SELECT person_id, name, email, locale, email_confirmed_at IS NOT NULL AS is_confirmed, hash
FROM persons
LEFT JOIN passwords USING (person_id)
WHERE lower(email) = lower($1)
"""
FIND = """
SELECT person_id, name, email, locale, email_confirmed_at IS NOT NULL AS is_confirmed, hash
FROM persons
LEFT JOIN passwords USING (person_id)
WHERE person_id = $1
"""
SET = """
INSERT INTO passwords (person_id, hash)
VALUES ($1, $2)
ON CONFLICT (person_id) DO UPDATE
SET hash = excluded.hash, changed_at = now()
"""
RENEW = "UPDATE passwords SET hash = $3 WHERE person_id = $1 AND hash = $2"
REMOVE = "DELETE FROM passwords WHERE person_id = $1 RETURNING person_id"


@dataclass(frozen=True, slots=True)
class Holder:
    """A person as this way in knows them. Without a `hash` they have no password."""

    person_id: UUID
    name: str
    email: str | None
    locale: str
    is_confirmed: bool
    hash: str | None

    @property
    def address(self) -> str | None:
        """The address, if it was proved to be theirs."""
        return self.email if self.is_confirmed else None


async def find_by_email(connection: Connection, email: str) -> Holder | None:
    """Whose address this is, in whatever case, proved or not."""
    row = await connection.fetchrow(FIND_BY_EMAIL, email)
    return from_row(Holder, row) if row else None


async def find(connection: Connection, person_id: UUID) -> Holder | None:
    """The person."""
    row = await connection.fetchrow(FIND, person_id)
    return from_row(Holder, row) if row else None


async def set_hash(connection: Connection, person_id: UUID, hash_: str) -> None:
    """Write a person's password, whether they had one or not."""
    await connection.execute(SET, person_id, hash_)


async def renew(connection: Connection, person_id: UUID, *, old: str, new: str) -> None:
    """Write the same password under newer parameters, unless it was changed meanwhile."""
    await connection.execute(RENEW, person_id, old, new)


async def remove(connection: Connection, person_id: UUID) -> bool:
    """Forget a person's password; False when there was none."""
    return await connection.fetchval(REMOVE, person_id) is not None
