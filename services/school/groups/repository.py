"""Teams, their members, and the seats of those who have not signed in yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.school.errors import TeamHasWorks, TeamNameTaken
from shared.db import Connection, from_row, ring_on_commit

MOST_TEAMS = 500
MOST_IN_A_TEAM = 500
TELL_BELL = "due:tell_groups"
"""Rung when a group changed that others are told of."""

# Who takes people into teams waits for those who are just being seated, and they for them: else a
# person who signs in at that moment would be met by neither.
LOCK_SEATING = "LOCK TABLE seats IN SHARE ROW EXCLUSIVE MODE"

TEAM = """
SELECT
    team.group_id, team.name, team.stream_id, team.curator_id, team.chat_url,
    CASE WHEN curator.deleted THEN '' ELSE coalesce(curator.name, '') END AS curator,
    coalesce(curator.github_login, '') AS curator_login,
    (SELECT count(*) FROM group_members AS one WHERE one.group_id = team.group_id) AS members,
    (SELECT count(*) FROM seats AS one WHERE one.group_id = team.group_id) AS seats,
    (SELECT count(*) FROM submissions AS one WHERE one.group_id = team.group_id) AS works
FROM groups AS team
LEFT JOIN people AS curator ON curator.person_id = team.curator_id
WHERE team.kind = 'team'
"""
FIND_TEAM = TEAM + "AND team.group_id = $1"
LIST_TEAMS = TEAM + "AND team.stream_id = $1 ORDER BY team.name, team.group_id LIMIT $2"

INSERT_TEAM = """
INSERT INTO groups (group_id, kind, name, stream_id, curator_id, created_at)
VALUES ($1, 'team', $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT groups_name DO NOTHING
RETURNING group_id
"""
CHANGE_TEAM = """
UPDATE groups
SET name = $2, stream_id = $3, curator_id = $4, version = version + 1
WHERE group_id = $1
"""
DELETE_MEMBERS = "DELETE FROM group_members WHERE group_id = $1"
DELETE_SEATS = "DELETE FROM seats WHERE group_id = $1"
DELETE_TEAM = "DELETE FROM groups WHERE group_id = $1 RETURNING version"

LIST_MEMBERS = """
SELECT
    member.person_id, member.joined_at, coalesce(person.name, '') AS name,
    coalesce(person.github_login, '') AS github_login,
    (
        SELECT count(*) FROM submissions AS one
        WHERE one.group_id = member.group_id AND one.student_id = member.person_id
    ) AS works
FROM group_members AS member
LEFT JOIN people AS person USING (person_id)
WHERE member.group_id = $1
ORDER BY person.name, member.person_id
LIMIT $2
"""
LIST_SEATS = """
SELECT github_login, name, added_at FROM seats WHERE group_id = $1 ORDER BY github_login LIMIT $2
"""
# Whether one of the stream's teams has this person, or keeps a seat for this login.
FIND_TEAM_OF = """
SELECT team.group_id
FROM groups AS team
WHERE team.stream_id = $1
    AND team.kind = 'team'
    AND (
        EXISTS (
            SELECT FROM group_members AS one
            WHERE one.group_id = team.group_id AND one.person_id = $2
        )
        OR EXISTS (
            SELECT FROM seats AS one
            WHERE one.group_id = team.group_id AND one.github_login = $3
        )
    )
ORDER BY team.name
LIMIT 1
"""
LIST_BY_LOGIN = """
SELECT person_id, name, roles, lower(github_login) AS github_login
FROM people
WHERE lower(github_login) = ANY($1::text[]) AND NOT deleted
ORDER BY person_id
LIMIT $2
"""
# Who is in a group is told to others by its version: whatever changes that counts on.
INSERT_MEMBER = """
WITH changed AS (
    INSERT INTO group_members (group_id, person_id, joined_at)
    VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING
    RETURNING group_id
)
UPDATE groups SET version = version + 1 WHERE group_id IN (SELECT group_id FROM changed)
"""
INSERT_SEAT = """
INSERT INTO seats (group_id, github_login, name, added_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (group_id, github_login) DO UPDATE SET name = excluded.name
"""
DELETE_MEMBER = """
WITH changed AS (
    DELETE FROM group_members WHERE group_id = $1 AND person_id = $2 RETURNING group_id
)
UPDATE groups
SET version = version + 1
WHERE group_id IN (SELECT group_id FROM changed)
RETURNING group_id
"""
DELETE_SEAT = "DELETE FROM seats WHERE group_id = $1 AND github_login = $2"

# By the person as they are known now: a late event finds a newer login, or nobody to seat.
# Nobody learns in a team of their own; the seat goes all the same.
SEAT = """
WITH taken AS (
    DELETE FROM seats
    USING people AS person, groups AS team
    WHERE person.person_id = $1
        AND NOT person.deleted
        AND seats.github_login = lower(person.github_login)
        AND team.group_id = seats.group_id
    RETURNING team.group_id, team.curator_id
),
changed AS (
    INSERT INTO group_members (group_id, person_id, joined_at)
    SELECT group_id, $1, $2 FROM taken WHERE curator_id IS DISTINCT FROM $1
    ON CONFLICT DO NOTHING
    RETURNING group_id
)
UPDATE groups SET version = version + 1 WHERE group_id IN (SELECT group_id FROM changed)
"""
FORGET_DELETED = """
WITH changed AS (
    DELETE FROM group_members
    USING people AS person
    WHERE group_members.person_id = $1 AND person.person_id = $1 AND person.deleted
    RETURNING group_members.group_id
)
UPDATE groups SET version = version + 1 WHERE group_id IN (SELECT group_id FROM changed)
"""


@dataclass(frozen=True, slots=True)
class Team:
    """A team and how many it has. The curator's name is empty while nobody told of it."""

    group_id: UUID
    name: str
    stream_id: UUID
    curator_id: UUID
    chat_url: str | None
    curator: str
    curator_login: str
    members: int
    seats: int
    works: int


@dataclass(frozen=True, slots=True)
class Member:
    """Who learns in a team."""

    person_id: UUID
    joined_at: datetime
    name: str
    github_login: str
    works: int


@dataclass(frozen=True, slots=True)
class Seat:
    """Who will learn in a team once they sign in with GitHub."""

    github_login: str
    name: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """A person whom a GitHub login names."""

    person_id: UUID
    name: str
    roles: Sequence[str]
    github_login: str


async def lock_seating(connection: Connection) -> None:
    """Nobody else changes who is in which team until the transaction ends."""
    await connection.execute(LOCK_SEATING)


async def find_team(connection: Connection, group_id: UUID) -> Team | None:
    """A team; classes are none."""
    row = await connection.fetchrow(FIND_TEAM, group_id)
    return from_row(Team, row) if row else None


async def list_teams(connection: Connection, stream_id: UUID) -> list[Team]:
    """A stream's teams, by name."""
    rows = await connection.fetch(LIST_TEAMS, stream_id, MOST_TEAMS)
    return [from_row(Team, row) for row in rows]


async def insert_team(
    connection: Connection,
    group_id: UUID,
    *,
    name: str,
    stream_id: UUID,
    curator_id: UUID,
    now: datetime,
) -> None:
    """Make a team.

    Raises:
        TeamNameTaken: the stream has one of this name.
    """
    made = await connection.fetchval(INSERT_TEAM, group_id, name, stream_id, curator_id, now)
    if made is None:
        raise TeamNameTaken
    ring_on_commit(TELL_BELL)


async def change_team(
    connection: Connection, group_id: UUID, *, name: str, stream_id: UUID, curator_id: UUID
) -> None:
    """Give a team its name, stream and curator.

    Raises:
        TeamNameTaken: the stream has another of this name.
    """
    try:
        await connection.execute(CHANGE_TEAM, group_id, name, stream_id, curator_id)
    except asyncpg.UniqueViolationError as error:
        raise TeamNameTaken from error
    ring_on_commit(TELL_BELL)


async def delete_team(connection: Connection, group_id: UUID) -> int:
    """Delete a team that no work names; gives its last version.

    Raises:
        TeamHasWorks: one was begun at this moment.
    """
    try:
        for statement in (DELETE_MEMBERS, DELETE_SEATS):
            await connection.execute(statement, group_id)
        version: int | None = await connection.fetchval(DELETE_TEAM, group_id)
    except asyncpg.ForeignKeyViolationError:
        raise TeamHasWorks from None
    return version or 0


async def list_members(connection: Connection, group_id: UUID) -> list[Member]:
    """Who learns in a team, by name."""
    rows = await connection.fetch(LIST_MEMBERS, group_id, MOST_IN_A_TEAM)
    return [from_row(Member, row) for row in rows]


async def list_seats(connection: Connection, group_id: UUID) -> list[Seat]:
    """Whom a team waits for, by login."""
    rows = await connection.fetch(LIST_SEATS, group_id, MOST_IN_A_TEAM)
    return [from_row(Seat, row) for row in rows]


async def find_team_of(
    connection: Connection, stream_id: UUID, *, person_id: UUID | None, github_login: str
) -> UUID | None:
    """In which of a stream's teams a person is already, or is waited for."""
    found: UUID | None = await connection.fetchval(FIND_TEAM_OF, stream_id, person_id, github_login)
    return found


async def list_by_login(connection: Connection, logins: Sequence[str]) -> list[Known]:
    """People by GitHub logins in lower case. A login that changed hands may name two."""
    rows = await connection.fetch(LIST_BY_LOGIN, list(logins), 2 * len(logins) + 1)
    return [from_row(Known, row) for row in rows]


async def insert_member(
    connection: Connection, group_id: UUID, person_id: UUID, now: datetime
) -> None:
    """Take a person into a team; twice is once."""
    await connection.execute(INSERT_MEMBER, group_id, person_id, now)
    ring_on_commit(TELL_BELL)


async def insert_seat(
    connection: Connection, group_id: UUID, github_login: str, name: str, now: datetime
) -> None:
    """Keep a seat for a login in lower case."""
    await connection.execute(INSERT_SEAT, group_id, github_login, name, now)


async def delete_member(connection: Connection, group_id: UUID, person_id: UUID) -> bool:
    """Take a person out of a team; their works stay. Says whether they were in it."""
    ring_on_commit(TELL_BELL)
    return await connection.fetchval(DELETE_MEMBER, group_id, person_id) is not None


async def delete_seat(connection: Connection, group_id: UUID, github_login: str) -> None:
    """Wait for this login no longer."""
    await connection.execute(DELETE_SEAT, group_id, github_login)


async def seat(connection: Connection, person_id: UUID, now: datetime) -> None:
    """Make a person a member wherever a seat waits for them by their login of now."""
    if await connection.execute(SEAT, person_id, now) != "UPDATE 0":
        ring_on_commit(TELL_BELL)


async def forget_deleted(connection: Connection, person_id: UUID) -> None:
    """Take a person who is no more out of all teams."""
    if await connection.execute(FORGET_DELETED, person_id) != "UPDATE 0":
        ring_on_commit(TELL_BELL)
