"""People with what is open for them, and the journal with names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.sync.access.grants.repository import Decision, Deed
from shared.db import Connection, from_row

# Students, and whoever else was given something or has an account. $1: a part of the name; $2: the
# resource that is asked about, any if null; $3: how they stand with it; $4: now.
SHOWN = """
SELECT people.person_id, people.name, lower(people.name) AS sorted, matches.user_id
FROM people
LEFT JOIN stepik_matches AS matches ON matches.person_id = people.person_id
WHERE NOT deleted
    AND position(lower($1) IN lower(people.name)) > 0
    AND (
        'student' = ANY(roles)
        OR matches.user_id IS NOT NULL
        OR EXISTS (SELECT FROM grants WHERE grants.person_id = people.person_id)
    )
    AND CASE
        WHEN $3::text IS NULL THEN true
        ELSE ($3 <> 'closed') = EXISTS (
            SELECT FROM grants
            JOIN resources USING (resource_id)
            WHERE grants.person_id = people.person_id
                AND archived_at IS NULL
                AND ($2::uuid IS NULL OR grants.resource_id = $2)
                AND CASE $3
                    WHEN 'failing' THEN wanted <> granted AND error IS NOT NULL
                    WHEN 'decided' THEN decision IS NOT NULL
                    ELSE wanted AND granted AND (expires_at IS NULL OR expires_at > $4)
                END
        )
    END
"""
LIST_SHOWN = SHOWN + "ORDER BY sorted, person_id LIMIT $5 OFFSET $6"

# A file takes people in portions: who comes after the last of the one before.
LIST_FOLLOWING = (
    SHOWN
    + """
    AND (lower(people.name), people.person_id) > ($5, $6)
ORDER BY sorted, person_id
LIMIT $7
"""
)
COUNT_GRANTS = """
SELECT person_id,
    count(*) FILTER (
        WHERE wanted AND granted AND (expires_at IS NULL OR expires_at > $2)
    ) AS open,
    count(*) FILTER (WHERE wanted AND NOT granted AND error IS NULL) AS opening,
    count(*) FILTER (WHERE wanted <> granted AND error IS NOT NULL) AS failing,
    count(*) FILTER (WHERE decision = 'allow') AS allowed,
    count(*) FILTER (WHERE decision = 'deny') AS denied
FROM grants
JOIN resources USING (resource_id)
WHERE person_id = ANY($1::uuid[]) AND archived_at IS NULL
GROUP BY person_id
"""
LIST_STANDINGS = """
SELECT person.id AS person_id, resources.title AS resource,
    coalesce(
        wanted AND granted AND (expires_at IS NULL OR expires_at > $3), false
    ) AS is_open,
    granted_at, expires_at, decision, reason, error
FROM unnest($1::uuid[]) WITH ORDINALITY AS person (id, number)
CROSS JOIN resources
LEFT JOIN grants ON grants.person_id = person.id AND grants.resource_id = resources.resource_id
WHERE archived_at IS NULL AND ($2::uuid IS NULL OR resources.resource_id = $2)
ORDER BY person.number, resources.position, resources.title, resources.resource_id
"""
LIST_RESOURCES = """
SELECT resource_id, title
FROM resources
WHERE archived_at IS NULL
ORDER BY position, title, resource_id
LIMIT $1
"""
LIST_JOURNAL = """
SELECT entry_id, at, journal.resource_id, COALESCE(resources.title, '') AS title, deed,
    by_person, actors.name AS by_name, reason
FROM access_journal AS journal
LEFT JOIN resources USING (resource_id)
LEFT JOIN people AS actors ON actors.person_id = journal.by_person
WHERE journal.person_id = $1
ORDER BY entry_id DESC
LIMIT $2
OFFSET $3
"""
LIST_NAMES = "SELECT person_id, name FROM people WHERE person_id = ANY($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which people: a part of the name, and how they stand with a resource, or with any."""

    text: str = ""
    resource_id: UUID | None = None
    standing: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A person of the list. `sorted`: what people are ordered by; user_id: of Stepik, if known."""

    person_id: UUID
    name: str
    sorted: str
    user_id: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many resources stand how with a person."""

    person_id: UUID
    open: int = 0
    opening: int = 0
    failing: int = 0
    allowed: int = 0
    denied: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A person and a resource, as the file has them."""

    person_id: UUID
    resource: str
    is_open: bool
    granted_at: datetime | None
    expires_at: datetime | None
    decision: Decision | None
    reason: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A resource to choose."""

    resource_id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the journal. Without `by_person` a rule or Boomstream did it."""

    entry_id: int
    at: datetime
    resource_id: UUID
    title: str
    deed: Deed
    by_person: UUID | None
    by_name: str | None
    reason: str | None


async def list_people(
    connection: Connection, wanted: Filter, now: datetime, *, limit: int, offset: int
) -> list[Shown]:
    """People by name."""
    rows = await connection.fetch(
        LIST_SHOWN, wanted.text, wanted.resource_id, wanted.standing, now, limit, offset
    )
    return [from_row(Shown, row) for row in rows]


async def list_following(
    connection: Connection,
    wanted: Filter,
    now: datetime,
    *,
    after: tuple[str, UUID],
    limit: int,
) -> list[Shown]:
    """People by name, those who come after one of them."""
    rows = await connection.fetch(
        LIST_FOLLOWING, wanted.text, wanted.resource_id, wanted.standing, now, *after, limit
    )
    return [from_row(Shown, row) for row in rows]


async def count_grants(
    connection: Connection, person_ids: Sequence[UUID], now: datetime
) -> dict[UUID, Counts]:
    """The counts of those of them who have, or are to have, anything."""
    rows = await connection.fetch(COUNT_GRANTS, list(person_ids), now)
    return {row["person_id"]: from_row(Counts, row) for row in rows}


async def list_standings(
    connection: Connection, person_ids: Sequence[UUID], resource_id: UUID | None, now: datetime
) -> list[Standing]:
    """Every resource, or one, of each of these people, in their order."""
    rows = await connection.fetch(LIST_STANDINGS, list(person_ids), resource_id, now)
    return [from_row(Standing, row) for row in rows]


async def list_resources(connection: Connection, limit: int) -> list[Choice]:
    """What may be filtered by."""
    return [from_row(Choice, row) for row in await connection.fetch(LIST_RESOURCES, limit)]


async def list_journal(
    connection: Connection, person_id: UUID, *, limit: int, offset: int
) -> list[Entry]:
    """What was done with a person's access, newest first."""
    rows = await connection.fetch(LIST_JOURNAL, person_id, limit, offset)
    return [from_row(Entry, row) for row in rows]


async def list_names(connection: Connection, person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What people are called."""
    rows = await connection.fetch(LIST_NAMES, list(person_ids))
    return {row["person_id"]: row["name"] for row in rows}
