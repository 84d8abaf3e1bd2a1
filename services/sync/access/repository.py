"""What school told of groups and works, in Postgres."""

from collections.abc import Sequence
from uuid import UUID

from shared.db import Connection

# Gives a row where the approval is another than it was; the first word of a work that is not
# approved is none.
KEEP_WORK = """
WITH before AS (
    SELECT approved FROM access_works WHERE submission_id = $1
),
kept AS (
    INSERT INTO access_works (submission_id, assignment_id, person_id, version, approved)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (submission_id) DO UPDATE
    SET version = excluded.version,
        assignment_id = excluded.assignment_id,
        person_id = excluded.person_id,
        approved = excluded.approved
    WHERE access_works.version < excluded.version
    RETURNING approved
)
SELECT kept.approved <> coalesce((SELECT approved FROM before), false) FROM kept
"""
KEEP_APPROVED = """
INSERT INTO access_works (submission_id, assignment_id, person_id, version, approved)
SELECT one.submission_id, $4, one.person_id, one.version, true
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS one (submission_id, person_id, version)
ORDER BY one.submission_id
ON CONFLICT (submission_id) DO UPDATE
SET version = excluded.version,
    assignment_id = excluded.assignment_id,
    person_id = excluded.person_id,
    approved = true
WHERE access_works.version < excluded.version
"""
KEEP_GROUP = """
INSERT INTO access_groups (group_id, version, name, deleted)
VALUES ($1, $2, $3, $4)
ON CONFLICT (group_id) DO UPDATE
SET version = excluded.version,
    name = excluded.name,
    deleted = excluded.deleted
WHERE access_groups.version < excluded.version
RETURNING group_id
"""
LIST_MEMBERS = "SELECT person_id FROM access_members WHERE group_id = $1"
TAKE_IN = """
INSERT INTO access_members (group_id, person_id)
SELECT $1, person_id FROM unnest($2::uuid[]) AS one (person_id)
ON CONFLICT DO NOTHING
"""
TAKE_OUT = "DELETE FROM access_members WHERE group_id = $1 AND person_id = ANY($2::uuid[])"


async def keep_work(
    connection: Connection,
    *,
    submission_id: UUID,
    assignment_id: UUID,
    person_id: UUID,
    version: int,
    approved: bool,
) -> bool:
    """Keep what school says of a work; says whether its approval changed by that."""
    changed: bool | None = await connection.fetchval(
        KEEP_WORK, submission_id, assignment_id, person_id, version, approved
    )
    return bool(changed)


async def keep_approved(
    connection: Connection, assignment_id: UUID, works: Sequence[tuple[UUID, UUID, int]]
) -> None:
    """Keep approved works: their ids, students and versions. What is known newer stays."""
    if works:
        columns = [[row[number] for row in works] for number in range(3)]
        await connection.execute(KEEP_APPROVED, *columns, assignment_id)


async def keep_group(
    connection: Connection, group_id: UUID, *, version: int, name: str, deleted: bool
) -> bool:
    """Keep a group; False: newer is known."""
    kept = await connection.fetchval(KEEP_GROUP, group_id, version, name, deleted)
    return kept is not None


async def list_members(connection: Connection, group_id: UUID) -> set[UUID]:
    """Who is in a group."""
    return {row["person_id"] for row in await connection.fetch(LIST_MEMBERS, group_id)}


async def change_members(
    connection: Connection, group_id: UUID, *, came: Sequence[UUID], went: Sequence[UUID]
) -> None:
    """Some came into a group, some went."""
    await connection.execute(TAKE_IN, group_id, list(came))
    await connection.execute(TAKE_OUT, group_id, list(went))
