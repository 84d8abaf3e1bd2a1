"""What of a team's weeks somebody may see, and what a week shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.school.courses import repository as courses
from services.school.courses.repository import Lesson, Week
from services.school.errors import AssignmentNotFound, TeamNotFound, WeekNotFound
from services.school.submissions.assigned import get_task_of_student
from services.school.submissions.repository import TaskId
from services.school.weeks import repository
from services.school.weeks.repository import Task, TaskOfStudent, Team
from shared.db import Connection
from shared.identity import Identity

As = Literal["student", "curator"]

DONE = ("approved", "review")


@dataclass(frozen=True, slots=True)
class WeekLink:
    """A week in the navigation; curators see those that are still closed, marked so."""

    number: int
    title: str
    is_open: bool


@dataclass(slots=True)
class Section:
    """A track within a week: its lessons and assignments. What has no track has a section too."""

    track_id: UUID | None
    name: str
    description: str
    lessons: list[Lesson] = field(default_factory=list)
    tasks: list[TaskOfStudent] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SeenWeek:
    """A week of a team as somebody sees it. `closed_until`: the day on which it opens to them.

    `tasks` are all of the weeks so far; `unfinished` those of earlier weeks that wait for their
    student.
    """

    team: Team
    seen_as: As
    week: Week
    links: list[WeekLink]
    sections: list[Section]
    tasks: list[TaskOfStudent]
    unfinished: list[TaskOfStudent]
    closed_until: date | None


async def get_team(connection: Connection, group_id: UUID, identity: Identity) -> tuple[Team, As]:
    """A team, and what somebody is in it.

    Raises:
        TeamNotFound: there is none, or it concerns others.
    """
    team = await repository.find_team(connection, group_id)
    if team is None or identity.person_id is None:
        raise TeamNotFound
    if identity.person_id != team.curator_id and await repository.is_member(
        connection, group_id, identity.person_id
    ):
        return team, "student"
    if identity.has("administrator") or identity.person_id == team.curator_id:
        return team, "curator"
    raise TeamNotFound


async def get_week(
    connection: Connection, group_id: UUID, number: int, identity: Identity, now: datetime
) -> SeenWeek:
    """A week of a team; to students without content before it opens.

    Raises:
        TeamNotFound, WeekNotFound: there is none, or it concerns others.
    """
    team, seen_as = await get_team(connection, group_id, identity)
    weeks = await courses.list_weeks(connection, team.program_id) if team.program_id else []
    week = next((one for one in weeks if one.number == number), None)
    if week is None:
        raise WeekNotFound
    current = team.week(now)
    is_open = number <= current
    links = [
        WeekLink(one.number, one.title if one.number <= current else "", one.number <= current)
        if seen_as == "student"
        else WeekLink(one.number, one.title, one.number <= current)
        for one in weeks
        if one.number <= current or seen_as == "curator"
    ]
    closed = seen_as == "student" and not is_open
    if closed:
        return SeenWeek(
            team=team,
            seen_as=seen_as,
            week=replace(week, title="", description=""),
            links=links,
            sections=[],
            tasks=[],
            unfinished=[],
            closed_until=team.opens_on(number),
        )
    assert identity.person_id is not None  # noqa: S101 - get_team refused nobody
    tasks = await repository.list_tasks(
        connection, team, identity.person_id, up_to_week=max(number, current)
    )
    return SeenWeek(
        team=team,
        seen_as=seen_as,
        week=week,
        links=links,
        sections=await _sections(connection, team, week, tasks),
        tasks=tasks,
        unfinished=[
            one
            for one in tasks
            if seen_as == "student" and one.task.week < number and one.status not in DONE
        ],
        closed_until=None,
    )


async def _sections(
    connection: Connection, team: Team, week: Week, tasks: Sequence[TaskOfStudent]
) -> list[Section]:
    sections: dict[UUID | None, Section] = {
        track.track_id: Section(track.track_id, track.name, track.description)
        for track in await courses.list_tracks(connection, team.course_id)
    }
    sections[None] = Section(None, "", "")
    for lesson in await courses.list_lessons(connection, week.program_id, week.week_id):
        sections.get(lesson.track_id, sections[None]).lessons.append(lesson)
    for one in tasks:
        if one.task.week == week.number:
            sections.get(one.task.track_id, sections[None]).tasks.append(one)
    return [section for section in sections.values() if section.lessons or section.tasks]


async def get_task(
    connection: Connection, task_id: TaskId, identity: Identity, now: datetime
) -> tuple[Task, Team, As]:
    """An assignment that somebody may see, in their team; curators as their students do.

    Raises:
        TeamNotFound, AssignmentNotFound: there is none, it concerns others, or it is closed.
    """
    team, seen_as = await get_team(connection, task_id.group_id, identity)
    if seen_as == "student":
        task, team = await get_task_of_student(connection, task_id, now)
        return task, team, seen_as
    found = await repository.find_task(connection, task_id.assignment_id, team.program_id)
    if found is None:
        raise AssignmentNotFound
    return found, team, seen_as
