"""The life of a work: sent by a student, decided by a review or by the curator's word."""

import re
from datetime import datetime, timedelta
from typing import Literal, cast
from uuid import UUID, uuid4

from services.school.errors import (
    GitHubNotLinked,
    NotACurator,
    PullLinkWrong,
    PullOfAnother,
    PullTaken,
    StatusDoesNotAllow,
    SubmissionNotFound,
    TitleMissing,
    TooManyWorks,
)
from services.school.submissions import repository
from services.school.submissions.repository import Step, Submission
from services.school.submissions.verdict import find_verdict
from shared import outbox, people
from shared.clock import Clock
from shared.db import Connection, storable
from shared.errors import Forbidden
from shared.events import PersonChanged, PullChanged, ReviewFound, SubmissionChanged
from shared.events.school import SubmissionStatus
from shared.identity import Identity

LONGEST_TITLE = 200
LONGEST_COMMENT = 2000
DAY = timedelta(days=1)
MOST_NEW_A_DAY = 20
PULL_LINK = re.compile(
    r"https://github\.com/"
    r"(?P<owner>[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/(?P<repository>(?!\.{1,2}/)[A-Za-z0-9._-]{1,100})"
    r"/pull/(?P<number>[1-9][0-9]{0,8})/?"
)


def read_pull_link(link: str) -> tuple[str, int]:
    """`owner/repository` in lower case and the number of a pull request's link.

    Raises:
        PullLinkWrong: it is none.
    """
    found = PULL_LINK.fullmatch(link.strip())
    if found is None:
        raise PullLinkWrong
    return f"{found['owner']}/{found['repository']}".lower(), int(found["number"])


async def send_submission(
    connection: Connection,
    *,
    student_id: UUID,
    curator_id: UUID,
    title: str,
    pull_url: str,
    now: datetime,
) -> Submission:
    """A student sends a pull request to a curator, for the first time or again.

    Raises:
        PullLinkWrong, TitleMissing, NotACurator: what was entered is not right.
        GitHubNotLinked, PullOfAnother: the pull request is not the student's own.
        TooManyWorks: enough for a day.
        PullTaken: somebody else has sent it.
        StatusDoesNotAllow: it is on review already.
    """
    title = " ".join(storable(title).split())
    if not 0 < len(title) <= LONGEST_TITLE:
        raise TitleMissing
    place, number = read_pull_link(pull_url)
    curator = await people.get_person(connection, curator_id)
    if "curator" not in curator.roles or curator.deleted or curator_id == student_id:
        raise NotACurator
    student = await people.get_person(connection, student_id)
    if student.github_login is None:
        raise GitHubNotLinked
    if place.partition("/")[0] != student.github_login.lower():
        raise PullOfAnother
    if await repository.count_new(connection, student_id, now - DAY) >= MOST_NEW_A_DAY:
        raise TooManyWorks
    await repository.insert(
        connection,
        submission_id=uuid4(),
        student_id=student_id,
        curator_id=curator_id,
        title=title,
        pull_url=f"https://github.com/{place}/pull/{number}",
        repository=place,
        number=number,
        now=now,
    )
    (submission,) = await repository.lock_by_pull(connection, place, number)
    if submission.student_id != student_id:
        raise PullTaken
    submission = await repository.change(
        connection, submission.submission_id, title=title, curator_id=curator_id
    )
    return await _send(connection, submission, student_id, now)


async def send_again(
    connection: Connection, submission_id: UUID, *, student_id: UUID, now: datetime
) -> Submission:
    """A student sends a work again, after mending it.

    Raises:
        SubmissionNotFound: there is none of this student.
        StatusDoesNotAllow: it is on review already.
    """
    submission = await repository.lock(connection, submission_id)
    if submission is None or submission.student_id != student_id:
        raise SubmissionNotFound
    return await _send(connection, submission, student_id, now)


async def _send(
    connection: Connection, submission: Submission, student_id: UUID, now: datetime
) -> Submission:
    if submission.status == "review":
        raise StatusDoesNotAllow
    return await _move(
        connection,
        submission,
        Step(status="review", at=now, changed_by=student_id, is_sent=True),
    )


async def decide_by_hand(
    connection: Connection,
    submission_id: UUID,
    *,
    identity: Identity,
    decision: Literal["approved", "correction"],
    comment: str,
    now: datetime,
) -> Submission:
    """The curator decides without a review on GitHub.

    Raises:
        SubmissionNotFound: there is none, or it is not this person's to see.
        Forbidden: its student may see it, but not decide.
        StatusDoesNotAllow: it was not sent, or stands so already.
    """
    submission = await repository.lock(connection, submission_id)
    if submission is None or not may_see(submission, identity):
        raise SubmissionNotFound
    if not may_decide(submission, identity):
        raise Forbidden
    if submission.status not in ("review", "correction", "approved"):
        raise StatusDoesNotAllow
    if submission.status == decision:
        raise StatusDoesNotAllow
    comment = storable(comment).strip()[:LONGEST_COMMENT]
    return await _move(
        connection,
        submission,
        Step(
            status=decision,
            at=now,
            changed_by=identity.person_id,
            comment=comment or None,
        ),
    )


def may_see(submission: Submission, identity: Identity) -> bool:
    """Its student, its curator, an administrator."""
    return identity.has("administrator") or identity.person_id in (
        submission.student_id,
        submission.curator_id,
    )


def may_decide(submission: Submission, identity: Identity) -> bool:
    """Its curator, an administrator; never its own student."""
    if identity.person_id == submission.student_id:
        return False
    return identity.has("administrator") or identity.person_id == submission.curator_id


async def learn_pull(connection: Connection, event: PullChanged, clock: Clock) -> None:
    """Know the head: a review of any other commit says nothing."""
    await repository.keep_pull(connection, event)


async def learn_review(connection: Connection, event: ReviewFound, clock: Clock) -> None:
    """Keep a review, and let it decide the work that it belongs to."""
    now = clock.now()
    # Locked first: what is decided here is told in the order in which it was decided.
    submissions = await repository.lock_by_pull(connection, event.repository, event.number)
    await repository.keep_review(connection, event, now)
    for submission in submissions:
        await _decide(connection, submission, now)


async def learn_person(connection: Connection, event: PersonChanged, clock: Clock) -> None:
    """Keep a person; a curator whose GitHub is known now may have reviewed already."""
    await people.project_person(connection, event, clock)
    if event.github_id is None:
        return
    for submission in await repository.lock_waiting_for(connection, event.person_id):
        await _decide(connection, submission, clock.now())


async def _decide(connection: Connection, submission: Submission, now: datetime) -> None:
    """Bring a work's status in line with its reviews.

    Reviews decide while the work is on review, and go on deciding what a review decided: a later
    one outweighs it, a dismissal withdraws it. What a person decided by hand stands.
    """
    if submission.status != "review" and submission.decided_by is None:
        return
    curator = await people.get_person(connection, submission.curator_id)
    head = await repository.find_head(connection, submission.repository, submission.number)
    reviews = await repository.list_reviews(connection, submission.repository, submission.number)
    verdict = None
    if curator.github_id is not None and head is not None:
        verdict = find_verdict(
            reviews,
            curator_github_id=curator.github_id,
            head_sha=head,
            since=submission.sent_at,
        )
    if verdict is not None:
        if verdict.decision != submission.status:
            await _move(
                connection,
                submission,
                Step(
                    status=verdict.decision,
                    at=now,
                    review_id=verdict.review.review_id,
                    review_url=verdict.review.url,
                    decided_by=verdict.review.review_id,
                ),
            )
        return
    withdrawn = next(
        (
            review
            for review in reviews
            if review.review_id == submission.decided_by and review.state == "dismissed"
        ),
        None,
    )
    if withdrawn is not None and submission.status != "review":
        await _move(
            connection,
            submission,
            Step(
                status="review",
                at=now,
                review_id=withdrawn.review_id,
                review_url=withdrawn.url,
            ),
        )


async def _move(connection: Connection, submission: Submission, step: Step) -> Submission:
    moved = await repository.move(connection, submission, step)
    student = await people.get_person(connection, moved.student_id)
    was = cast(SubmissionStatus, submission.status) if submission.version else None
    await outbox.record(
        connection,
        SubmissionChanged(
            submission_id=moved.submission_id,
            version=moved.version,
            status=step.status,
            was=was,
            title=moved.title,
            pull_url=moved.pull_url,
            student_id=moved.student_id,
            student_name=student.name,
            curator_id=moved.curator_id,
            review_url=step.review_url,
            comment=step.comment,
            changed_at=step.at,
        ),
    )
    return moved
