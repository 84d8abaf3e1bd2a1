"""Teams: who learns in which, and who is their curator."""

import re
from datetime import datetime
from uuid import UUID, uuid4

from services.school.courses import repository as courses
from services.school.courses.entries import tidy
from services.school.errors import (
    CuratorInTeam,
    GitHubLoginWrong,
    LoginOfTwo,
    NotACurator,
    StreamOfAnotherCourse,
    StudentElsewhere,
    TeamFull,
    TeamHasWorks,
    TeamNameMissing,
    TeamNotFound,
)
from services.school.groups import repository
from services.school.groups.repository import MOST_IN_A_TEAM, Team
from services.school.groups.telling.repository import find_title
from services.school.groups.telling.service import tell_deleted
from shared import people
from shared.clock import Clock
from shared.db import Connection, storable
from shared.events import PersonChanged
from shared.identity import Identity

LONGEST_NAME = 100
LONGEST_STUDENT_NAME = 200
LOGIN = re.compile(
    r"(?:@|https?://(?:www\.)?github\.com/)?"
    r"(?P<login>[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38})/?",
    re.IGNORECASE | re.ASCII,
)


def find_login(entered: str) -> str | None:
    """The GitHub login, in lower case, that somebody entered: bare, with an @, or as a link."""
    found = LOGIN.fullmatch(entered.strip())
    return found["login"].lower() if found else None


def may_see(team: Team, identity: Identity) -> bool:
    """Its curator, an administrator."""
    return identity.has("administrator") or identity.person_id == team.curator_id


async def get_team(connection: Connection, group_id: UUID) -> Team:
    """A team.

    Raises:
        TeamNotFound: there is none.
    """
    team = await repository.find_team(connection, group_id)
    if team is None:
        raise TeamNotFound
    return team


async def create_team(
    connection: Connection, stream_id: UUID, *, name: str, curator_id: UUID, now: datetime
) -> UUID:
    """Make a team of a stream; gives its id.

    Raises:
        StreamNotFound, TeamNameMissing, TeamNameTaken, NotACurator: it cannot be made so.
    """
    await courses.get_stream(connection, stream_id)
    await _check_curator(connection, curator_id)
    group_id = uuid4()
    await repository.insert_team(
        connection,
        group_id,
        name=_read_name(name),
        stream_id=stream_id,
        curator_id=curator_id,
        now=now,
    )
    return group_id


async def change_team(
    connection: Connection, group_id: UUID, *, name: str, curator_id: UUID
) -> None:
    """Rename a team, or give it another curator: whose works they are is asked of the team.

    Raises:
        TeamNotFound, TeamNameMissing, TeamNameTaken, NotACurator: it cannot be so.
        CuratorInTeam: the new curator learns in it.
    """
    team = await _lock_team(connection, group_id)
    name = _read_name(name)
    if curator_id != team.curator_id:
        await _check_curator(connection, curator_id)
        members = await repository.list_members(connection, group_id)
        if curator_id in {member.person_id for member in members}:
            raise CuratorInTeam
    await repository.change_team(
        connection, group_id, name=name, stream_id=team.stream_id, curator_id=curator_id
    )


async def move_team(connection: Connection, group_id: UUID, stream_id: UUID) -> None:
    """Move a team to another stream of its course.

    Raises:
        TeamNotFound, StreamNotFound, StreamOfAnotherCourse, TeamNameTaken: there is no such move.
        TeamHasWorks: they belong to assignments of the program that its stream runs by.
    """
    team = await _lock_team(connection, group_id)
    here = await courses.get_stream(connection, team.stream_id)
    there = await courses.get_stream(connection, stream_id)
    if here.course_id != there.course_id:
        raise StreamOfAnotherCourse
    if team.works and here.program_id != there.program_id:
        raise TeamHasWorks
    await repository.change_team(
        connection, group_id, name=team.name, stream_id=stream_id, curator_id=team.curator_id
    )


async def delete_team(connection: Connection, group_id: UUID) -> UUID:
    """Delete a team in which no work was begun; gives its stream.

    Raises:
        TeamNotFound: there is none.
        TeamHasWorks: works were begun in it.
    """
    team = await _lock_team(connection, group_id)
    if team.works:
        raise TeamHasWorks
    title = await find_title(connection, group_id)
    version = await repository.delete_team(connection, group_id)
    await tell_deleted(connection, group_id, title=title, version=version)
    return team.stream_id


async def add_student(
    connection: Connection, group_id: UUID, *, login: str, name: str, now: datetime
) -> None:
    """Take a student into a team by their GitHub login; one nobody knows yet gets a seat.

    Raises:
        TeamNotFound, GitHubLoginWrong, LoginOfTwo, CuratorInTeam, TeamFull: it cannot be done.
        StudentElsewhere: they are in another team of the stream.
    """
    team = await _lock_team(connection, group_id)
    github_login = find_login(login)
    if github_login is None:
        raise GitHubLoginWrong
    known = await repository.list_by_login(connection, [github_login])
    if len(known) > 1:
        raise LoginOfTwo
    person_id = known[0].person_id if known else None
    if person_id == team.curator_id:
        raise CuratorInTeam
    found = await repository.find_team_of(
        connection, team.stream_id, person_id=person_id, github_login=github_login
    )
    if found is not None and found != group_id:
        raise StudentElsewhere
    if found is None and team.members + team.seats >= MOST_IN_A_TEAM:
        raise TeamFull
    if person_id is None:
        name = tidy(name)[:LONGEST_STUDENT_NAME]
        await repository.insert_seat(connection, group_id, github_login, name, now)
    else:
        await repository.insert_member(connection, group_id, person_id, now)
        await repository.delete_seat(connection, group_id, github_login)


async def take_out(connection: Connection, group_id: UUID, person_id: UUID) -> None:
    """Take a student out of a team. What they sent stays, and their curator sees it.

    Raises:
        TeamNotFound: there is none.
    """
    await _lock_team(connection, group_id)
    await repository.delete_member(connection, group_id, person_id)


async def give_up_seat(connection: Connection, group_id: UUID, login: str) -> None:
    """Wait no longer for a student who has not signed in.

    Raises:
        TeamNotFound: there is none.
    """
    await _lock_team(connection, group_id)
    await repository.delete_seat(connection, group_id, storable(login).lower())


async def move_student(
    connection: Connection, group_id: UUID, person_id: UUID, *, to: UUID, now: datetime
) -> None:
    """Move a student to another team of the stream; what they sent stays where it was sent.

    Raises:
        TeamNotFound: there is none of these, or they are not of one stream.
        CuratorInTeam, TeamFull: the other team cannot take this student.
    """
    team = await _lock_team(connection, group_id)
    other = await get_team(connection, to)
    if other.stream_id != team.stream_id:
        raise TeamNotFound
    if other.curator_id == person_id:
        raise CuratorInTeam
    if other.members + other.seats >= MOST_IN_A_TEAM:
        raise TeamFull
    # One who is not in it, or not any more, is taken nowhere.
    if await repository.delete_member(connection, group_id, person_id):
        await repository.insert_member(connection, to, person_id, now)


async def seat_person(connection: Connection, event: PersonChanged, clock: Clock) -> None:
    """Who is on a roster by their GitHub login becomes a member of its team.

    It goes by what is known of the person now, so that a late or repeated event changes nothing.
    """
    await repository.seat(connection, event.person_id, clock.now())
    await repository.forget_deleted(connection, event.person_id)


async def _lock_team(connection: Connection, group_id: UUID) -> Team:
    await repository.lock_seating(connection)
    return await get_team(connection, group_id)


async def _check_curator(connection: Connection, curator_id: UUID) -> None:
    curator = await people.get_person(connection, curator_id)
    if "curator" not in curator.roles or curator.deleted:
        raise NotACurator


def _read_name(name: str) -> str:
    name = tidy(name)
    if not 0 < len(name) <= LONGEST_NAME:
        raise TeamNameMissing
    return name
