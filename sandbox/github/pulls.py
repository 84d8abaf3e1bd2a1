"""What becomes of a pull request after it is opened: commits, drafts, closing, merging."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Literal

from sandbox.errors import Refused
from sandbox.github.hub import Hub
from sandbox.github.state import COMMITS_KEPT, Commit, Delivery, PullRequest

PullAction = Literal[
    "opened",
    "edited",
    "closed",
    "merged",
    "reopened",
    "ready_for_review",
    "converted_to_draft",
]


class Pulls:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def push(
        self, url: str, *, commits: int, force: bool, committed_at: datetime | None
    ) -> tuple[PullRequest, str, Delivery | None]:
        """New commits at the head; with force the old ones make place for them.

        The committer's date is whatever the committer's clock said, as in git.
        """
        repository, pull = self._hub.get_pull(url)
        if pull.state != "open":
            raise Refused(409, "the pull request is closed")
        at, before = self._hub.touch(pull), pull.head_sha
        new = [
            Commit(secrets.token_hex(20), pull.author_id, committed_at or at, f"Change {n + 1}")
            for n in range(commits)
        ]
        if force:
            pull.replaced += [one.sha for one in pull.commits]
            del pull.replaced[:-COMMITS_KEPT]
            pull.commits = []
        pull.commits += new
        del pull.commits[:-COMMITS_KEPT]
        pull.head_sha = new[-1].sha
        repository.pushed_at = at
        more = {"before": before, "after": pull.head_sha}
        author = pull.author_id
        told = await self._hub.announce(repository, pull, "synchronize", more, by=author)
        return pull, before, told

    async def change(
        self, url: str, action: PullAction, *, title: str | None, by: str | None, draft: bool
    ) -> Delivery | None:
        if action == "opened":
            return await self._hub.open_pull(url, title, by=by, draft=draft)
        repository, pull = self._hub.get_pull(url)
        more = self._apply(pull, action, title)
        sender = self._hub.accounts.get(by).account_id if by else pull.author_id
        told = "closed" if action == "merged" else action
        return await self._hub.announce(repository, pull, told, more, by=sender)

    def _apply(self, pull: PullRequest, action: PullAction, title: str | None) -> dict[str, Any]:
        wanted = "closed" if action == "reopened" else "open"
        if (pull.state != wanted and action != "edited") or (
            action == "reopened" and pull.merged_at
        ):
            raise Refused(409, f"a {pull.state} pull request cannot be {action}")
        if action in ("ready_for_review", "converted_to_draft"):
            if pull.draft != (action == "ready_for_review"):
                raise Refused(409, f"the pull request is {'a' if pull.draft else 'no'} draft")
            pull.draft = not pull.draft
        if action == "merged" and pull.draft:
            raise Refused(409, "a draft cannot be merged")
        at = self._hub.touch(pull)
        if action == "edited":
            before, pull.title = pull.title, title or pull.title
            return {"changes": {"title": {"from": before}}}
        if action in ("closed", "merged", "reopened"):
            pull.state = "open" if action == "reopened" else "closed"
            pull.closed_at = None if action == "reopened" else at
            pull.merged_at = at if action == "merged" else None
        return {}
