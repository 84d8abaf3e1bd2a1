"""A pull request as it stands now, by name and, where the name leads astray, by number."""

from dataclasses import dataclass

from services.sync.github import repository
from services.sync.github.answers import AnsweredPull
from services.sync.github.calls import PULL, PULL_BY_ID, Ask
from services.sync.github.client import Answer, GitHub
from services.sync.github.errors import Missing
from services.sync.github.place import Place
from services.sync.github.repository import PullRow
from services.sync.github.service import row_of
from services.sync.github.turns.service import Lane
from services.sync.github.validators import repository as validators
from services.sync.github.validators.repository import Validators
from shared.db import Connection, Database


@dataclass(frozen=True, slots=True)
class Found:
    """A pull request, and by what it is asked for again.

    `is_unchanged`: the row is the one that was known. `name_led_astray`: another repository, or
    none, has the name that was asked for.
    """

    row: PullRow
    address: str
    validators: Validators
    is_unchanged: bool
    name_led_astray: bool = False


class Finder:
    """Asks for one pull request. What it finds is told by who asked, in one transaction."""

    def __init__(self, database: Database, github: GitHub) -> None:
        self._database = database
        self._github = github

    async def find(
        self, place: Place, *, lane: Lane, within: float, exactly: bool = False
    ) -> Found:
        """The pull request of a place. `exactly`: something has certainly changed.

        Raises:
            GitHubError: it is not to be had; Missing where it is gone.
        """
        asking = _Asking(self._database, self._github, lane, within, exactly)
        by_name = PULL.of(owner=place.owner, repo=place.repo, pull_number=place.number)
        try:
            found = await asking.ask(by_name, place)
        except Missing:
            if place.repository_id is None:
                raise
        else:
            if place.repository_id in (None, found.row.repository_id):
                return found
        # A repository's number outlives its names, and a name may be given to another.
        by_id = PULL_BY_ID.of(repository_id=place.repository_id or 0, pull_number=place.number)
        return await asking.ask(by_id, place, name_led_astray=True)


@dataclass(frozen=True, slots=True)
class _Asking:
    database: Database
    github: GitHub
    lane: Lane
    within: float
    exactly: bool

    async def ask(self, ask: Ask, place: Place, *, name_led_astray: bool = False) -> Found:
        holder = self.github.turns.holder
        async with self.database.acquire() as connection:
            known_row = await _find_known(connection, place)
            known = await validators.find(connection, holder, ask.address) if known_row else None
        answer = await self._ask(ask, known)
        if answer.is_unchanged and known_row is not None:
            return Found(known_row, ask.address, answer.validators, True, name_led_astray)
        told: AnsweredPull = answer.value
        row = row_of(told.base.repo, told)
        return Found(row, ask.address, answer.validators, False, name_led_astray)

    async def _ask(self, ask: Ask, known: Validators | None) -> Answer:
        return await self.github.ask(
            ask, lane=self.lane, within=self.within, known=known, exactly=self.exactly
        )


async def _find_known(connection: Connection, place: Place) -> PullRow | None:
    if place.repository_id is not None:
        return await repository.find_pull(connection, place.repository_id, place.number)
    return await repository.find_pull_by_name(connection, place.repository, place.number)
