"""A small school: who is there, and what they are working on.

People are named by what they are in it, so that nobody real is meant.
`parta demo` seeds Parta with the same people.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Person:
    """One human, known to every outside system: Telegram, GitHub, mail."""

    key: str
    name: str
    roles: tuple[str, ...]
    chat_id: int
    github_id: int
    github_login: str
    email: str
    password: str
    locale: str = "ru"


@dataclass(frozen=True, kw_only=True)
class Pull:
    """A pull request of a student, in the student's own repository."""

    student: str
    curator: str
    owner: str
    repo: str
    number: int
    title: str

    @property
    def url(self) -> str:
        return f"https://github.com/{self.owner}/{self.repo}/pull/{self.number}"


@dataclass(frozen=True, kw_only=True)
class Room:
    """A group chat in which the bot is a member."""

    key: str
    title: str
    chat_id: int


PEOPLE: tuple[Person, ...] = (
    Person(
        key="student",
        name="Student",
        roles=("student",),
        chat_id=700000001,
        github_id=90000001,
        github_login="parta-student",
        email="student@example.org",
        password="demo-desk-student",
    ),
    Person(
        key="student2",
        name="Second student",
        roles=("student",),
        chat_id=700000002,
        github_id=90000002,
        github_login="parta-student2",
        email="student2@example.org",
        password="demo-desk-student2",
        locale="en",
    ),
    Person(
        key="curator",
        name="Curator",
        roles=("curator",),
        chat_id=700000003,
        github_id=90000003,
        github_login="parta-curator",
        email="curator@example.org",
        password="demo-desk-curator",
    ),
    Person(
        key="teacher",
        name="Teacher",
        roles=("teacher",),
        chat_id=700000004,
        github_id=90000004,
        github_login="parta-teacher",
        email="teacher@example.org",
        password="demo-desk-teacher",
    ),
    Person(
        key="administrator",
        name="Administrator",
        roles=("administrator",),
        chat_id=700000005,
        github_id=90000005,
        github_login="parta-administrator",
        email="administrator@example.org",
        password="demo-desk-administrator",
    ),
)

PULLS: tuple[Pull, ...] = (
    Pull(
        student="student",
        curator="curator",
        owner="parta-student",
        repo="library-catalogue",
        number=1,
        title="Add search by author",
    ),
    Pull(
        student="student2",
        curator="curator",
        owner="parta-student2",
        repo="weather-diary",
        number=1,
        title="Draw the temperature chart",
    ),
)

ROOMS: tuple[Room, ...] = (Room(key="staffroom", title="Staff room", chat_id=-1007000000001),)


def find_person(name: str) -> Person | None:
    """By key or GitHub login (logins ignore case, as on GitHub)."""
    for person in PEOPLE:
        if name == person.key or name.casefold() == person.github_login:
            return person
    return None


def find_person_in_chat(chat_id: int) -> Person | None:
    return next((person for person in PEOPLE if person.chat_id == chat_id), None)


def find_room(chat_id: int) -> Room | None:
    return next((room for room in ROOMS if room.chat_id == chat_id), None)
