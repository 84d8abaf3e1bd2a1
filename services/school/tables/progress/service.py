"""A team's progress: who may look at whose, and what has been open so far."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.school.errors import TeamNotFound
from services.school.tables.progress import repository
from services.school.tables.progress.matrix import Matrix, arrange
from services.school.tables.service import ADMINISTRATOR
from services.school.weeks import repository as weeks
from services.school.weeks.calendar import today, week_on
from services.school.weeks.repository import Team
from shared.db import Connection
from shared.identity import Identity

MOST_TEAMS = 500
MOST_STUDENTS = 500
MOST_ASSIGNMENTS = 400
LAST_WEEK = 200
"""No program has more weeks: the table of weeks says so."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One team's matrix. `week` is its stream's today: 0 or less before the start."""

    team: Team
    week: int
    is_over: bool
    matrix: Matrix


async def list_teams(connection: Connection, identity: Identity) -> list[Team]:
    """Whose progress somebody may look at: administrators all, everybody else their own teams."""
    if identity.has(ADMINISTRATOR):
        return await weeks.list_teams(connection, MOST_TEAMS)
    if identity.person_id is None:
        return []
    return await weeks.list_teams_of_curator(connection, identity.person_id, MOST_TEAMS)


async def get_team(connection: Connection, group_id: UUID, identity: Identity) -> Team:
    """A team whose progress somebody may look at.

    Raises:
        TeamNotFound: there is none, or it is another's.
    """
    team = await weeks.find_team(connection, group_id)
    if team is None:
        raise TeamNotFound
    if not identity.has(ADMINISTRATOR) and team.curator_id != identity.person_id:
        raise TeamNotFound
    return team


async def read_progress(
    connection: Connection, team: Team, *, all_weeks: bool, now: datetime
) -> Progress:
    """How the team's students stand, in the weeks that are open or in all of them."""
    week = week_on(team.start_on, today(team.zone, now))
    assignments = (
        await repository.list_assignments(
            connection,
            program_id=team.program_id,
            last_week=LAST_WEEK if all_weeks else min(week, LAST_WEEK),
            group_id=team.group_id,
            limit=MOST_ASSIGNMENTS,
        )
        if team.program_id
        else []
    )
    students = await repository.list_students(connection, team.group_id, MOST_STUDENTS)
    works = await repository.list_works(
        connection,
        group_id=team.group_id,
        assignments=[one.assignment_id for one in assignments],
        students=[one.person_id for one in students],
    )
    return Progress(
        team=team,
        week=week,
        is_over=team.stage(now) == "over",
        matrix=arrange(assignments, students, works),
    )
