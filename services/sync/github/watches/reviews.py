"""All reviews of a pull request, page by page: what has not changed costs nothing."""

from dataclasses import dataclass, field

from services.sync.github.calls import REVIEWS
from services.sync.github.client import GitHub
from services.sync.github.errors import AnswerTooBig
from services.sync.github.payloads import Review
from services.sync.github.place import Place
from services.sync.github.turns.service import Lane
from services.sync.github.validators.repository import Validators
from services.sync.github.validators.service import ask_again
from shared.db import Database
from shared.log import get_log

log = get_log(__name__)

PAGE, SMALL_PAGE = 100, 10
MOST_PAGES = {PAGE: 10, SMALL_PAGE: 30}
"""A thousand reviews, or three hundred where they are so long that a hundred are too many bytes."""


@dataclass
class Reviews:
    """What the pages said. Unchanged pages said nothing."""

    page_size: int
    found: list[Review] = field(default_factory=list)
    kept: list[tuple[str, Validators]] = field(default_factory=list)
    has_changed: bool = False
    has_moved: bool = False


async def read_reviews(
    database: Database, github: GitHub, place: Place, *, page_size: int, lane: Lane
) -> Reviews:
    """The reviews of a pull request that are on pages which have changed.

    Raises:
        GitHubError: they are not to be had.
    """
    if page_size == PAGE:
        try:
            return await _read(database, github, place, PAGE, lane)
        except AnswerTooBig:
            log.info("reviews_are_long", repository=place.repository, number=place.number)
    return await _read(database, github, place, SMALL_PAGE, lane)


async def _read(database: Database, github: GitHub, place: Place, size: int, lane: Lane) -> Reviews:
    reviews = Reviews(size)
    for page in range(1, MOST_PAGES[size] + 1):
        try:
            goes_on = await _read_page(database, github, place, reviews, page, lane)
        except AnswerTooBig:
            if size == PAGE:
                raise
            # Ten reviews as long as GitHub allows: the others are not to suffer for them.
            log.warning("reviews_skipped", repository=place.repository, number=place.number)
            goes_on = True
        if not goes_on:
            break
    else:
        log.warning("reviews_cut", repository=place.repository, number=place.number)
    return reviews


async def _read_page(
    database: Database, github: GitHub, place: Place, reviews: Reviews, page: int, lane: Lane
) -> bool:
    ask = REVIEWS.of(
        owner=place.owner,
        repo=place.repo,
        pull_number=place.number,
        per_page=reviews.page_size,
        page=page,
    )
    # A list has no moment of change: a dismissal is none of its reviews' own.
    lane = lane if page == 1 else Lane.SOON
    answer = await ask_again(database, github, ask, lane=lane)
    reviews.has_moved |= answer.has_moved
    if answer.is_unchanged:
        return answer.validators.goes_on
    # The first page stays as it is when a second begins, so a full page goes on to the next.
    goes_on = answer.validators.goes_on or len(answer.value) >= reviews.page_size
    kept = Validators(answer.validators.etag, None, goes_on)
    reviews.kept.append((ask.address, kept))
    reviews.found += answer.value
    reviews.has_changed = True
    return goes_on
