"""A roster: who learns in which team of a stream, one line a student."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from shared.problems import Problem

COLUMNS = {
    "team": ("team", "команда", "группа"),
    "curator": ("curator", "куратор"),
    "github": ("github", "гитхаб"),
    "name": ("name", "имя", "фио"),
}
"""What a column may be called at its top; the first word of each is what exports say."""
NEEDED = ("team", "github")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a roster. Without a student it says that there is such a team.

    `curator` and `github` are logins in lower case, empty where nothing is said.
    """

    line: int
    team: str
    curator: str
    github: str
    name: str


@dataclass(frozen=True, slots=True)
class Roster:
    """The lines that can be read, what is wrong with others, and columns that nobody reads."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    more_problems: int = 0
    unread: tuple[str, ...] = ()


_ADAPTER = TypeAdapter(Roster)


def dump_roster(roster: Roster) -> str:
    """The roster as it waits in a table."""
    return _ADAPTER.dump_json(roster).decode()


def load_roster(body: str) -> Roster:
    """What `dump_roster` gave."""
    return _ADAPTER.validate_json(body)
