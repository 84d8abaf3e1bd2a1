"""Who is in which team of a stream, read whole and changed whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.school.errors import ImportOutdated
from services.school.groups.repository import TELL_BELL
from shared.db import Connection, from_row, ring_on_commit

MOST_TEAMS = 2_000
MOST_PLACES = 50_000

TEAMS = """
SELECT
    team.group_id, team.name, team.curator_id,
    CASE WHEN curator.deleted THEN '' ELSE coalesce(lower(curator.github_login), '') END AS curator
FROM groups AS team
LEFT JOIN people AS curator ON curator.person_id = team.curator_id
WHERE team.stream_id = $1 AND team.kind = 'team'
ORDER BY team.name, team.group_id
LIMIT $2
"""
PLACES = """
SELECT
    team.group_id, member.person_id, coalesce(lower(person.github_login), '') AS github,
    coalesce(person.name, '') AS name
FROM groups AS team
JOIN group_members AS member USING (group_id)
LEFT JOIN people AS person ON person.person_id = member.person_id
WHERE team.stream_id = $1 AND team.kind = 'team'
UNION ALL
SELECT team.group_id, NULL, seat.github_login, seat.name
FROM groups AS team
JOIN seats AS seat USING (group_id)
WHERE team.stream_id = $1 AND team.kind = 'team'
ORDER BY github, group_id
LIMIT $2
"""
INSERT_TEAMS = """
INSERT INTO groups (group_id, kind, name, stream_id, curator_id, created_at)
SELECT one.group_id, 'team', one.name, $4, one.curator_id, $5
FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS one (group_id, name, curator_id)
"""
CHANGE_CURATORS = """
UPDATE groups AS team
SET curator_id = one.curator_id
FROM unnest($1::uuid[], $2::uuid[]) AS one (group_id, curator_id)
WHERE team.group_id = one.group_id
"""
DELETE_MEMBERS = """
WITH changed AS (
    DELETE FROM group_members AS member
    USING unnest($1::uuid[], $2::uuid[]) AS one (group_id, person_id)
    WHERE member.group_id = one.group_id AND member.person_id = one.person_id
    RETURNING member.group_id
)
UPDATE groups SET version = version + 1 WHERE group_id IN (SELECT group_id FROM changed)
"""
DELETE_SEATS = """
DELETE FROM seats AS seat
USING unnest($1::uuid[], $2::text[]) AS one (group_id, github_login)
WHERE seat.group_id = one.group_id AND seat.github_login = one.github_login
"""
INSERT_MEMBERS = """
WITH changed AS (
    INSERT INTO group_members (group_id, person_id, joined_at)
    SELECT one.group_id, one.person_id, $3
    FROM unnest($1::uuid[], $2::uuid[]) AS one (group_id, person_id)
    ON CONFLICT DO NOTHING
    RETURNING group_id
)
UPDATE groups SET version = version + 1 WHERE group_id IN (SELECT group_id FROM changed)
"""
PUT_SEATS = """
INSERT INTO seats (group_id, github_login, name, added_at)
SELECT one.group_id, one.github_login, one.name, $4
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS one (group_id, github_login, name)
ON CONFLICT (group_id, github_login) DO UPDATE SET name = excluded.name
"""


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team as it stands; `curator` is a login, empty where none is known."""

    group_id: UUID
    name: str
    curator_id: UUID
    curator: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """Somebody's place in a team: a member's, or a seat that waits for a login."""

    group_id: UUID
    person_id: UUID | None
    github: str
    name: str


Pairs = Sequence[tuple[UUID, UUID]]


async def list_teams(connection: Connection, stream_id: UUID) -> list[TeamRow]:
    """A stream's teams, by name."""
    rows = await connection.fetch(TEAMS, stream_id, MOST_TEAMS)
    return [from_row(TeamRow, row) for row in rows]


async def list_places(connection: Connection, stream_id: UUID) -> list[PlaceRow]:
    """Who is in a stream's teams, and who is waited for."""
    rows = await connection.fetch(PLACES, stream_id, MOST_PLACES)
    return [from_row(PlaceRow, row) for row in rows]


async def insert_teams(
    connection: Connection,
    stream_id: UUID,
    teams: Sequence[tuple[UUID, str, UUID]],
    now: datetime,
) -> None:
    """Make teams: their ids, names and curators.

    Raises:
        ImportOutdated: somebody has made one of these names at this moment.
    """
    ids, names, curators = _columns(teams, 3)
    try:
        await connection.execute(INSERT_TEAMS, ids, names, curators, stream_id, now)
    except asyncpg.UniqueViolationError as error:
        raise ImportOutdated from error


async def change_curators(connection: Connection, curators: Pairs) -> None:
    """Give teams other curators; whose works they are is asked of the team."""
    await connection.execute(CHANGE_CURATORS, *_columns(curators, 2))


async def take_out(
    connection: Connection, *, members: Pairs, seats: Sequence[tuple[UUID, str]]
) -> None:
    """Take people out of teams, and wait for others no longer."""
    await connection.execute(DELETE_MEMBERS, *_columns(members, 2))
    await connection.execute(DELETE_SEATS, *_columns(seats, 2))


async def put_in(
    connection: Connection,
    *,
    members: Pairs,
    seats: Sequence[tuple[UUID, str, str]],
    now: datetime,
) -> None:
    """Take people into teams, and wait for others by login and name."""
    await connection.execute(INSERT_MEMBERS, *_columns(members, 2), now)
    await connection.execute(PUT_SEATS, *_columns(seats, 3), now)
    ring_on_commit(TELL_BELL)


def _columns(rows: Sequence[Sequence[object]], count: int) -> list[list[object]]:
    return [[row[number] for row in rows] for number in range(count)]
