"""Teams with their streams and courses, and the assignments of their students."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.school.courses.entries import Policy
from services.school.weeks.calendar import Stage, due_on, opens_on, stage_on, today, week_on
from shared.db import Connection, from_row
from shared.events.school import SubmissionStatus

MOST = 200

TEAMS = """
SELECT
    groups.group_id,
    groups.name,
    groups.curator_id,
    curators.name AS curator_name,
    groups.chat_url AS team_chat_url,
    streams.stream_id,
    streams.number AS stream_number,
    streams.start_on,
    streams.finish_on,
    streams.zone,
    streams.program_id,
    streams.chat_url AS stream_chat_url,
    courses.course_id,
    courses.slug AS course_slug,
    courses.name AS course_name,
    courses.description AS course_description,
    courses.chat_url AS course_chat_url,
    coalesce(
        (SELECT max(weeks.number) FROM weeks WHERE weeks.program_id = streams.program_id), 0
    ) AS weeks
FROM groups
JOIN streams ON streams.stream_id = groups.stream_id
JOIN courses ON courses.course_id = streams.course_id
LEFT JOIN people AS curators ON curators.person_id = groups.curator_id
WHERE groups.kind = 'team'
"""
FIND_TEAM = f"{TEAMS} AND groups.group_id = $1"
NEWEST_FIRST = """
ORDER BY streams.finish_on DESC, courses.name, streams.number DESC, groups.name, groups.group_id
"""
LIST_OF_STUDENT = f"""
{TEAMS}
    AND groups.group_id IN (SELECT group_id FROM group_members WHERE person_id = $1)
{NEWEST_FIRST}
LIMIT $2
"""  # noqa: S608 - of constants
LIST_OF_CURATOR = f"""
{TEAMS}
    AND groups.curator_id = $1
{NEWEST_FIRST}
LIMIT $2
"""
LIST_TEAMS = f"""
{TEAMS}
{NEWEST_FIRST}
LIMIT $1
"""
IS_MEMBER = "SELECT EXISTS (SELECT FROM group_members WHERE group_id = $1 AND person_id = $2)"

FIND_CONTENT = "SELECT content FROM assignments WHERE assignment_id = $1"
FIND_TASK = """
SELECT
    assignment_id,
    assignments.track_id,
    assignments.name,
    repository_url,
    policy,
    due_day,
    retired_at,
    weeks.number AS week,
    tracks.name AS track
FROM assignments
JOIN weeks ON weeks.week_id = assignments.week_id
LEFT JOIN tracks ON tracks.track_id = assignments.track_id
WHERE assignments.assignment_id = $1 AND weeks.program_id = $2
"""
# What was retired is shown to those who have begun it.
LIST_TASKS = """
SELECT
    assignments.assignment_id,
    assignments.track_id,
    assignments.name,
    assignments.repository_url,
    assignments.policy,
    assignments.due_day,
    assignments.retired_at,
    weeks.number AS week,
    tracks.name AS track,
    submissions.submission_id,
    submissions.status,
    submissions.repository AS sent_repository,
    submissions.number AS sent_number
FROM assignments
JOIN weeks ON weeks.week_id = assignments.week_id
LEFT JOIN tracks ON tracks.track_id = assignments.track_id
LEFT JOIN submissions
    ON submissions.assignment_id = assignments.assignment_id
    AND submissions.group_id = $2
    AND submissions.student_id = $3
WHERE weeks.program_id = $1
    AND weeks.number <= $4
    AND (assignments.retired_at IS NULL OR submissions.submission_id IS NOT NULL)
ORDER BY weeks.number, assignments.position, assignments.slug
LIMIT $5
"""
MOST_TASKS = 2000

LIST_PLACES = """
SELECT place, place_id, name, stream_id FROM (
    SELECT
        0 AS rank,
        'course' AS place,
        courses.course_id AS place_id,
        courses.name AS name,
        NULL::uuid AS stream_id,
        NULL::date AS finish_on
    FROM courses
    UNION ALL
    SELECT
        1,
        'stream',
        streams.stream_id,
        courses.name || ' ' || streams.number,
        streams.stream_id,
        streams.finish_on
    FROM streams
    JOIN courses ON courses.course_id = streams.course_id
    WHERE streams.finish_on >= $1
    UNION ALL
    SELECT
        2,
        'team',
        groups.group_id,
        courses.name || ' ' || streams.number || ', ' || groups.name,
        streams.stream_id,
        streams.finish_on
    FROM groups
    JOIN streams ON streams.stream_id = groups.stream_id
    JOIN courses ON courses.course_id = streams.course_id
    WHERE groups.kind = 'team' AND streams.finish_on >= $1
) AS places
ORDER BY rank, finish_on DESC, name
LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class Team:
    """A team, the stream that it learns in and that stream's course.

    `weeks` is the number of the last week of its program, 0 where there is none.
    """

    group_id: UUID
    name: str
    curator_id: UUID
    curator_name: str | None
    team_chat_url: str | None
    stream_id: UUID
    stream_number: int
    start_on: date
    finish_on: date
    zone: str
    program_id: UUID | None
    stream_chat_url: str | None
    course_id: UUID
    course_slug: str
    course_name: str
    course_description: str
    course_chat_url: str | None
    weeks: int

    def stage(self, now: datetime) -> Stage:
        """Where its stream stands."""
        return stage_on(self.start_on, self.finish_on, today(self.zone, now))

    def week(self, now: datetime) -> int:
        """The last week that is open: 0 before the start, none beyond its program's last."""
        return max(0, min(week_on(self.start_on, today(self.zone, now)), self.weeks))

    def opens_on(self, number: int) -> date:
        """The day on which a week opens."""
        return opens_on(self.start_on, number)

    def due_on(self, week: int, due_day: int | None) -> date | None:
        """The last day of an assignment of a week."""
        return due_on(self.start_on, week, due_day)


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment, in the week that it belongs to; its text is asked for apart."""

    assignment_id: UUID
    track_id: UUID | None
    track: str | None
    week: int
    name: str
    repository_url: str | None
    policy: Policy
    due_day: int | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaskOfStudent:
    """An assignment and how far a student is with it; no status: it is not begun."""

    task: Task
    submission_id: UUID | None
    status: SubmissionStatus | None
    repository: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """What a group chat can be linked to; a team names its stream as well."""

    place: str
    place_id: UUID
    name: str
    stream_id: UUID | None


async def find_team(connection: Connection, group_id: UUID) -> Team | None:
    """A team."""
    row = await connection.fetchrow(FIND_TEAM, group_id)
    return from_row(Team, row) if row else None


async def list_teams_of_student(connection: Connection, person_id: UUID) -> list[Team]:
    """The teams that somebody learns in, those that end last first."""
    rows = await connection.fetch(LIST_OF_STUDENT, person_id, MOST)
    return [from_row(Team, row) for row in rows]


async def list_teams_of_curator(
    connection: Connection, person_id: UUID, limit: int = MOST
) -> list[Team]:
    """The teams of a curator, those that end last first."""
    rows = await connection.fetch(LIST_OF_CURATOR, person_id, limit)
    return [from_row(Team, row) for row in rows]


async def list_teams(connection: Connection, limit: int = MOST) -> list[Team]:
    """All teams, as far as a page shows them, those that end last first."""
    return [from_row(Team, row) for row in await connection.fetch(LIST_TEAMS, limit)]


async def is_member(connection: Connection, group_id: UUID, person_id: UUID) -> bool:
    """Whether somebody learns in a team."""
    found: bool = await connection.fetchval(IS_MEMBER, group_id, person_id)
    return found


async def find_task(
    connection: Connection, assignment_id: UUID, program_id: UUID | None
) -> Task | None:
    """An assignment of a program."""
    row = await connection.fetchrow(FIND_TASK, assignment_id, program_id)
    return from_row(Task, row) if row else None


async def find_content(connection: Connection, assignment_id: UUID) -> str:
    """The text of an assignment."""
    content: str | None = await connection.fetchval(FIND_CONTENT, assignment_id)
    return content or ""


async def list_tasks(
    connection: Connection, team: Team, student_id: UUID, *, up_to_week: int
) -> list[TaskOfStudent]:
    """The assignments up to a week, with a student's own status of each."""
    rows = await connection.fetch(
        LIST_TASKS, team.program_id, team.group_id, student_id, up_to_week, MOST_TASKS
    )
    return [
        TaskOfStudent(
            task=from_row(Task, row),
            submission_id=row["submission_id"],
            status=row["status"],
            repository=row["sent_repository"],
            number=row["sent_number"],
        )
        for row in rows
    ]


async def list_places(connection: Connection, day: date, limit: int) -> list[Place]:
    """Courses, and the streams and teams that have not ended by a day."""
    rows = await connection.fetch(LIST_PLACES, day, limit)
    return [from_row(Place, row) for row in rows]
