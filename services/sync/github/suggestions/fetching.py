"""Fetches what is wanted for suggestions: one list at a time, behind the page that waits for it."""

from datetime import datetime
from functools import partial

from services.sync.github.answers import ListedPull, OwnRepository
from services.sync.github.calls import PULLS, REPOSITORIES, Ask
from services.sync.github.client import GitHub
from services.sync.github.errors import AnswerTooBig, GitHubError, Missing
from services.sync.github.place import REPOSITORY
from services.sync.github.suggestions import repository
from services.sync.github.suggestions.repository import WantedRepository, WantedShelf
from services.sync.github.suggestions.service import FEW, NAME
from services.sync.github.turns.service import Lane
from services.sync.github.validators.service import ask_again, keep_answer
from shared.clock import Clock
from shared.context import caused_by
from shared.db import Database
from shared.due import Due
from shared.log import get_log

log = get_log(__name__)

PAGE, PAGES = 50, 2
PULLS_PAGE, SMALL_PAGE = 20, 4
"""A pull request in a list holds two repositories and its whole text."""


class Fetcher:
    """Lists repositories of people, and pull requests of repositories."""

    def __init__(self, github: GitHub) -> None:
        self._github = github

    @property
    def due(self) -> Due:
        """The due row that fetches."""
        return Due(name=NAME, run=self.fetch_next)

    async def fetch_next(self, database: Database, clock: Clock) -> int:
        """One list that somebody waits for; 0: there is none, or a wait runs."""
        if await self._github.turns.find_wait(Lane.SOON):
            return 0
        now = clock.now()
        async with database.transaction() as connection:
            shelf = await repository.claim_shelf(connection, now - repository.WANTED_FOR)
            wanted = None
            if shelf is None:
                wanted = await repository.claim_repository(connection, now - repository.WANTED_FOR)
        with caused_by():
            if shelf is not None:
                await self._fetch_repositories(database, shelf, now)
            elif wanted is not None:
                await self._fetch_pulls(database, wanted, now)
        return int(shelf is not None or wanted is not None)

    async def _fetch_repositories(
        self, database: Database, shelf: WantedShelf, now: datetime
    ) -> None:
        first, listed, answer = _repositories_of(shelf, 1), list[OwnRepository](), None
        try:
            answer = await ask_again(
                database, self._github, first, lane=Lane.SOON, is_kept=shelf.listed_at is not None
            )
            listed += answer.value or ()
            if not answer.is_unchanged and len(listed) >= PAGE:
                more = await self._github.ask(_repositories_of(shelf, PAGES), lane=Lane.SOON)
                listed += more.value
        except Missing:
            log.info("nobody_has_that_login", github_id=shelf.github_id)
        except GitHubError as error:
            log.warning("repositories_not_listed", github_id=shelf.github_id, error=repr(error))
            async with database.transaction() as connection:
                await repository.finish_shelf(connection, shelf.github_id, None)
            return
        # A login may be somebody else's by now.
        own = {
            one.id: (one.id, one.full_name, one.html_url)
            for one in listed
            if one.owner.id == shelf.github_id and REPOSITORY.fullmatch(one.full_name)
        }
        async with database.transaction() as connection:
            if answer is None or not answer.is_unchanged:
                await repository.put_repositories(
                    connection, shelf.github_id, list(own.values()), wanted=FEW, now=now
                )
            if answer is not None:
                await keep_answer(connection, self._github, first, answer)
            await repository.finish_shelf(connection, shelf.github_id, now)

    async def _fetch_pulls(
        self, database: Database, wanted: WantedRepository, now: datetime
    ) -> None:
        ask, answer, is_kept = _pulls_of(wanted, PULLS_PAGE), None, wanted.listed_at is not None
        again = partial(ask_again, database, self._github, lane=Lane.SOON, is_kept=is_kept)
        try:
            try:
                answer = await again(ask)
            except AnswerTooBig:
                ask = _pulls_of(wanted, SMALL_PAGE)
                answer = await again(ask)
        except Missing:
            log.info("repository_is_gone", repository_id=wanted.repository_id)
        except GitHubError as error:
            log.warning("pulls_not_listed", name=wanted.name, error=repr(error))
            async with database.transaction() as connection:
                await repository.finish_repository(connection, wanted, None)
            return
        listed: list[ListedPull] = answer.value or [] if answer is not None else []
        async with database.transaction() as connection:
            if answer is None or not answer.is_unchanged:
                pulls = [
                    (one.number, one.html_url, one.title[:500], one.updated_at) for one in listed
                ]
                await repository.put_pulls(connection, wanted, pulls)
            if answer is not None:
                await keep_answer(connection, self._github, ask, answer)
            await repository.finish_repository(connection, wanted, now)


def _repositories_of(shelf: WantedShelf, page: int) -> Ask:
    return REPOSITORIES.of(
        username=shelf.login, type="owner", sort="pushed", per_page=PAGE, page=page
    )


def _pulls_of(wanted: WantedRepository, size: int) -> Ask:
    owner, _, repo = wanted.name.partition("/")
    return PULLS.of(
        owner=owner, repo=repo, state="all", sort="updated", direction="desc", per_page=size
    )
