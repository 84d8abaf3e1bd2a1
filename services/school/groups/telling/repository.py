"""Groups that others have not been told of as they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.db import Connection, from_row

MOST_MEMBERS = 1000
"""More would not fit into an event; a group has half as many at most."""

TITLED = """
SELECT
    team.group_id, team.version,
    concat_ws(' · ', course.name, stream.number::text, team.name) AS title
FROM groups AS team
LEFT JOIN streams AS stream ON stream.stream_id = team.stream_id
LEFT JOIN courses AS course ON course.course_id = stream.course_id
"""
LOCK_UNTOLD = (
    TITLED
    + """
WHERE team.version <> team.told_version
ORDER BY team.group_id
LIMIT $1
FOR UPDATE OF team SKIP LOCKED
"""
)
FIND = TITLED + "WHERE team.group_id = $1"
LIST_MEMBERS = """
SELECT person_id FROM group_members WHERE group_id = $1 ORDER BY person_id LIMIT $2
"""
KEEP_TOLD = "UPDATE groups SET told_version = $2, told_title = $3 WHERE group_id = $1"

# A stream or a course that has another name now is in the titles of its groups.
MARK_RENAMED = """
UPDATE groups
SET version = groups.version + 1
FROM (
    SELECT
        team.group_id,
        concat_ws(' · ', course.name, stream.number::text, team.name) AS title
    FROM groups AS team
    LEFT JOIN streams AS stream ON stream.stream_id = team.stream_id
    LEFT JOIN courses AS course ON course.course_id = stream.course_id
    WHERE team.version = team.told_version
) AS now
WHERE groups.group_id = now.group_id AND groups.told_title <> now.title
"""


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it is told of."""

    group_id: UUID
    version: int
    title: str


async def lock_untold(connection: Connection, limit: int) -> list[Group]:
    """Some groups that changed since they were told, locked until the transaction ends."""
    return [from_row(Group, row) for row in await connection.fetch(LOCK_UNTOLD, limit)]


async def find_title(connection: Connection, group_id: UUID) -> str:
    """How a group is called; empty where there is none."""
    row = await connection.fetchrow(FIND, group_id)
    return str(row["title"]) if row else ""


async def list_members(connection: Connection, group_id: UUID) -> Sequence[UUID]:
    """Who is in a group."""
    rows = await connection.fetch(LIST_MEMBERS, group_id, MOST_MEMBERS)
    return [row["person_id"] for row in rows]


async def keep_told(connection: Connection, group: Group) -> None:
    """Others are told of a group as it stands here."""
    await connection.execute(KEEP_TOLD, group.group_id, group.version, group.title)


async def mark_renamed(connection: Connection) -> int:
    """Have those told again whose stream or course has another name; gives how many."""
    return int((await connection.execute(MARK_RENAMED)).split()[-1])
