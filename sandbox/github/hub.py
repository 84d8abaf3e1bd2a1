"""GitHub's side of the school: pulls, reviews, and who hears of them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

from sandbox.errors import Refused
from sandbox.github import shapes
from sandbox.github.hooks import Hooks
from sandbox.github.state import (
    PULLS_KEPT,
    REVIEWS_KEPT,
    Delivery,
    GitHubState,
    PullRequest,
    Review,
    ReviewState,
    new_pull,
)
from sandbox.school import Person, find_person
from sandbox.settings import SandboxSettings

PULL_URL = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+)/pull/([1-9][0-9]{0,8})/?")
PullAction = Literal["opened", "closed", "merged", "reopened"]


class Hub:
    """What people do on GitHub; each deed is followed by its webhook."""

    def __init__(
        self,
        settings: SandboxSettings,
        state: GitHubState,
        hooks: Hooks,
        *,
        now: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        self.api = f"{settings.url}/github/api"
        self.state = state
        self.hooks = hooks
        self._now = now
        self._changed = changed

    def get_pull(self, url: str) -> PullRequest:
        match = PULL_URL.fullmatch(url.strip())
        if match is None:
            raise Refused(400, f"not the address of a pull request: {url}")
        owner, repo, number = match.groups()
        pull = self.find_pull(owner, repo, int(number))
        if pull is None:
            raise Refused(404, f"no pull request {url}")
        return pull

    def find_pull(self, owner: str, repo: str, number: int) -> PullRequest | None:
        pulls = self.list_pulls(owner, repo)
        return next((pull for pull in pulls if pull.number == number), None)

    def list_pulls(self, owner: str, repo: str) -> list[PullRequest]:
        """Names of people and repositories ignore case, as on GitHub."""
        name = f"{owner}/{repo}".casefold()
        return [pull for pull in self.state.pulls if pull.full_name.casefold() == name]

    async def review(
        self, url: str, by: str, state: ReviewState, body: str | None
    ) -> tuple[Review, Delivery]:
        """Submit a review, or dismiss that person's newest one."""
        pull, person = self.get_pull(url), _get_person(by)
        at = self._touch(pull)
        if state == "dismissed":
            review, action = _newest_dismissible(pull, person), "dismissed"
            review.state = "dismissed"
        else:
            if state != "commented" and person.github_login == pull.owner:
                raise Refused(422, "nobody can approve or refuse their own pull request")
            review, action = self._new_review(pull, person, state, body, at), "submitted"
        self._changed()
        repo = self.repository(pull)
        payload = {
            "action": action,
            "review": shapes.review(self.api, pull, review),
            "pull_request": shapes.pull_request(self.api, pull, repo),
            "repository": repo,
            "sender": shapes.user(self.api, person.github_login),
        }
        return review, await self.hooks.deliver("pull_request_review", payload)

    async def push(self, url: str) -> tuple[PullRequest, Delivery]:
        """A new commit at the head of the pull."""
        pull = self.get_pull(url)
        if pull.state != "open":
            raise Refused(409, "the pull request is closed")
        before, pull.head_sha = pull.head_sha, secrets.token_hex(20)
        pull.commits += 1
        self._touch(pull)
        more = {"before": before, "after": pull.head_sha}
        return pull, await self._announce(pull, "synchronize", more)

    async def change_pull(self, url: str, action: PullAction, title: str | None) -> Delivery:
        """Open, close, merge or reopen; opening what is there only announces it again."""
        if action == "opened":
            pull = self._open(url, title)
            return await self._announce(pull, "opened", {})
        pull = self.get_pull(url)
        wanted = "closed" if action == "reopened" else "open"
        if pull.state != wanted or (action == "reopened" and pull.merged_at):
            raise Refused(409, f"a {pull.state} pull request cannot be {action}")
        at = self._touch(pull)
        pull.state = "open" if action == "reopened" else "closed"
        pull.closed_at = None if action == "reopened" else at
        pull.merged_at = at if action == "merged" else None
        return await self._announce(pull, "closed" if action == "merged" else action, {})

    def repository(self, pull: PullRequest) -> shapes.Shape:
        return shapes.repository(self.api, self.list_pulls(pull.owner, pull.repo))

    def _open(self, url: str, title: str | None) -> PullRequest:
        match = PULL_URL.fullmatch(url.strip())
        if match is None:
            raise Refused(400, f"not the address of a pull request: {url}")
        owner, repo, number = match.group(1), match.group(2), int(match.group(3))
        if pull := self.find_pull(owner, repo, number):
            return pull
        person = find_person(owner)
        if person is None or person.github_login != owner.casefold():
            raise Refused(404, f"nobody here has the login {owner}")
        if len(self.state.pulls) >= PULLS_KEPT:
            raise Refused(409, "this small world has no room for more pull requests")
        pull = new_pull(person.github_login, repo, number, title or f"Work {number}", self._now())
        self.state.pulls.append(pull)
        return pull

    async def _announce(self, pull: PullRequest, action: str, more: dict[str, Any]) -> Delivery:
        self._changed()
        repo = self.repository(pull)
        payload = {
            "action": action,
            "number": pull.number,
            "pull_request": shapes.full_pull_request(self.api, pull, repo),
            **more,
            "repository": repo,
            "sender": shapes.user(self.api, pull.owner),
        }
        return await self.hooks.deliver("pull_request", payload)

    def _new_review(
        self, pull: PullRequest, person: Person, state: ReviewState, body: str | None, at: datetime
    ) -> Review:
        review = Review(
            review_id=self.state.next_review_id,
            login=person.github_login,
            state=state,
            body=body,
            commit_id=pull.head_sha,
            submitted_at=at,
        )
        self.state.next_review_id += 1
        pull.reviews.append(review)
        del pull.reviews[:-REVIEWS_KEPT]
        return review

    def _touch(self, pull: PullRequest) -> datetime:
        """GitHub counts whole seconds, and a change is never older than the one before."""
        at = max(self._now().replace(microsecond=0), pull.updated_at + timedelta(0))
        pull.updated_at = at
        return at


def _get_person(name: str) -> Person:
    if (person := find_person(name)) is None:
        raise Refused(404, f"nobody here is {name!r}")
    return person


def _newest_dismissible(pull: PullRequest, person: Person) -> Review:
    """A comment has no verdict that could be taken back."""
    for review in reversed(pull.reviews):
        if review.login == person.github_login and review.state in (
            "approved",
            "changes_requested",
        ):
            return review
    raise Refused(404, f"{person.key} has no review of {pull.url} that could be dismissed")
