"""What GitHub says becomes facts: once, in order for each pull request, told or asked for."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import cast, get_args

from services.sync.github import repository
from services.sync.github.payloads import (
    Pull,
    PullRequestDelivery,
    PullState,
    Repository,
    RepositoryDelivery,
    Review,
    ReviewDelivery,
    ReviewState,
)
from services.sync.github.repository import PullRow
from services.sync.github.watches import repository as watches
from shared import outbox
from shared.db import Connection
from shared.events import PullChanged, ReviewFound

NEVER = datetime.min.replace(tzinfo=UTC)
GHOST = 0
"""The author of what a deleted account left behind."""
IS_HIDDEN = frozenset({"deleted", "privatized"})


async def learn_pull(connection: Connection, delivery: PullRequestDelivery) -> bool:
    """Keep a pull request as a delivery shows it; says whether anything new was told."""
    return await learn_row(connection, row_of(delivery.repository, delivery.pull_request))


async def learn_review(connection: Connection, delivery: ReviewDelivery) -> bool:
    """Keep a review, and the pull request that comes with it; says whether it was news."""
    told = row_of(delivery.repository, delivery.pull_request)
    news = await learn_row(connection, told)
    return await learn_review_of(connection, told, delivery.review) or news


async def learn_repository(connection: Connection, delivery: RepositoryDelivery) -> bool:
    """A repository was renamed, moved, hidden or shown: whoever waits for it has a look.

    What GitHub answers then is told, not what the delivery says, for it may come late. It is one
    of the two witnesses that a repository is gone.
    """
    hurried = await watches.hurry_repository(
        connection, delivery.repository.id, is_hidden=delivery.action in IS_HIDDEN
    )
    return hurried > 0


async def learn_review_of(connection: Connection, told: PullRow, review: Review) -> bool:
    """Keep a review of a pull request; says whether it was news.

    The fact is what is said (review, state, moment): the same under another delivery id, or found
    by asking, has no second effect. Reviews of deleted accounts and pending ones say nothing.
    """
    state = review.state.lower()
    if review.user is None or review.submitted_at is None or review.commit_id is None:
        return False
    if state not in get_args(ReviewState):
        return False
    fact = f"review:{review.id}:{state}:{review.submitted_at.isoformat()}"
    if not await repository.claim_fact(connection, fact):
        return False
    if not await repository.keep_review(
        connection,
        review_id=review.id,
        pull=told,
        reviewer_id=review.user.id,
        state=state,
        commit_id=review.commit_id,
        submitted_at=review.submitted_at,
    ):
        return False
    await outbox.record(
        connection,
        ReviewFound(
            review_id=review.id,
            state=cast(ReviewState, state),
            reviewer_id=review.user.id,
            reviewer_login=review.user.login,
            commit_id=review.commit_id,
            submitted_at=review.submitted_at,
            url=review.html_url,
            repository_id=told.repository_id,
            repository=told.repository,
            number=told.number,
            pull_url=told.url,
        ),
    )
    return True


async def learn_row(
    connection: Connection, told: PullRow, *, is_answer: bool = False, is_found: bool = False
) -> bool:
    """Keep a pull request as it is said to be, unless that is old; says whether it was told on.

    `is_answer`: GitHub was asked just now. A rename changes nothing else of a pull request, not
    even its moment, so of two names an answer's is the present one. `is_found`: it had been told
    as lost, so it is told in any case.
    """
    known = await repository.lock_pull(connection, told)
    # Seconds are all that GitHub gives: within one, what was not said before is the newer.
    fact = (
        f"pull:{told.repository_id}#{told.number}:{told.updated_at.isoformat()}"
        f":{told.head_sha}:{told.state}:{told.draft}"
    )
    is_new = await repository.claim_fact(connection, fact)
    if known is None:
        await _tell(connection, told)
        return True
    is_same = _without_name(known) == _without_name(told)
    if told.updated_at >= known.updated_at and (is_new or (is_answer and is_same)):
        if known != told:
            await repository.update_pull(connection, told)
        changed = not is_same or known.repository != told.repository
    else:
        told, changed = known, False
    if changed or is_found:
        await _tell(connection, told)
    return changed or is_found


def _without_name(row: PullRow) -> PullRow:
    """What of a pull request is told when it changes, but for its repository's name."""
    return replace(row, repository="", url="", author_login="", updated_at=NEVER)


async def _tell(connection: Connection, row: PullRow) -> None:
    await outbox.record(
        connection,
        PullChanged(
            repository_id=row.repository_id,
            repository=row.repository,
            number=row.number,
            url=row.url,
            title=row.title,
            author_id=row.author_id,
            state=cast(PullState, row.state),
            draft=row.draft,
            head_sha=row.head_sha,
            updated_at=row.updated_at,
        ),
    )


def row_of(place: Repository, pull: Pull) -> PullRow:
    """A pull request of a repository, as a row."""
    return PullRow(
        repository_id=place.id,
        number=pull.number,
        repository=place.full_name,
        url=pull.html_url,
        title=pull.title[:500],
        author_id=pull.user.id if pull.user else GHOST,
        state=pull.stands,
        draft=pull.draft,
        head_sha=pull.head.sha,
        updated_at=pull.updated_at,
        author_login=pull.user.login if pull.user else "",
    )
