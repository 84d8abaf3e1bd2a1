"""A link becomes a work's place, and the work goes to review: the same for every kind of work."""

from datetime import datetime
from uuid import UUID

from services.school.errors import PullSentElsewhere, PullTaken
from services.school.submissions import repository
from services.school.submissions.github import Seen
from services.school.submissions.links import Place, url_of
from services.school.submissions.moving import check, check_pace, check_version, move, standing_of
from services.school.submissions.pulls import repository as pulls
from services.school.submissions.repository import Step, Submission
from services.school.weeks.repository import Team
from shared.db import Connection

UNSENT = ("available", "execution")


def place_of(place: Place, seen: Seen | None) -> Place:
    """Where GitHub says that it is: a repository may have another name by now."""
    return Place(seen.repository.lower(), seen.number) if seen is not None else place


async def send(
    connection: Connection,
    submission: Submission,
    team: Team | None,
    *,
    place: Place,
    seen: Seen | None,
    now: datetime,
    public_url: str | None,
    version: int | None,
) -> Submission:
    """Put a locked work on review.

    Raises:
        WorkMoved: it is not what the student was looking at any more.
        StreamIsOver, StreamNotBegun, StatusDoesNotAllow, SentTooOften: it cannot be sent now.
        PullTaken, PullSentElsewhere: another work lies there.
    """
    check_version(submission, version)
    status = check(standing_of(submission, team, now), "send", "student")
    await check_pace(connection, submission, now)
    await _lay(connection, submission, place, seen)
    return await move(
        connection,
        submission,
        Step(status=status, at=now, changed_by=submission.student_id, is_sent=True),
        public_url=public_url,
    )


async def _lay(
    connection: Connection, submission: Submission, place: Place, seen: Seen | None
) -> None:
    heard = await pulls.find(connection, place.repository, place.number)
    pull_url, repository_id = place.url, heard.repository_id if heard is not None else None
    if seen is not None:
        await pulls.keep_seen(connection, seen)
        pull_url, repository_id = url_of(seen.repository, seen.number), seen.repository_id
    place = place_of(place, seen)

    async def set_pull() -> None:
        await repository.set_pull(
            connection,
            submission,
            pull_url=pull_url,
            repository=place.repository,
            number=place.number,
            repository_id=repository_id,
            is_checked=seen is not None or repository_id is not None,
        )

    try:
        await set_pull()
    except PullTaken:
        await _free(connection, place, submission.student_id)
        await set_pull()


async def _free(connection: Connection, place: Place, student_id: UUID) -> None:
    """Take the place from a work of the same student that waits for nothing.

    A work that was sent to the wrong assignment is taken back, and goes to the right one.

    Raises:
        PullTaken, PullSentElsewhere: it is not to be had.
    """
    for other in await repository.lock_by_pull(connection, place.repository, place.number):
        if other.student_id != student_id:
            raise PullTaken
        if other.status not in UNSENT or other.assignment_id is None:
            raise PullSentElsewhere(other.title)
        await repository.release_pull(connection, other.submission_id)
