"""Many repositories and pull requests at once, for load: nothing is announced."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.errors import Refused
from sandbox.github.accounts import LOGIN
from sandbox.github.hub import Hub
from sandbox.github.state import (
    ACCOUNTS_KEPT,
    PULLS_KEPT,
    REPOSITORIES_KEPT,
    Account,
)


@dataclass
class Seeded:
    owners: list[Account] = field(default_factory=list)
    pulls: list[str] = field(default_factory=list)


def seed(
    hub: Hub,
    *,
    owner: str | None,
    owners: int,
    prefix: str,
    repositories: int,
    pulls_each: int,
    hooked: bool,
) -> Seeded:
    """So many repositories for one who is here, or for each of so many new accounts.

    What is there of the same name is counted as seeded, so that a second call changes nothing.
    """
    if LOGIN.fullmatch(f"{prefix}-0001") is None:
        raise Refused(400, f"prefix: no login begins with {prefix}")
    count = 1 if owner else owners
    if (
        count * repositories > REPOSITORIES_KEPT
        or count * repositories * pulls_each > PULLS_KEPT
        or count > ACCOUNTS_KEPT
    ):
        raise Refused(409, "this small world has no room for so many")
    at, seeded = hub.moment(), Seeded()
    for account in _accounts(hub, owner, owners, prefix):
        seeded.owners.append(account)
        for n in range(1, repositories + 1):
            name = f"{prefix}-{n:04}"
            repository = hub.repositories.find(account.login, name)
            if repository is None:
                repository = hub.repositories.create(account, name, at, hooked=hooked)
            for number in range(1, pulls_each + 1):
                pull = hub.repositories.find_pull(repository, number)
                if pull is None:
                    title = f"Work {n}.{number}"
                    pull = hub.repositories.open_pull(repository, number, title, account, at)
                seeded.pulls.append(repository.url_of(pull))
    hub.changed()
    return seeded


def _accounts(hub: Hub, owner: str | None, owners: int, prefix: str) -> list[Account]:
    if owner:
        return [hub.accounts.get(owner)]
    found = []
    for n in range(1, owners + 1):
        login = f"{prefix}-{n:04}"
        account = hub.accounts.find_by_login(login)
        found.append(account or hub.accounts.add(Account(hub.repositories.new_id(), login)))
    return found
