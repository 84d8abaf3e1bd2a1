"""GitHub's side of the school: what people do there, and who hears of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

from sandbox.errors import Refused
from sandbox.github import shapes
from sandbox.github.accounts import Accounts
from sandbox.github.hooks import NO_HOOK, Hook, Hooks
from sandbox.github.pull_shapes import PullShapes
from sandbox.github.repositories import Repositories
from sandbox.github.state import Account, Block, Delivery, GitHubState, PullRequest, Repository
from sandbox.school import PULLS
from sandbox.settings import SandboxSettings

PULL_URL = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+)/pull/([1-9][0-9]{0,8})/?")
EMPTY = (("student", "notes"), ("student2", "notes"), ("school", "first-task"))
"""Repositories of the school's people in which nobody has opened a pull request yet."""

RepositoryAction = Literal[
    "create", "rename", "transfer", "delete", "private", "public", "block", "hook", "unhook"
]
Place = tuple[Repository, PullRequest]


class Hub:
    """Each deed is followed by its webhook, where the repository has one."""

    def __init__(
        self,
        settings: SandboxSettings,
        state: GitHubState,
        hooks: Hooks,
        *,
        born_at: datetime,
        now: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        self.api = f"{settings.url}/github/api"
        self.state = state
        self.hooks = hooks
        self.now = now
        self.changed = changed
        self.accounts = Accounts(state)
        self.repositories = Repositories(state)
        self.shapes = PullShapes(self.api, self.accounts)
        self._settle(born_at.astimezone(UTC).replace(microsecond=0))

    def get_pull(self, url: str) -> Place:
        """By its address in a browser, which leads on from an old one."""
        owner, name, number = _read(url)
        repository = self.find_repository(owner, name)
        pull = self.repositories.find_pull(repository, number) if repository else None
        if repository is None or pull is None:
            raise Refused(404, f"no pull request {url}")
        return repository, pull

    def find_repository(self, owner: str, name: str) -> Repository | None:
        found = self.repositories.find(owner, name)
        return found or self.repositories.find_moved(owner, name)

    def get_repository(self, full_name: str) -> Repository:
        owner, _, name = full_name.strip().removeprefix("https://github.com/").partition("/")
        if (repository := self.find_repository(owner, name.rstrip("/"))) is None:
            raise Refused(404, f"no repository {full_name}")
        return repository

    async def open_pull(
        self, url: str, title: str | None, *, by: str | None, draft: bool
    ) -> Delivery | None:
        """Opening what is there only announces it again."""
        owner_login, name, number = _read(url)
        repository = self.find_repository(owner_login, name)
        pull = self.repositories.find_pull(repository, number) if repository else None
        if repository is None or pull is None:
            owner = self.accounts.find_by_login(owner_login)
            if owner is None:
                raise Refused(404, f"nobody here has the login {owner_login}")
            author = self.accounts.get(by) if by else owner
            if author.kind == "Organization":
                raise Refused(400, "by: an organization opens no pull requests itself")
            at = self.moment()
            repository = repository or self._create(owner, name, at)
            title = title or f"Work {number}"
            pull = self.repositories.open_pull(repository, number, title, author, at)
            pull.draft = draft
            repository.pushed_at = at
        return await self.announce(repository, pull, "opened", {}, by=pull.author_id)

    async def change_repository(
        self, full_name: str, action: RepositoryAction, to: str | None, reason: Block
    ) -> tuple[Repository, Delivery | None]:
        if action == "create":
            return self._create_by_name(full_name), None
        repository = self.get_repository(full_name)
        at = self.moment()
        told, changes = "", dict[str, Any]()
        if action in ("rename", "transfer"):
            told, changes = self._move(repository, action, to)
        elif action == "delete":
            return repository, await self._delete(repository)
        elif action in ("private", "public") and repository.private != (action == "private"):
            repository.private = action == "private"
            told = "privatized" if repository.private else "publicized"
        elif action == "block":
            repository.block = reason
        elif action == "hook":
            repository.hook_id = repository.hook_id or self.repositories.new_id()
        elif action == "unhook":
            repository.hook_id = None
        if action == "public":
            repository.block = None
        repository.updated_at = max(repository.updated_at, at)
        self.changed()
        if not told:
            return repository, None
        more = {"changes": changes} if changes else {}
        return repository, await self._tell(repository, told, more)

    def rename_account(self, account: Account, login: str) -> None:
        """GitHub sends no webhook of it; repositories lead on from their old addresses."""
        self.accounts.rename(account, login)
        self.repositories.follow(account)
        self.changed()

    def delete_account(self, account: Account) -> None:
        """With all that it has; what it wrote elsewhere stays, and is nobody's."""
        for repository in self.repositories.list_of(account):
            self.repositories.delete(repository)
        self.accounts.delete(account)
        self.changed()

    def moment(self) -> datetime:
        """GitHub counts whole seconds."""
        return self.now().astimezone(UTC).replace(microsecond=0)

    def touch(self, pull: PullRequest) -> datetime:
        """A change is never older than the one before."""
        pull.updated_at = max(self.moment(), pull.updated_at)
        return pull.updated_at

    async def announce(
        self,
        repository: Repository,
        pull: PullRequest,
        action: str,
        more: dict[str, Any],
        *,
        by: int,
    ) -> Delivery | None:
        """What became of a pull request, as a webhook."""
        self.changed()
        return await self._deliver(
            "pull_request",
            repository,
            {
                "action": action,
                "number": pull.number,
                "pull_request": self.shapes.full_pull(repository, pull),
                **more,
                "repository": self.shapes.repository(repository),
                "sender": self.shapes.author(by),
            },
        )

    async def announce_review(
        self, place: Place, review: shapes.Shape, action: str, *, by: Account
    ) -> Delivery | None:
        self.changed()
        repository, pull = place
        return await self._deliver(
            "pull_request_review",
            repository,
            {
                "action": action,
                "review": review,
                "pull_request": self.shapes.pull(repository, pull),
                "repository": self.shapes.repository(repository),
                "sender": shapes.user(self.api, by),
            },
        )

    def hook_of(self, repository_id: int | None) -> Hook:
        """The repository's own, else its organization's."""
        repository = self.repositories.find_by_id(repository_id or 0)
        if repository is None:
            return NO_HOOK
        number = repository.repository_id
        if repository.hook_id is not None:
            return Hook(repository.hook_id, target_id=number, repository_id=number)
        owner = self.accounts.find_by_id(repository.owner_id)
        if owner is None or owner.hook_id is None:
            return NO_HOOK
        return Hook(owner.hook_id, "organization", owner.account_id, number)

    async def _deliver(
        self, event: str, repository: Repository, payload: dict[str, Any]
    ) -> Delivery | None:
        hook = self.hook_of(repository.repository_id)
        if hook.hook_id is None:
            return None
        return await self.hooks.deliver(event, payload, hook)

    async def _tell(
        self, repository: Repository, action: str, more: dict[str, Any]
    ) -> Delivery | None:
        payload = {
            "action": action,
            **more,
            "repository": self.shapes.repository(repository),
            "sender": self.shapes.author(repository.owner_id),
        }
        return await self._deliver("repository", repository, payload)

    def _move(
        self, repository: Repository, action: str, to: str | None
    ) -> tuple[str, dict[str, Any]]:
        """Its webhook goes with it."""
        if not to:
            raise Refused(400, f"to: {action} to what?")
        before, owner = repository.name, self.accounts.find_by_id(repository.owner_id)
        assert owner  # noqa: S101 - a deleted account takes its repositories along
        if action == "rename":
            self.repositories.move(repository, owner, to)
            return "renamed", {"repository": {"name": {"from": before}}}
        self.repositories.move(repository, self.accounts.get(to), before)
        kind = "organization" if owner.kind == "Organization" else "user"
        return "transferred", {"owner": {"from": {kind: shapes.user(self.api, owner)}}}

    async def _delete(self, repository: Repository) -> Delivery | None:
        """Its own webhook goes with it; only an organization's lives to tell."""
        repository.hook_id = None
        told = await self._tell(repository, "deleted", {})
        self.repositories.delete(repository)
        self.changed()
        return told

    def _create_by_name(self, full_name: str) -> Repository:
        login, _, name = full_name.strip().partition("/")
        owner = self.accounts.get(login)
        repository = self._create(owner, name, self.moment())
        self.changed()
        return repository

    def _create(self, owner: Account, name: str, at: datetime) -> Repository:
        return self.repositories.create(owner, name, at, hooked=owner.kind != "Organization")

    def _settle(self, at: datetime) -> None:
        """What the school has on GitHub before anybody has done anything."""
        for account in self.state.accounts:
            if account.kind == "Organization" and account.hook_id is None:
                account.hook_id = self.repositories.new_id()
        if self.state.repositories:
            return
        for one in PULLS:
            author = self.accounts.get(one.student)
            repository = self._create(author, one.repo, at)
            self.repositories.open_pull(repository, one.number, one.title, author, at)
        for key, name in EMPTY:
            self._create(self.accounts.get(key), name, at)


def _read(url: str) -> tuple[str, str, int]:
    match = PULL_URL.fullmatch(url.strip())
    if match is None:
        raise Refused(400, f"not the address of a pull request: {url}")
    owner, name, number = match.groups()
    return owner, name, int(number)
