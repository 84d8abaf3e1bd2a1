"""A pull request that somebody waits for: asked for now, told to all who listen."""

from services.sync.errors import GitHubNotAsked
from services.sync.github import repository
from services.sync.github import service as facts
from services.sync.github.errors import Blocked, GitHubError, Missing
from services.sync.github.finding import Finder
from services.sync.github.place import Place
from services.sync.github.repository import PullRow
from services.sync.github.turns.service import Lane
from services.sync.github.validators import repository as validators
from shared.db import Database
from shared.log import get_log

log = get_log(__name__)

ANSWERS_WITHIN = 3.0
"""Who asks waits four seconds: for all of it, the way there and back included."""


async def look_up(database: Database, finder: Finder, place: Place, holder: str) -> PullRow:
    """The pull request as GitHub has it now; what is new is told as an event too.

    Raises:
        Missing, Blocked: GitHub says so.
        GitHubNotAsked: it cannot be known now.
    """
    async with database.acquire() as connection:
        known = await repository.find_pull_by_name(connection, place.repository, place.number)
    if known is not None:
        place = Place(place.repository, place.number, known.repository_id)
    try:
        found = await finder.find(place, lane=Lane.WAITED, within=ANSWERS_WITHIN, exactly=True)
    except (Missing, Blocked):
        raise
    except GitHubError as error:
        log.warning("lookup_failed", repository=place.repository, error=repr(error))
        raise GitHubNotAsked from None
    async with database.transaction() as connection:
        await facts.learn_row(connection, found.row, is_answer=True)
        await validators.keep(connection, holder, found.address, found.validators)
    return found.row
