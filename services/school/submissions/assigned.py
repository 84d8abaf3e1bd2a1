"""Works of assignments: begun by opening them, sent as a link that their policy allows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from services.school.errors import AssignmentNotFound, GitHubNotLinked, TeamNotFound
from services.school.submissions import repository
from services.school.submissions.github import GitHub, Seen
from services.school.submissions.links import Place, read_pull_link
from services.school.submissions.looks.service import look_at
from services.school.submissions.moving import check, move, standing_of
from services.school.submissions.policies import check_author, check_policy
from services.school.submissions.repository import Step, Submission, TaskId
from services.school.submissions.sending import place_of, send
from services.school.weeks import repository as weeks
from services.school.weeks.repository import Task, Team
from shared import people
from shared.db import Connection, Database
from shared.people import Person


@dataclass(frozen=True, slots=True)
class Found:
    """A link that was read and looked at; `seen` is None where GitHub could not be asked."""

    place: Place
    seen: Seen | None


async def get_task_of_student(
    connection: Connection, task_id: TaskId, now: datetime
) -> tuple[Task, Team]:
    """An assignment that is open for a student.

    Raises:
        TeamNotFound: the student does not learn in such a team.
        AssignmentNotFound: there is none, its week is closed, or it is not offered any more.
    """
    team = await weeks.find_team(connection, task_id.group_id)
    if team is None or not await weeks.is_member(connection, team.group_id, task_id.student_id):
        raise TeamNotFound
    task = await weeks.find_task(connection, task_id.assignment_id, team.program_id)
    if task is None or task.week > team.week(now):
        raise AssignmentNotFound
    if task.retired_at is not None and not await repository.find_assigned(connection, task_id):
        raise AssignmentNotFound
    return task, team


async def begin(
    connection: Connection, task_id: TaskId, *, now: datetime, public_url: str | None
) -> Submission | None:
    """Note that a student works on an assignment, the first time they see it; later it stays.

    None: the stream is over, and they had not begun.

    Raises:
        TeamNotFound, AssignmentNotFound: it is not theirs to see.
    """
    task, team = await get_task_of_student(connection, task_id, now)
    known = await repository.find_assigned(connection, task_id)
    if known is not None or team.stage(now) != "running":
        return known
    work = await _lock(connection, task_id, task, team, now)
    if work.version:  # another tab was faster
        return work
    status = check(standing_of(work, team, now), "begin", "student")
    return await move(
        connection,
        work,
        Step(status=status, at=now, changed_by=task_id.student_id),
        public_url=public_url,
    )


async def find_pull(
    database: Database,
    github: GitHub | None,
    task_id: TaskId,
    *,
    link: str,
    now: datetime,
) -> Found:
    """Read a link for an assignment, and look at what it leads to. No transaction is open.

    Raises:
        TeamNotFound, AssignmentNotFound: it is not theirs to send to.
        GitHubNotLinked, PullLinkWrong: it is not known whose it is, or what is meant.
        PullOfAnother, PullInTaskRepository, PullNotYours: the assignment's policy.
        LooksUsedUp: GitHub was asked enough for an hour.
        PullGone, PullBlocked, PullClosed, PullMerged, PullIsDraft: it cannot be reviewed.
    """
    async with database.acquire() as connection:
        task, _ = await get_task_of_student(connection, task_id, now)
        student = await people.get_person(connection, task_id.student_id)
    place = read_pull_link(link, login=student.github_login)
    # Nobody is asked about what would be refused whatever they say.
    _check_policy(task, student, Found(place, None))
    seen = await look_at(database, github, place, student_id=task_id.student_id, now=now)
    return Found(place, seen)


async def send_link(
    connection: Connection,
    task_id: TaskId,
    *,
    found: Found,
    now: datetime,
    public_url: str | None,
    version: int | None = None,
) -> Submission:
    """A student sends a pull request for an assignment, for the first time or again.

    Raises: as `find_pull` and `sending.send`.
    """
    task, team = await get_task_of_student(connection, task_id, now)
    student = await people.get_person(connection, task_id.student_id)
    _check_policy(task, student, found)
    work = await _lock(connection, task_id, task, team, now)
    work = await repository.change(connection, work, title=task.name, curator_id=team.curator_id)
    return await send(
        connection,
        work,
        team,
        place=found.place,
        seen=found.seen,
        now=now,
        public_url=public_url,
        version=version,
    )


def _check_policy(task: Task, student: Person, found: Found) -> None:
    login = student.github_login
    if login is None:
        raise GitHubNotLinked
    place = place_of(found.place, found.seen)
    check_policy(task.policy, place.owner, login=login, task_repository_url=task.repository_url)
    if found.seen is not None:
        check_author(
            task.policy,
            author_id=found.seen.author_id,
            author_login=found.seen.author_login,
            github_id=student.github_id,
        )


async def _lock(
    connection: Connection, task_id: TaskId, task: Task, team: Team, now: datetime
) -> Submission:
    return await repository.lock_assigned(
        connection,
        task_id,
        submission_id=uuid4(),
        curator_id=team.curator_id,
        title=task.name,
        now=now,
    )
