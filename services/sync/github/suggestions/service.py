"""What is offered while somebody types a link: from what is kept; what is missing is wanted."""

from datetime import datetime, timedelta
from uuid import UUID

from services.sync.github.suggestions import repository
from services.sync.github.suggestions.repository import ShelfPull, ShelfRepository
from services.sync.github.suggestions.schemas import Suggestion, Suggestions
from shared import people
from shared.db import Connection, ring_on_commit

NAME = "suggest pull requests"
BELL = f"due:{NAME}"
FRESH_FOR = timedelta(minutes=5)
PULLS_FRESH_FOR = timedelta(minutes=2)
FEW = 3
"""So many repositories match: their pull requests are worth asking GitHub for."""
MOST_SHOWN = 50
MOST_REPOSITORIES = 100
WAITED_FOR = timedelta(seconds=20)
"""After that nobody is told to ask again: GitHub may not be asked just now."""


async def suggest(
    connection: Connection, person_id: UUID, query: str, now: datetime
) -> Suggestions:
    """The person's own pull requests and repositories that fit what they typed.

    Nothing is typed, or nothing fits: everything that is kept.
    """
    person = await people.get_person(connection, person_id)
    if person.github_id is None or person.github_login is None:
        return Suggestions(reason="github_not_linked")
    github_id = person.github_id
    shelf = await repository.want_shelf(
        connection, github_id, person.github_login, now=now, fresh_since=now - FRESH_FOR
    )
    words, name = _read(query)
    repositories = await repository.list_repositories(
        connection, github_id, name, MOST_REPOSITORIES
    )
    if (
        words
        and 0 < len(repositories) <= FEW
        and await repository.want_pulls(
            connection,
            github_id,
            [one.repository_id for one in repositories],
            now=now,
            fresh_since=now - PULLS_FRESH_FOR,
        )
    ):
        repositories = await repository.list_repositories(connection, github_id, name, FEW)
    pulls = await _list_pulls(connection, github_id, words, name, repositories)
    if words and not pulls and not repositories:
        repositories = await repository.list_repositories(
            connection, github_id, "", MOST_REPOSITORIES
        )
        pulls = await _list_pulls(connection, github_id, "", "", repositories)
    is_awaited = any(
        wanted_at is not None and now - wanted_at < WAITED_FOR
        for wanted_at in (shelf.wanted_at, *(one.wanted_at for one in repositories))
    )
    if is_awaited:
        ring_on_commit(BELL)
    return Suggestions(items=_items(pulls, repositories), complete=not is_awaited)


async def _list_pulls(
    connection: Connection,
    github_id: int,
    words: str,
    name: str,
    repositories: list[ShelfRepository],
) -> list[ShelfPull]:
    # The whole link was typed as far as the number: then others of that repository do not fit.
    fitting = [one.repository_id for one in repositories] if words == name else []
    return await repository.list_pulls(
        connection, github_id, words, repository_ids=fitting, limit=MOST_SHOWN
    )


def _read(query: str) -> tuple[str, str]:
    """What was typed, without the site, and the repository's name as far as it is typed."""
    words = query.strip().lower()
    _, scheme, rest = words.partition("://")
    if scheme:
        words = rest.partition("/")[2]
    words = words.strip("/")
    return words, words.partition("/pull/")[0].removesuffix("/pull")


def _items(pulls: list[ShelfPull], repositories: list[ShelfRepository]) -> list[Suggestion]:
    """Pull requests first, the newest of them first; each address once."""
    found: dict[str, Suggestion] = {}
    for pull in sorted(pulls, key=lambda one: one.updated_at, reverse=True):
        found.setdefault(pull.url.lower(), Suggestion(url=pull.url, title=pull.title))
    for one in repositories:
        found.setdefault(one.url.lower(), Suggestion(url=one.url, title=one.name))
    return list(found.values())[:MOST_SHOWN]
