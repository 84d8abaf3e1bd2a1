"""Reviews: submitted, still being written, or dismissed."""

from __future__ import annotations

from sandbox.errors import Refused
from sandbox.github.accounts import may_dismiss
from sandbox.github.hub import Hub
from sandbox.github.state import (
    REVIEWS_KEPT,
    Account,
    Delivery,
    PullRequest,
    Repository,
    Review,
    ReviewState,
)

VERDICTS = ("approved", "changes_requested")


class Reviews:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def submit(
        self,
        url: str,
        by: str,
        state: ReviewState,
        *,
        body: str | None,
        commit_id: str | None,
    ) -> tuple[Review, Delivery | None]:
        """A pending one is seen by its author alone, until the same person submits it."""
        repository, pull = self._hub.get_pull(url)
        author = self._hub.accounts.get(by)
        if author.kind == "Organization":
            raise Refused(422, "an organization writes no reviews itself")
        if state in VERDICTS and author.account_id == pull.author_id:
            raise Refused(422, "nobody can approve or refuse their own pull request")
        commit_id = _commit_of(pull, commit_id)
        review = self._take_pending(pull, author) or self._new(pull, author)
        review.state, review.body, review.commit_id = state, body, commit_id
        if state == "pending":
            self._hub.changed()
            return review, None
        review.submitted_at = self._hub.touch(pull)
        shape = self._hub.shapes.review(repository, pull, review)
        place = (repository, pull)
        return review, await self._hub.announce_review(place, shape, "submitted", by=author)

    async def dismiss(
        self, url: str, by: str, *, review_id: int | None
    ) -> tuple[Review, Delivery | None]:
        """Somebody's own newest verdict, or any that is named.

        The owner may also name none and have no own: then it is the newest of all.
        """
        repository, pull = self._hub.get_pull(url)
        person = self._hub.accounts.get(by)
        review = _dismissible(repository, pull, person, review_id)
        if not may_dismiss(person, owner_id=repository.owner_id):
            raise Refused(403, f"{person.login} may not dismiss reviews here")
        self._hub.touch(pull)
        review.state = "dismissed"
        shape = self._hub.shapes.review(repository, pull, review)
        place = (repository, pull)
        return review, await self._hub.announce_review(place, shape, "dismissed", by=person)

    def _new(self, pull: PullRequest, author: Account) -> Review:
        state = self._hub.state
        review = Review(
            review_id=state.next_review_id,
            author_id=author.account_id,
            state="pending",
            body=None,
            commit_id=pull.head_sha,
            submitted_at=self._hub.moment(),
        )
        state.next_review_id += 1
        pull.reviews.append(review)
        del pull.reviews[:-REVIEWS_KEPT]
        return review

    def _take_pending(self, pull: PullRequest, author: Account) -> Review | None:
        """It comes last now: reviews stand in the order in which they were submitted."""
        for review in pull.reviews:
            if review.author_id == author.account_id and review.state == "pending":
                pull.reviews.remove(review)
                pull.reviews.append(review)
                return review
        return None


def _commit_of(pull: PullRequest, commit_id: str | None) -> str:
    """The head, or a commit that is or once was part of the pull request."""
    known = {one.sha for one in pull.commits} | {*pull.replaced, pull.head_sha}
    if commit_id is not None and commit_id not in known:
        raise Refused(422, f"{commit_id} is not part of the pull request")
    return commit_id or pull.head_sha


def _dismissible(
    repository: Repository, pull: PullRequest, person: Account, review_id: int | None
) -> Review:
    """A comment has no verdict that could be taken back."""
    verdicts = [one for one in reversed(pull.reviews) if one.state in VERDICTS]
    if review_id is not None:
        verdicts = [one for one in verdicts if one.review_id == review_id]
    else:
        own = [one for one in verdicts if one.author_id == person.account_id]
        verdicts = own or (verdicts if person.account_id == repository.owner_id else [])
    if not verdicts:
        raise Refused(404, f"{person.login} finds no review there that could be dismissed")
    return verdicts[0]
