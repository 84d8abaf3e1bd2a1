"""Repositories and their addresses: what is where, and what leads there from before."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime

from sandbox.errors import Refused
from sandbox.github.state import (
    MOVES_KEPT,
    PULLS_KEPT,
    REPOSITORIES_KEPT,
    Account,
    Commit,
    GitHubState,
    PullRequest,
    Repository,
    sha_of,
)

NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}")


class Repositories:
    """Each is found by its number or its address at once, however many there are."""

    def __init__(self, state: GitHubState) -> None:
        self._state = state
        self._by_id = {one.repository_id: one for one in state.repositories}
        self._by_address = {_key(one.full_name): one for one in state.repositories}
        self._by_owner: dict[int, dict[int, Repository]] = defaultdict(dict)
        self._pulls: dict[tuple[int, int], PullRequest] = {}
        for repository in state.repositories:
            self._by_owner[repository.owner_id][repository.repository_id] = repository
            for pull in repository.pulls:
                self._pulls[repository.repository_id, pull.number] = pull

    def find(self, owner: str, name: str) -> Repository | None:
        """Where it is now; names ignore case, as on GitHub."""
        return self._by_address.get(_key(f"{owner}/{name}"))

    def find_by_id(self, repository_id: int) -> Repository | None:
        return self._by_id.get(repository_id)

    def find_moved(self, owner: str, name: str) -> Repository | None:
        """The one that was at this address before."""
        return self._by_id.get(self._state.moves.get(_key(f"{owner}/{name}"), 0))

    def find_pull(self, repository: Repository, number: int) -> PullRequest | None:
        return self._pulls.get((repository.repository_id, number))

    def list_of(self, owner: Account) -> list[Repository]:
        return list(self._by_owner[owner.account_id].values())

    def list_all(self) -> list[Repository]:
        return self._state.repositories

    def create(self, owner: Account, name: str, at: datetime, *, hooked: bool = True) -> Repository:
        if NAME.fullmatch(name) is None:
            raise Refused(422, f"not the name of a repository: {name}")
        if self.find(owner.login, name):
            raise Refused(422, f"there is already a {owner.login}/{name}")
        if len(self._by_id) >= REPOSITORIES_KEPT:
            raise Refused(409, "this small world has no room for more repositories")
        repository = Repository(
            self.new_id(), owner.account_id, owner.login, name, at, at, at, hook_id=None
        )
        self._state.repositories.append(repository)
        self._by_id[repository.repository_id] = repository
        self._by_owner[owner.account_id][repository.repository_id] = repository
        self._settle(repository)
        if hooked:
            repository.hook_id = self.new_id()
        return repository

    def open_pull(
        self, repository: Repository, number: int, title: str, author: Account, at: datetime
    ) -> PullRequest:
        if len(self._pulls) >= PULLS_KEPT:
            raise Refused(409, "this small world has no room for more pull requests")
        name = f"{repository.full_name}/{number}"
        head = Commit(sha_of(f"{name} head {at}"), author.account_id, at, title)
        pull = PullRequest(
            number=number,
            title=title,
            pull_id=self.new_id(),
            author_id=author.account_id,
            head_sha=head.sha,
            base_sha=sha_of(f"{repository.full_name} base"),
            created_at=at,
            updated_at=at,
            commits=[head],
        )
        repository.pulls.append(pull)
        self._pulls[repository.repository_id, number] = pull
        return pull

    def move(self, repository: Repository, owner: Account, name: str) -> None:
        """By a rename or a transfer. What is at the old address now asks for the new one."""
        if NAME.fullmatch(name) is None:
            raise Refused(422, f"not the name of a repository: {name}")
        taken = self.find(owner.login, name)
        if taken is not None and taken is not repository:
            raise Refused(422, f"there is already a {owner.login}/{name}")
        del self._by_address[_key(repository.full_name)]
        self._leave(repository)
        if repository.owner_id != owner.account_id:
            del self._by_owner[repository.owner_id][repository.repository_id]
            self._by_owner[owner.account_id][repository.repository_id] = repository
        repository.owner_id, repository.owner = owner.account_id, owner.login
        repository.name = name
        self._settle(repository)

    def follow(self, owner: Account) -> None:
        """After its login has changed."""
        for repository in self.list_of(owner):
            self.move(repository, owner, repository.name)

    def delete(self, repository: Repository) -> None:
        self._state.repositories.remove(repository)
        del self._by_id[repository.repository_id]
        del self._by_address[_key(repository.full_name)]
        del self._by_owner[repository.owner_id][repository.repository_id]
        for pull in repository.pulls:
            del self._pulls[repository.repository_id, pull.number]

    def new_id(self) -> int:
        self._state.next_id += 1
        return self._state.next_id

    def _settle(self, repository: Repository) -> None:
        """Who comes to an address that another has left ends the way on from there."""
        key = _key(repository.full_name)
        self._by_address[key] = repository
        self._state.moves.pop(key, None)

    def _leave(self, repository: Repository) -> None:
        moves = self._state.moves
        moves[_key(repository.full_name)] = repository.repository_id
        while len(moves) > MOVES_KEPT:
            del moves[next(iter(moves))]


def _key(full_name: str) -> str:
    return full_name.casefold()
