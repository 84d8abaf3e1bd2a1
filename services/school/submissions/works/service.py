"""A person's works, and what a link of theirs may be for."""

from datetime import datetime
from uuid import UUID

from services.school.courses.links import find_repository
from services.school.errors import SubmissionNotFound
from services.school.submissions.deeds import list_possible, may_see
from services.school.submissions.links import Place, read_pull_link
from services.school.submissions.moving import find_team_of, page_of
from services.school.submissions.works import repository
from services.school.submissions.works.repository import NamedWork
from services.school.submissions.works.schemas import Choice, May, Work, WorkList
from services.school.weeks import repository as weeks
from services.school.weeks.repository import TaskOfStudent, Team
from shared import people
from shared.db import Connection
from shared.identity import Identity

MOST_WORKS = 30
MOST_CHOICES = 20
IN_HAND = ("correction", "execution")
# The chat's buttons; what was decided is overturned on the work's page, in view of its history.
STUDENTS: tuple[May, ...] = ("send", "take_back")
CURATORS: tuple[May, ...] = ("approve", "return")


async def identity_of(connection: Connection, person_id: UUID) -> Identity:
    """Somebody as school knows them, for whom the bot speaks."""
    person = await people.get_person(connection, person_id)
    roles = () if person.deleted else person.roles
    return Identity(person_id=person_id, roles=roles, name=person.name)


async def list_works(
    connection: Connection, identity: Identity, *, now: datetime, public_url: str
) -> WorkList:
    """Somebody's works, as student and as curator."""
    assert identity.person_id is not None  # noqa: S101 - the bot named one
    own, own_total = await repository.list_own(connection, identity.person_id, MOST_WORKS)
    waiting, total = await repository.list_to_review(connection, identity.person_id, MOST_WORKS)
    teams: dict[UUID, Team | None] = {}
    for work in (*own, *waiting):
        group_id = work.submission.group_id
        if group_id is not None and group_id not in teams:
            teams[group_id] = await weeks.find_team(connection, group_id)

    def told(work: NamedWork) -> Work:
        group_id = work.submission.group_id
        team = teams[group_id] if group_id is not None else None
        return as_seen(work, team, identity, now=now, public_url=public_url)

    return WorkList(
        own=[told(work) for work in own],
        to_review=[told(work) for work in waiting],
        own_total=own_total,
        to_review_total=total,
    )


async def get_work(
    connection: Connection,
    submission_id: UUID,
    identity: Identity,
    *,
    now: datetime,
    public_url: str,
) -> Work:
    """A work as somebody may see it.

    Raises:
        SubmissionNotFound: there is none, or it concerns others.
    """
    work = await repository.find(connection, submission_id)
    if work is None or not may_see(work.submission, identity):
        raise SubmissionNotFound
    team = await find_team_of(connection, work.submission)
    return as_seen(work, team, identity, now=now, public_url=public_url)


def as_seen(
    work: NamedWork, team: Team | None, identity: Identity, *, now: datetime, public_url: str
) -> Work:
    """A work with what somebody can do with it in a chat."""
    submission = work.submission
    possible = list_possible(submission, team, identity, now)
    offered = (*STUDENTS, *CURATORS) if submission.status == "review" else STUDENTS
    return Work(
        submission_id=submission.submission_id,
        assignment_id=submission.assignment_id,
        group_id=submission.group_id,
        version=submission.version,
        title=submission.title,
        status=submission.status,
        pull_url=submission.pull_url,
        student_name=work.student_name,
        curator_name=work.curator_name,
        sent_at=submission.sent_at,
        changed_at=submission.changed_at,
        due_on=work.due_on(team),
        trouble=submission.trouble,
        is_checked=submission.is_checked,
        page_url=page_of(submission.submission_id, public_url),
        # One that stands alone is sent on its page, where its curator is chosen.
        may=[
            deed
            for deed in offered
            if deed in possible and (deed != "send" or submission.assignment_id is not None)
        ],
    )


async def list_choices(
    connection: Connection, student_id: UUID, link: str, now: datetime
) -> list[Choice]:
    """What somebody could send a link for, the best guess first.

    Raises:
        PullLinkWrong: it is no link to a pull request.
    """
    student = await people.get_person(connection, student_id)
    place = read_pull_link(link, login=student.github_login)
    open_to_them = [
        (team, one)
        for team in await weeks.list_teams_of_student(connection, student_id)
        if team.stage(now) == "running"
        for one in await weeks.list_tasks(connection, team, student_id, up_to_week=team.week(now))
        if one.status != "review"
    ]
    open_to_them.sort(key=lambda pair: _rank(pair[1], place))
    return [
        Choice(
            assignment_id=one.task.assignment_id,
            group_id=team.group_id,
            title=one.task.name,
            week=one.task.week,
            status=one.status or "available",
            due_on=team.due_on(one.task.week, one.task.due_day),
        )
        for team, one in open_to_them[:MOST_CHOICES]
    ]


def _rank(one: TaskOfStudent, place: Place) -> tuple[bool, bool, bool, bool, int]:
    """Less is likelier: sent there before, a fork of the assignment's repository, in hand, new."""
    task_repository = find_repository(one.task.repository_url) if one.task.repository_url else None
    name = place.repository.partition("/")[2]
    return (
        (one.repository, one.number) != (place.repository, place.number),
        task_repository is None or task_repository[1].lower() != name,
        one.status not in IN_HAND,
        one.status == "approved",
        -one.task.week,
    )
