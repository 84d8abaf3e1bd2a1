"""A person's profile: who may see how much of it, and what stands there."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.school.errors import ProfileNotFound
from services.school.profiles import repository
from services.school.profiles.repository import Running, Task
from services.school.tables.review import repository as review
from services.school.tables.review.repository import Work
from services.school.tables.service import ADMINISTRATOR
from services.school.weeks import repository as weeks
from services.school.weeks.calendar import today, week_on
from services.school.weeks.repository import Team
from shared import people
from shared.db import Connection
from shared.identity import Identity
from shared.people import Person

BOARD = ("execution", "review", "correction", "approved")
MOST_IN_A_COLUMN = 50
MOST_TASKS = 50


@dataclass(frozen=True, slots=True)
class Sight:
    """How much of a profile somebody sees.

    `whole`: all that the person learns and does. Else works that `reviewed_by` reviews, and teams
    that the person teaches `taught_to`; None is no such works, no such teams.
    """

    whole: bool = False
    is_own: bool = False
    reviewed_by: UUID | None = None
    taught_to: UUID | None = None


@dataclass(frozen=True, slots=True)
class TeamNow:
    """A team, and which week it is there: 0 or less before the start."""

    team: Team
    week: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class CurrentTask:
    """What a student has to do, by when."""

    task: Task
    team: Team
    due_on: date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Column:
    """The latest works of a status, and how many there are in all."""

    status: str
    total: int
    works: tuple[Work, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as the one who asks may see them. `board` is None where they may see no works."""

    person: Person
    sight: Sight
    learns_in: tuple[TeamNow, ...]
    teaches: tuple[TeamNow, ...]
    tasks: tuple[CurrentTask, ...]
    board: tuple[Column, ...] | None

    @property
    def lacks(self) -> tuple[str, ...]:
        """What the person has not told yet, and others need."""
        told = {
            "name": self.person.name.strip(),
            "telegram": self.person.telegram_id,
            "github": self.person.github_login,
        }
        return tuple(name for name, value in told.items() if not value)


async def find_sight(connection: Connection, person: Person, identity: Identity) -> Sight:
    """What the one who asks may see of a person.

    Themself and administrators: all. Curators of a team that the person is in: the same. Who
    reviews works of theirs besides: those. A student sees whom they learn from.

    Raises:
        ProfileNotFound: nothing, as if there were nobody.
    """
    viewer_id = identity.person_id
    if viewer_id is None:
        raise ProfileNotFound
    if viewer_id == person.person_id:
        return Sight(whole=True, is_own=True)
    if identity.has(ADMINISTRATOR) and person.version:
        return Sight(whole=True)
    ties = await repository.find_ties(connection, person_id=person.person_id, viewer_id=viewer_id)
    sight = Sight(
        whole=ties.teaches,
        reviewed_by=viewer_id if ties.reviews else None,
        taught_to=viewer_id if ties.learns else None,
    )
    if sight == Sight():
        raise ProfileNotFound
    return sight


async def read_profile(
    connection: Connection, person_id: UUID, identity: Identity, now: datetime
) -> Profile:
    """A person, as far as the one who asks may see them.

    Raises:
        ProfileNotFound: there is nobody, or they concern others.
    """
    person = await people.get_person(connection, person_id)
    sight = await find_sight(connection, person, identity)
    learns_in = await _learned_in(connection, person_id, sight, now)
    return Profile(
        person=person,
        sight=sight,
        learns_in=learns_in,
        teaches=await _taught(connection, person_id, sight, identity, now),
        tasks=await _tasks(connection, person_id, learns_in, now) if sight.whole else (),
        board=await _board(connection, person_id, sight),
    )


async def _learned_in(
    connection: Connection, person_id: UUID, sight: Sight, now: datetime
) -> tuple[TeamNow, ...]:
    if not sight.whole:
        return ()
    return _now(await weeks.list_teams_of_student(connection, person_id), now)


async def _taught(
    connection: Connection, person_id: UUID, sight: Sight, identity: Identity, now: datetime
) -> tuple[TeamNow, ...]:
    if sight.is_own or identity.has(ADMINISTRATOR):
        return _now(await weeks.list_teams_of_curator(connection, person_id), now)
    if sight.taught_to is None:
        return ()
    teams = await weeks.list_teams_of_student(connection, sight.taught_to)
    return _now([team for team in teams if team.curator_id == person_id], now)


def _now(teams: list[Team], now: datetime) -> tuple[TeamNow, ...]:
    return tuple(
        TeamNow(
            team=team,
            week=week_on(team.start_on, today(team.zone, now)),
            is_over=team.stage(now) == "over",
        )
        for team in teams
    )


async def _tasks(
    connection: Connection, person_id: UUID, learns_in: tuple[TeamNow, ...], now: datetime
) -> tuple[CurrentTask, ...]:
    running = {
        one.team.group_id: Running(one.team.group_id, one.team.program_id, one.week)
        for one in learns_in
        if one.team.program_id and not one.is_over
    }
    teams = {one.team.group_id: one.team for one in learns_in}
    tasks = await repository.list_current(connection, person_id, list(running.values()), MOST_TASKS)
    found = []
    for task in tasks:
        team = teams[task.group_id]
        due = team.due_on(task.week, task.due_day)
        is_late = due is not None and due < today(team.zone, now)
        found.append(CurrentTask(task, team, due, is_late))
    return tuple(found)


async def _board(
    connection: Connection, person_id: UUID, sight: Sight
) -> tuple[Column, ...] | None:
    if not sight.whole and sight.reviewed_by is None:
        return None
    picked = await repository.pick(
        connection,
        student_id=person_id,
        statuses=BOARD,
        curator_id=None if sight.whole else sight.reviewed_by,
        limit=MOST_IN_A_COLUMN,
    )
    ids = [id_ for column in picked.values() for id_ in column.ids]
    works = {work.submission_id: work for work in await review.describe(connection, ids)}
    return tuple(
        Column(status, column.total, tuple(works[id_] for id_ in column.ids))
        for status, column in picked.items()
    )
