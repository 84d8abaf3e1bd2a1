"""Videos and collections with their rules, in Postgres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from services.sync.access.errors import CodeTaken, ResourceNotFound
from services.sync.access.verdicts import Titles
from shared.db import Connection, from_row

Kind = Literal["video", "collection"]
MOST_RESOURCES = 500

RESOURCES = """
SELECT
    resource_id, kind, title, code, subscription, lesson_id, condition, version, position,
    created_at, changed_at, archived_at, due_on
FROM resources
"""
LIST = (
    RESOURCES
    + """
WHERE archived_at IS NULL OR $1
ORDER BY position, title, resource_id
LIMIT $2
"""
)
FIND = RESOURCES + "WHERE resource_id = $1"
LOCK_ALL = "LOCK TABLE resources IN SHARE ROW EXCLUSIVE MODE"
INSERT = """
INSERT INTO resources (
    resource_id, kind, title, code, subscription, lesson_id, condition, position, due_on,
    created_at, changed_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
"""
UPDATE = """
UPDATE resources
SET kind = $3,
    title = $4,
    code = $5,
    subscription = $6,
    lesson_id = $7,
    condition = $8,
    position = $9,
    due_on = $10,
    changed_at = $11,
    archived_at = CASE WHEN $12 THEN coalesce(archived_at, $11) END,
    version = version + 1
WHERE resource_id = $1 AND version = $2
RETURNING resource_id
"""
LIST_RULES = """
SELECT resource_id, version, condition
FROM resources
WHERE archived_at IS NULL AND condition IS NOT NULL
ORDER BY resource_id
LIMIT $1
"""
LIST_DATED = """
SELECT resource_id, version, condition
FROM resources
WHERE archived_at IS NULL AND due_on <= $1
ORDER BY resource_id
LIMIT $2
"""
COUNT = "SELECT count(*) FROM resources WHERE archived_at IS NULL"
PLACE = """
UPDATE resources
SET position = one.position
FROM unnest($1::uuid[]) WITH ORDINALITY AS one (resource_id, position)
WHERE resources.resource_id = one.resource_id
"""
IS_GRANTED = "SELECT EXISTS (SELECT FROM grants WHERE resource_id = $1 AND granted)"
# What failed for a code that was wrong is tried at once with the new one; whoever is just calling
# for the old one finds that the grant is not in their hands any more.
TRY_AGAIN = """
UPDATE grants
SET version = version + 1,
    attempts = 0,
    error = NULL,
    next_try_at = $2,
    lease_until = now() -- lease
WHERE resource_id = $1 AND wanted AND NOT granted
"""
KEEP_DUE = "UPDATE resources SET due_on = $3 WHERE resource_id = $1 AND version = $2"

# Version 0: school has not told of it yet, so whatever it tells is newer.
NAME_GROUPS = """
INSERT INTO access_groups (group_id, version, name, deleted)
SELECT one.group_id, 0, one.name, false
FROM unnest($1::uuid[], $2::text[]) AS one (group_id, name)
ORDER BY one.group_id
ON CONFLICT (group_id) DO NOTHING
"""
NAME_ASSIGNMENTS = """
INSERT INTO access_assignments (assignment_id, title)
SELECT one.assignment_id, one.title
FROM unnest($1::uuid[], $2::text[]) AS one (assignment_id, title)
ORDER BY one.assignment_id
ON CONFLICT (assignment_id) DO UPDATE SET title = excluded.title
"""
LIST_GROUPS = "SELECT group_id, name FROM access_groups WHERE group_id = ANY($1::uuid[])"
LIST_ASSIGNMENTS = """
SELECT assignment_id, title FROM access_assignments WHERE assignment_id = ANY($1::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Resource:
    """A video or a collection. `condition` is JSON, as `conditions.to_json` gives it.

    `lesson_id`: Stepik's, where it stands in the tree. `subscription`: of Boomstream; None: the one
    of the settings.
    """

    resource_id: UUID
    kind: Kind
    title: str
    code: str
    subscription: str | None
    lesson_id: int | None
    condition: Mapping[str, Any] | None
    version: int
    position: int
    created_at: datetime
    changed_at: datetime
    archived_at: datetime | None
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What an administrator says of a resource, as it is kept."""

    kind: Kind
    title: str
    code: str
    subscription: str | None
    lesson_id: int | None
    condition: Mapping[str, Any] | None
    position: int
    due_on: date | None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class RuleRow:
    """The rule of a resource that is not archived."""

    resource_id: UUID
    version: int
    condition: Mapping[str, Any]


async def list_resources(
    connection: Connection, *, include_archived: bool = False
) -> list[Resource]:
    """All that may be opened, in their order."""
    rows = await connection.fetch(LIST, include_archived, MOST_RESOURCES * 4)
    return [from_row(Resource, row) for row in rows]


async def get(connection: Connection, resource_id: UUID) -> Resource:
    """A resource, also an archived one.

    Raises:
        ResourceNotFound: there is none.
    """
    row = await connection.fetchrow(FIND, resource_id)
    if row is None:
        raise ResourceNotFound
    return from_row(Resource, row)


async def lock_all(connection: Connection) -> None:
    """Nobody else changes resources until the transaction ends; anybody may read them."""
    await connection.execute(LOCK_ALL)


async def insert(connection: Connection, resource_id: UUID, row: Row, now: datetime) -> None:
    """Make a resource.

    Raises:
        CodeTaken: there is one of this kind and code.
    """
    try:
        await connection.execute(
            INSERT,
            resource_id,
            row.kind,
            row.title,
            row.code,
            row.subscription,
            row.lesson_id,
            row.condition,
            row.position,
            row.due_on,
            now,
        )
    except asyncpg.UniqueViolationError as error:
        raise CodeTaken from error


async def update(
    connection: Connection, resource_id: UUID, version: int, row: Row, now: datetime
) -> bool:
    """Change a resource as it stood in this version; False: it was changed since.

    Raises:
        CodeTaken: there is another of this kind and code.
    """
    try:
        changed = await connection.fetchval(
            UPDATE,
            resource_id,
            version,
            row.kind,
            row.title,
            row.code,
            row.subscription,
            row.lesson_id,
            row.condition,
            row.position,
            row.due_on,
            now,
            row.archived,
        )
    except asyncpg.UniqueViolationError as error:
        raise CodeTaken from error
    return changed is not None


async def count(connection: Connection) -> int:
    """How many are not archived."""
    found: int = await connection.fetchval(COUNT)
    return found


async def put_in_order(connection: Connection, resource_ids: Sequence[UUID]) -> None:
    """Have these stand in this order."""
    await connection.execute(PLACE, list(resource_ids))


async def is_granted(connection: Connection, resource_id: UUID) -> bool:
    """Whether Boomstream lets anybody watch it."""
    found: bool = await connection.fetchval(IS_GRANTED, resource_id)
    return found


async def try_again(connection: Connection, resource_id: UUID, now: datetime) -> None:
    """Ask Boomstream at once for those who are to have it and have not."""
    await connection.execute(TRY_AGAIN, resource_id, now)


async def list_rules(connection: Connection) -> list[RuleRow]:
    """The rules that may open something now."""
    rows = await connection.fetch(LIST_RULES, MOST_RESOURCES)
    return [from_row(RuleRow, row) for row in rows]


async def list_dated(connection: Connection, until: date) -> list[RuleRow]:
    """The rules of which a day comes by then."""
    rows = await connection.fetch(LIST_DATED, until, MOST_RESOURCES)
    return [from_row(RuleRow, row) for row in rows]


async def keep_due(
    connection: Connection, resource_id: UUID, version: int, due_on: date | None
) -> None:
    """Say which day of a rule comes next, unless the rule was changed since."""
    await connection.execute(KEEP_DUE, resource_id, version, due_on)


async def keep_subjects(
    connection: Connection, *, groups: Mapping[UUID, str], assignments: Mapping[UUID, str]
) -> None:
    """Keep how school calls what a rule names."""
    if groups:
        await connection.execute(NAME_GROUPS, list(groups), list(groups.values()))
    if assignments:
        await connection.execute(NAME_ASSIGNMENTS, list(assignments), list(assignments.values()))


async def list_subjects(
    connection: Connection, *, groups: Sequence[UUID], assignments: Sequence[UUID]
) -> Titles:
    """How school calls these, as far as it was told."""
    named = await connection.fetch(LIST_GROUPS, list(groups)) if groups else []
    titled = await connection.fetch(LIST_ASSIGNMENTS, list(assignments)) if assignments else []
    return Titles(
        groups={row["group_id"]: row["name"] for row in named},
        assignments={row["assignment_id"]: row["title"] for row in titled},
    )
