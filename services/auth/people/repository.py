"""People by what an administrator knows of them, and the journal of their roles."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.db import Connection, from_row

SEARCH = """
SELECT
    persons.person_id, persons.name, email, roles,
    array_remove(array_agg(
        issuer || ' ' || coalesce(login, nullif(accounts.name, ''), subject) ORDER BY issuer
    ), NULL) AS accounts
FROM persons
LEFT JOIN accounts USING (person_id)
GROUP BY persons.person_id
HAVING position(lower($1) IN lower(persons.name)) > 0
    OR position(lower($1) IN lower(email)) > 0
    OR bool_or(position(lower($1) IN lower(login)) > 0)
    OR bool_or(position(lower($1) IN lower(accounts.name)) > 0)
ORDER BY lower(persons.name), persons.person_id
LIMIT $2
OFFSET $3
"""
LIST_GRANTS = """
SELECT role, taken, granted_by, giver.name AS by_name, granted_at
FROM grants
LEFT JOIN persons AS giver ON giver.person_id::text = granted_by
WHERE grants.person_id = $1
ORDER BY id DESC
LIMIT $2
OFFSET $3
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A person, as the list of people shows them."""

    person_id: UUID
    name: str
    email: str | None
    roles: tuple[str, ...]
    accounts: tuple[str, ...]
    """Each as issuer and what it is called there."""


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A line of the journal: a role given, or taken. `by_name` is None for the command line."""

    role: str
    taken: bool
    granted_by: str
    by_name: str | None
    granted_at: datetime


async def search(connection: Connection, text: str, *, limit: int, offset: int) -> list[Found]:
    """Those whose name, e-mail address or account elsewhere has the text in it."""
    found = [from_row(Found, row) for row in await connection.fetch(SEARCH, text, limit, offset)]
    return [replace(one, roles=tuple(one.roles), accounts=tuple(one.accounts)) for one in found]


async def list_grants(
    connection: Connection, person_id: UUID, *, limit: int, offset: int
) -> list[RoleGrant]:
    """Which roles a person was given and lost, the newest first."""
    rows = await connection.fetch(LIST_GRANTS, person_id, limit, offset)
    return [from_row(RoleGrant, row) for row in rows]
