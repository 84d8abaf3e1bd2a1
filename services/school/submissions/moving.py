"""A work moves, and the others are told of it: one place for every reason there is."""

from datetime import datetime, timedelta
from uuid import UUID

from services.school.errors import (
    SentTooOften,
    StatusDoesNotAllow,
    StreamIsOver,
    StreamNotBegun,
    WorkMoved,
)
from services.school.submissions import repository
from services.school.submissions.history import repository as history
from services.school.submissions.machine import Deed, Refusal, Standing, Who, next_status
from services.school.submissions.repository import Step, Submission
from services.school.weeks import repository as weeks
from services.school.weeks.calendar import Stage, today
from services.school.weeks.repository import Team
from shared import outbox, people
from shared.db import Connection
from shared.errors import Forbidden, PartaError
from shared.events import SubmissionChanged
from shared.events.school import SubmissionStatus

DAY = timedelta(days=1)
MOST_STEPS_A_DAY = 60
"""Each is a message to somebody."""

REFUSALS: dict[Refusal, type[PartaError]] = {
    Refusal.NOT_THEIRS: Forbidden,
    Refusal.NOT_BEGUN: StreamNotBegun,
    Refusal.OVER: StreamIsOver,
    Refusal.STATUS: StatusDoesNotAllow,
    Refusal.STANDS: StatusDoesNotAllow,
}


async def find_team_of(connection: Connection, submission: Submission) -> Team | None:
    """The team that a work was begun in; None where it stands alone."""
    if submission.group_id is None:
        return None
    return await weeks.find_team(connection, submission.group_id)


def standing_of(submission: Submission, team: Team | None, now: datetime) -> Standing:
    """What the next step of a work depends on. A work that stands alone has no last day."""
    stage: Stage = "running"
    is_final = False
    if team is not None:
        stage = team.stage(now)
        decided_on = today(team.zone, submission.changed_at)
        is_final = stage == "over" and decided_on <= team.finish_on
    return Standing(
        status=submission.status if submission.version else None,
        stage=stage,
        by_review=submission.decided_by is not None,
        is_final=is_final,
    )


def check(standing: Standing, deed: Deed, who: Who) -> SubmissionStatus:
    """The status that a deed leads to.

    Raises:
        Forbidden, StreamNotBegun, StreamIsOver, StatusDoesNotAllow: it leads nowhere.
    """
    following = next_status(standing, deed, who)
    if isinstance(following, Refusal):
        raise REFUSALS[following]
    return following


def check_version(submission: Submission, version: int | None) -> None:
    """Refuse a deed that was chosen in view of what is past; None: whoever asks saw no version.

    Raises:
        WorkMoved: it names what stands now.
    """
    if version is not None and version != submission.version:
        raise WorkMoved(submission.status)


async def check_pace(connection: Connection, submission: Submission, now: datetime) -> None:
    """Refuse to go to and fro all day.

    Raises:
        SentTooOften: it is enough for a day.
    """
    steps = await history.count_steps(connection, submission.submission_id, now - DAY)
    if steps >= MOST_STEPS_A_DAY:
        raise SentTooOften


async def move(
    connection: Connection, submission: Submission, step: Step, *, public_url: str | None
) -> Submission:
    """Give a locked work its next status, and tell of it."""
    moved = await repository.move(connection, submission, step)
    student = await people.get_person(connection, moved.student_id)
    curator = await people.get_person(connection, moved.curator_id)
    await outbox.record(
        connection,
        SubmissionChanged(
            submission_id=moved.submission_id,
            version=moved.version,
            status=step.status,
            was=submission.status if submission.version else None,
            title=moved.title,
            pull_url=moved.pull_url or "",
            student_id=moved.student_id,
            student_name=student.name,
            curator_id=moved.curator_id,
            curator_name=curator.name,
            review_url=step.review_url,
            comment=step.comment,
            changed_at=step.at,
            assignment_id=moved.assignment_id,
            group_id=moved.group_id,
            trouble=step.trouble,
            page_url=page_of(moved.submission_id, public_url) if public_url else None,
        ),
    )
    return moved


def page_of(submission_id: UUID, public_url: str) -> str:
    """Where a work is shown, to all who may see it."""
    return f"{public_url}/school/submissions/{submission_id}"
