"""What a delivery says becomes facts: once, in order for each pull request."""

from dataclasses import replace
from typing import cast, get_args

from services.sync.github import repository
from services.sync.github.payloads import (
    Pull,
    PullRequestDelivery,
    PullState,
    Repository,
    ReviewDelivery,
    ReviewState,
)
from services.sync.github.repository import PullRow
from shared import outbox
from shared.db import Connection
from shared.events import PullChanged, ReviewFound

GHOST = 0
"""The author of what a deleted account left behind."""


async def learn_pull(connection: Connection, delivery: PullRequestDelivery) -> bool:
    """Keep a pull request as a delivery shows it; says whether anything new was told."""
    told = _row(delivery.repository, delivery.pull_request)
    return await _learn(connection, told)


async def learn_review(connection: Connection, delivery: ReviewDelivery) -> bool:
    """Keep a review, and the pull request that comes with it; says whether it was news.

    The fact is what the body says (review, state, moment): the same signed body under another
    delivery id has no second effect. Reviews of deleted accounts and pending ones say nothing.
    """
    told = _row(delivery.repository, delivery.pull_request)
    news = await _learn(connection, told)
    review = delivery.review
    state = review.state.lower()
    if review.user is None or review.submitted_at is None or review.commit_id is None:
        return news
    if state not in get_args(ReviewState):
        return news
    fact = f"review:{review.id}:{state}:{review.submitted_at.isoformat()}"
    if not await repository.claim_fact(connection, fact):
        return news
    if not await repository.keep_review(
        connection,
        review_id=review.id,
        pull=told,
        reviewer_id=review.user.id,
        state=state,
        commit_id=review.commit_id,
        submitted_at=review.submitted_at,
    ):
        return news
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


async def _learn(connection: Connection, told: PullRow) -> bool:
    known = await repository.lock_pull(connection, told)
    # Seconds are all that GitHub gives: within one, what was not said before is the newer.
    fact = (
        f"pull:{told.repository_id}#{told.number}:{told.updated_at.isoformat()}"
        f":{told.head_sha}:{told.state}:{told.draft}"
    )
    if not await repository.claim_fact(connection, fact):
        return False
    if known is not None and told.updated_at < known.updated_at:
        return False
    if known is not None:
        await repository.update_pull(connection, told)
        if replace(known, updated_at=told.updated_at) == told:
            return False
    await outbox.record(
        connection,
        PullChanged(
            repository_id=told.repository_id,
            repository=told.repository,
            number=told.number,
            url=told.url,
            title=told.title,
            author_id=told.author_id,
            state=cast(PullState, told.state),
            draft=told.draft,
            head_sha=told.head_sha,
            updated_at=told.updated_at,
        ),
    )
    return True


def _row(place: Repository, pull: Pull) -> PullRow:
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
    )
