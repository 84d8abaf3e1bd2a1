"""Works that stand alone, and what becomes of all works by what is heard of their pull requests."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from services.school.courses.entries import tidy
from services.school.errors import (
    GitHubNotLinked,
    NotACurator,
    PullSentElsewhere,
    PullTaken,
    SubmissionNotFound,
    TitleMissing,
    TooManyWorks,
)
from services.school.submissions import repository
from services.school.submissions.github import Seen
from services.school.submissions.links import Place, read_pull_link
from services.school.submissions.machine import Deed, Refusal, next_status
from services.school.submissions.moving import find_team_of, move, standing_of
from services.school.submissions.policies import check_policy
from services.school.submissions.pulls import repository as pulls
from services.school.submissions.repository import Step, Submission
from services.school.submissions.sending import place_of, send
from services.school.submissions.verdict import Review, find_verdict
from shared import people
from shared.clock import Clock
from shared.db import Connection
from shared.events import PersonChanged, PullChanged, PullLost, ReviewFound

LONGEST_TITLE = 200
DAY = timedelta(days=1)
MOST_NEW_A_DAY = 20


async def read_own_link(connection: Connection, student_id: UUID, link: str) -> Place:
    """The place of a pull request in a repository of the student's own.

    Raises:
        PullLinkWrong, GitHubNotLinked, PullOfAnother: it is none.
    """
    student = await people.get_person(connection, student_id)
    place = read_pull_link(link, login=student.github_login)
    if student.github_login is None:
        raise GitHubNotLinked
    check_policy("own_repo", place.owner, login=student.github_login, task_repository_url=None)
    return place


async def send_submission(
    connection: Connection,
    *,
    student_id: UUID,
    curator_id: UUID,
    title: str,
    pull_url: str,
    now: datetime,
    seen: Seen | None = None,
    public_url: str | None = None,
) -> Submission:
    """A student sends a pull request to a curator, for the first time or again.

    `seen` is what GitHub shows there, where it could be asked.

    Raises:
        PullLinkWrong, TitleMissing, NotACurator: what was entered is not right.
        GitHubNotLinked, PullOfAnother: the pull request is not the student's own.
        TooManyWorks: enough for a day.
        PullTaken, PullSentElsewhere: somebody else has sent it, or it is sent for an assignment.
        StatusDoesNotAllow, SentTooOften: it is on review already, or was too often.
    """
    title = tidy(title)
    if not 0 < len(title) <= LONGEST_TITLE:
        raise TitleMissing
    written = await read_own_link(connection, student_id, pull_url)
    place = place_of(written, seen)
    if seen is not None:
        await read_own_link(connection, student_id, place.url)
    curator = await people.get_person(connection, curator_id)
    if "curator" not in curator.roles or curator.deleted or curator_id == student_id:
        raise NotACurator
    if await repository.count_new(connection, student_id, now - DAY) >= MOST_NEW_A_DAY:
        raise TooManyWorks
    await repository.insert(
        connection,
        submission_id=uuid4(),
        student_id=student_id,
        curator_id=curator_id,
        title=title,
        pull_url=place.url,
        repository=place.repository,
        number=place.number,
        now=now,
    )
    (submission,) = await repository.lock_by_pull(connection, place.repository, place.number)
    if submission.student_id != student_id:
        raise PullTaken
    if submission.assignment_id is not None:
        raise PullSentElsewhere(submission.title)
    submission = await repository.change(connection, submission, title=title, curator_id=curator_id)
    return await send(
        connection,
        submission,
        None,
        place=written,
        seen=seen,
        now=now,
        public_url=public_url,
        version=None,
    )


async def send_again(
    connection: Connection,
    submission_id: UUID,
    *,
    student_id: UUID,
    now: datetime,
    seen: Seen | None = None,
    public_url: str | None = None,
    version: int | None = None,
) -> Submission:
    """A student sends a work that stands alone again, after mending it, where it lies.

    Raises:
        SubmissionNotFound: there is none of this student.
        WorkMoved, StatusDoesNotAllow, SentTooOften: it cannot be sent now.
    """
    submission = await repository.lock(connection, submission_id)
    if submission is None or submission.student_id != student_id:
        raise SubmissionNotFound
    if submission.repository is None or submission.number is None:
        raise SubmissionNotFound
    return await send(
        connection,
        submission,
        None,
        place=Place(submission.repository, submission.number),
        seen=seen,
        now=now,
        public_url=public_url,
        version=version,
    )


async def learn_pull(
    connection: Connection, event: PullChanged, clock: Clock, public_url: str | None = None
) -> None:
    """Know the head, the name and that it is there: a review of any other commit says nothing."""
    known = await pulls.find_by_id(connection, event.repository_id, event.number)
    if known is not None and known.updated_at > event.updated_at:
        return
    # Locked first, as by who sends its link at this moment: else each would wait for the other.
    await repository.lock_by_pull(connection, event.repository, event.number, event.repository_id)
    await pulls.rename(connection, repository_id=event.repository_id, repository=event.repository)
    if not await pulls.keep(connection, event):
        return
    await pulls.mark_checked(
        connection,
        repository=event.repository,
        number=event.number,
        repository_id=event.repository_id,
    )
    for submission in await repository.lock_in_trouble(connection, event.repository, event.number):
        await move(
            connection,
            submission,
            Step(status=submission.status, at=clock.now(), trouble="found"),
            public_url=public_url,
        )


async def learn_loss(
    connection: Connection, event: PullLost, clock: Clock, public_url: str | None = None
) -> None:
    """Say to both sides that a work's pull request cannot be seen any more."""
    for submission in await repository.lock_by_pull(
        connection, event.repository, event.number, event.repository_id
    ):
        if submission.trouble == event.reason or _was_seen_later(submission, event.lost_at):
            continue
        await move(
            connection,
            submission,
            Step(status=submission.status, at=clock.now(), trouble=event.reason),
            public_url=public_url,
        )


def _was_seen_later(submission: Submission, lost_at: datetime) -> bool:
    """Whether GitHub showed the pull request when the link was sent, after it had been lost."""
    return submission.is_checked and submission.sent_at is not None and lost_at < submission.sent_at


async def learn_review(
    connection: Connection, event: ReviewFound, clock: Clock, public_url: str | None = None
) -> None:
    """Keep a review, and let it decide the work that it belongs to."""
    now = clock.now()
    # Locked first: what is decided here is told in the order in which it was decided.
    submissions = await repository.lock_by_pull(
        connection, event.repository, event.number, event.repository_id
    )
    known = await pulls.find_by_id(connection, event.repository_id, event.number)
    name = known.repository if known is not None else event.repository.lower()
    await pulls.keep_review(connection, event, name, now)
    for submission in submissions:
        await _decide(connection, submission, now, public_url)


async def decide_waiting(
    connection: Connection, event: PersonChanged, clock: Clock, public_url: str | None = None
) -> None:
    """A curator whose GitHub is known now may have reviewed already."""
    if event.github_id is None:
        return
    for submission in await repository.lock_waiting_for(connection, event.person_id):
        await _decide(connection, submission, clock.now(), public_url)


async def _decide(
    connection: Connection, submission: Submission, now: datetime, public_url: str | None
) -> None:
    """Bring a work's status in line with its reviews.

    Reviews decide while the work is on review, and go on deciding what a review decided: a later
    one outweighs it, a dismissal withdraws it. What a person decided by hand stands.
    """
    if submission.status != "review" and submission.decided_by is None:
        return
    if submission.repository is None or submission.number is None or submission.sent_at is None:
        return
    curator = await people.get_person(connection, submission.curator_id)
    pull = await pulls.find(connection, submission.repository, submission.number)
    reviews = await pulls.list_reviews(connection, submission.repository, submission.number)
    verdict = None
    if curator.github_id is not None and pull is not None:
        verdict = find_verdict(
            reviews,
            curator_github_id=curator.github_id,
            head_sha=pull.head_sha,
            since=submission.sent_at,
        )
    if verdict is not None:
        deed: Deed = "approve" if verdict.decision == "approved" else "return"
        await _follow(connection, submission, deed, verdict.review, now, public_url)
        return
    for review in reviews:
        if review.review_id == submission.decided_by and review.state == "dismissed":
            await _follow(connection, submission, "withdraw", review, now, public_url)


async def _follow(
    connection: Connection,
    submission: Submission,
    deed: Deed,
    review: Review,
    now: datetime,
    public_url: str | None,
) -> None:
    """Do what a review says, where a review may still say it; a verdict that stands stays."""
    standing = standing_of(submission, await find_team_of(connection, submission), now)
    status = next_status(standing, deed, "review")
    if isinstance(status, Refusal):
        return
    await move(
        connection,
        submission,
        Step(
            status=status,
            at=now,
            review_id=review.review_id,
            review_url=review.url,
            decided_by=None if deed == "withdraw" else review.review_id,
        ),
        public_url=public_url,
    )
