"""Accounts at Stepik: the story's people, and learners without number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.school import PEOPLE, Person

FIRST_USER_ID = 500_000_000
FIRST_MADE = 600_000_000
MOST_ACCOUNTS = 50_000


@dataclass(frozen=True, slots=True)
class Account:
    """`email` is what a course's teacher may search for; nobody is ever shown it."""

    user_id: int
    name: str
    email: str
    """Empty where the person is at Stepik with an address that Parta does not know."""
    github_id: int | None = None
    """Where the person has linked GitHub at Stepik."""
    key: str | None = None


def user_id_of(person: Person) -> int:
    """Always the same."""
    return FIRST_USER_ID + person.github_id % 1_000


class Accounts:
    """Each way to find somebody leads to a different one of the story's people.

    Student by the GitHub account, second student by the e-mail address; an address that is
    the teacher's is also a part of another account's; the curator and the administrator are
    found by neither.
    """

    def __init__(self) -> None:
        self._accounts: dict[int, Account] = {}
        self._of_github: dict[int, Account] = {}
        for account in _story():
            self._add(account)

    def make(self, user_id: int, github_id: int | None = None) -> Account:
        """One more, with a name that is nobody's."""
        name, email = f"Learner {user_id}", f"learner-{user_id}@example.org"
        return self._add(Account(user_id, name, email, github_id))

    def find(self, user_id: int) -> Account | None:
        return self._accounts.get(user_id)

    def find_by_key(self, key: str) -> Account | None:
        """By the key of a person of the story, or by number."""
        if key.isascii() and key.isdigit():
            return self.find(int(key))
        return next((one for one in self._accounts.values() if one.key == key), None)

    def find_by_github(self, github_id: int) -> Account | None:
        return self._of_github.get(github_id)

    def count(self) -> int:
        return len(self._accounts)

    def list_all(self) -> list[Account]:
        return sorted(self._accounts.values(), key=lambda one: one.user_id)

    def _add(self, account: Account) -> Account:
        self._accounts[account.user_id] = account
        if account.github_id is not None:
            self._of_github[account.github_id] = account
        return account


def is_named(account: Account, words: str) -> bool:
    """Whether a search finds it: a part of the name or of the address, letters of any case."""
    return words in account.email or words in account.name.casefold()


def _story() -> Iterable[Account]:
    people = {person.key: person for person in PEOPLE}
    searchable = {"student2", "teacher"}
    linked = {"student"}
    for key, person in people.items():
        yield Account(
            user_id_of(person),
            person.name,
            person.email if key in searchable else "",
            person.github_id if key in linked else None,
            key,
        )
    teacher = people["teacher"]
    yield Account(
        FIRST_USER_ID + 900,
        f"{teacher.name} (old account)",
        f"old.{teacher.email}",
        key="teacher-old",
    )
