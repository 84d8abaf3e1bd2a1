"""Who has a login on GitHub: the school, and a few who are not of it."""

from __future__ import annotations

import re

from sandbox.errors import Refused
from sandbox.github.state import ACCOUNTS_KEPT, Account, GitHubState
from sandbox.school import PEOPLE, Person, find_person

LOGIN = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}")
OTHERS = (
    Account(90000101, "parta-stranger", key="stranger"),
    Account(90000102, "parta-checks[bot]", kind="Bot", key="bot"),
    Account(90000103, "parta-school", kind="Organization", key="school", name="School"),
)
GHOST = Account(10137, "ghost", name="Deleted user")
"""Whom GitHub shows as the author of what a deleted account has left."""


class Accounts:
    """By number, by login (which ignores case) and by the key that doors use."""

    def __init__(self, state: GitHubState) -> None:
        self._state = state
        if not state.accounts:
            state.accounts.extend(_school())
        self._by_id = {account.account_id: account for account in state.accounts}
        self._by_login = {account.login.casefold(): account for account in state.accounts}
        self._by_key = {account.key: account for account in state.accounts if account.key}

    def find(self, name: str) -> Account | None:
        return self._by_key.get(name) or self.find_by_login(name)

    def find_by_login(self, login: str) -> Account | None:
        return self._by_login.get(login.casefold())

    def find_by_id(self, account_id: int) -> Account | None:
        return self._by_id.get(account_id)

    def find_of(self, person: Person) -> Account | None:
        """Null once the person has deleted it."""
        return self._by_key.get(person.key)

    def get(self, name: str) -> Account:
        if (account := self.find(name)) is None:
            raise Refused(404, f"nobody here is {name!r}")
        return account

    def add(self, account: Account) -> Account:
        if account.login.casefold() in self._by_login:
            raise Refused(409, f"there is already a {account.login}")
        if len(self._by_id) >= ACCOUNTS_KEPT:
            raise Refused(409, "this small world has no room for more accounts")
        self._state.accounts.append(account)
        self._by_id[account.account_id] = account
        self._by_login[account.login.casefold()] = account
        return account

    def rename(self, account: Account, login: str) -> None:
        """The old login is free at once, and leads nowhere."""
        if LOGIN.fullmatch(login) is None:
            raise Refused(422, f"not a login: {login}")
        other = self._by_login.get(login.casefold())
        if other is not None and other is not account:
            raise Refused(422, f"there is already a {login}")
        del self._by_login[account.login.casefold()]
        account.login = login
        self._by_login[login.casefold()] = account

    def delete(self, account: Account) -> None:
        self._state.accounts.remove(account)
        del self._by_id[account.account_id]
        del self._by_login[account.login.casefold()]
        if account.key:
            del self._by_key[account.key]


def find_person_of(account: Account) -> Person | None:
    return find_person(account.key) if account.key else None


def may_dismiss(account: Account, *, owner_id: int) -> bool:
    """The owner, and the school's staff, who are collaborators everywhere."""
    person = find_person_of(account)
    return account.account_id == owner_id or (person is not None and "student" not in person.roles)


def _school() -> list[Account]:
    people = [
        Account(person.github_id, person.github_login, key=person.key, name=person.name)
        for person in PEOPLE
    ]
    return people + [
        Account(one.account_id, one.login, kind=one.kind, key=one.key, name=one.name)
        for one in OTHERS
    ]
