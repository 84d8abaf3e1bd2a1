"""What people do with a work that is there: take it back, stop, accept it, return it, note."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.school.errors import StatusDoesNotAllow, SubmissionNotFound, TeamLeft, WorkMoved
from services.school.submissions import repository
from services.school.submissions.machine import Deed, Refusal, Who, next_status
from services.school.submissions.moving import (
    check,
    check_pace,
    check_version,
    find_team_of,
    move,
    standing_of,
)
from services.school.submissions.repository import Step, Submission
from services.school.weeks import repository as weeks
from services.school.weeks.repository import Team
from shared.db import Connection, storable
from shared.errors import Forbidden
from shared.identity import Identity

LONGEST_COMMENT = 2000
LONGEST_NOTE = 2000

Decision = Literal["approved", "correction"]
DECIDING: dict[Decision, Deed] = {"approved": "approve", "correction": "return"}


def who_is(submission: Submission, identity: Identity) -> Who | None:
    """What somebody is to a work: never its student and its curator at once; None: nothing."""
    if identity.person_id == submission.student_id:
        return "student"
    if identity.has("administrator") or identity.person_id == submission.curator_id:
        return "curator"
    return None


def may_see(submission: Submission, identity: Identity) -> bool:
    """Its student, its curator, an administrator."""
    return who_is(submission, identity) is not None


def list_possible(
    submission: Submission, team: Team | None, identity: Identity, now: datetime
) -> frozenset[Deed]:
    """What somebody can do with a work as it stands."""
    who = who_is(submission, identity)
    deeds: tuple[Deed, ...] = ("begin", "drop", "send", "take_back", "approve", "return")
    if who is None:
        return frozenset()
    standing = standing_of(submission, team, now)
    return frozenset(
        deed for deed in deeds if not isinstance(next_status(standing, deed, who), Refusal)
    )


async def decide_by_hand(
    connection: Connection,
    submission_id: UUID,
    *,
    identity: Identity,
    decision: Decision,
    comment: str,
    now: datetime,
    public_url: str | None = None,
    version: int | None = None,
    only_waiting: bool = False,
) -> Submission:
    """The curator decides without a review on GitHub.

    `version` is what they were looking at: of two who decide at one moment one is told what stands.
    Who saw none may ask for a work that waits only, so that nobody's decision is overturned unseen.

    Raises:
        SubmissionNotFound: there is none, or it is not this person's to see.
        Forbidden: its student may see it, but not decide.
        WorkMoved: it is not what they were looking at any more.
        StreamIsOver, StreamNotBegun, StatusDoesNotAllow: it was not sent, or stands so already.
    """
    comment = storable(comment).strip()[:LONGEST_COMMENT]
    if only_waiting and version is None:
        work = await repository.lock(connection, submission_id)
        if work is not None and may_see(work, identity) and work.status != "review":
            raise WorkMoved(work.status)
    return await _act(
        connection,
        submission_id,
        DECIDING[decision],
        identity=identity,
        comment=comment or None,
        now=now,
        public_url=public_url,
        version=version,
    )


async def change_mind(
    connection: Connection,
    submission_id: UUID,
    deed: Literal["begin", "drop", "take_back"],
    *,
    identity: Identity,
    now: datetime,
    public_url: str | None = None,
    version: int | None = None,
) -> Submission:
    """A student takes a work back from review, stops working on it, or begins it again.

    Raises:
        SubmissionNotFound, Forbidden: it is not theirs.
        WorkMoved: it is not what they were looking at any more.
        StreamIsOver, StreamNotBegun, StatusDoesNotAllow, SentTooOften: it cannot be done.
    """
    return await _act(
        connection,
        submission_id,
        deed,
        identity=identity,
        comment=None,
        now=now,
        public_url=public_url,
        version=version,
    )


async def _act(
    connection: Connection,
    submission_id: UUID,
    deed: Deed,
    *,
    identity: Identity,
    comment: str | None,
    now: datetime,
    public_url: str | None,
    version: int | None,
) -> Submission:
    submission = await repository.lock(connection, submission_id)
    who = who_is(submission, identity) if submission is not None else None
    if submission is None or who is None:
        raise SubmissionNotFound
    team = await find_team_of(connection, submission)
    check_version(submission, version)
    status = check(standing_of(submission, team, now), deed, who)
    if who == "student":
        await _check_membership(connection, submission)
        await check_pace(connection, submission, now)
    return await move(
        connection,
        submission,
        Step(status=status, at=now, changed_by=identity.person_id, comment=comment),
        public_url=public_url,
    )


async def _check_membership(connection: Connection, submission: Submission) -> None:
    """Who left the team reads what they sent, and moves it no more.

    Raises:
        TeamLeft: its student learns there no longer.
    """
    if submission.group_id is None:
        return
    if not await weeks.is_member(connection, submission.group_id, submission.student_id):
        raise TeamLeft


async def keep_note(
    connection: Connection, submission_id: UUID, *, identity: Identity, note: str
) -> Submission:
    """A student writes down what nobody else reads. While the work is on review it rests.

    Raises:
        SubmissionNotFound, Forbidden: it is not theirs.
        StatusDoesNotAllow: it is on review.
    """
    submission = await repository.lock(connection, submission_id)
    if submission is None or not may_see(submission, identity):
        raise SubmissionNotFound
    if who_is(submission, identity) != "student":
        raise Forbidden
    if submission.status == "review":
        raise StatusDoesNotAllow
    await repository.set_note(connection, submission_id, storable(note).strip()[:LONGEST_NOTE])
    return submission
