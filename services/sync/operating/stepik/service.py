"""What administrators see of Stepik and do there."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.sync.boomstream import repository as boomstream
from services.sync.boomstream.repository import Standing as BoomstreamStanding
from services.sync.operating.boomstream import repository as comparing
from services.sync.operating.boomstream import service as failing
from services.sync.operating.boomstream.repository import Subscription
from services.sync.operating.boomstream.service import FailingSeen
from services.sync.operating.errors import LearnerNotFound, PersonNotFound
from services.sync.operating.paging import Page, limits_of, page_of
from services.sync.operating.searching import words_of
from services.sync.operating.stepik import repository
from services.sync.operating.stepik.repository import Counts, Learner, Matched, Tried
from services.sync.settings import SyncSettings
from services.sync.stepik.passes import repository as passes
from shared.db import Connection

MOST_SUBSCRIPTIONS = 100


@dataclass(frozen=True, slots=True)
class Course:
    """A course with the pass over it that runs or ran last, and how many learn in it."""

    standing: passes.Standing
    counted: passes.Counted


@dataclass(frozen=True, slots=True)
class Outside:
    """How reading of Stepik and openings at Boomstream go."""

    courses: Sequence[Course]
    boomstream: BoomstreamStanding
    subscriptions: Sequence[Subscription]
    failing: FailingSeen
    counts: Counts


async def see_outside(connection: Connection, settings: SyncSettings) -> Outside:
    """What the last passes came to, and what fails."""
    standings = await passes.list_standings(connection, settings.stepik_course_id)
    return Outside(
        courses=[
            Course(one, await passes.count(connection, one.course.course_id)) for one in standings
        ],
        boomstream=await boomstream.find_standing(connection),
        subscriptions=await comparing.list_subscriptions(connection, MOST_SUBSCRIPTIONS),
        failing=await failing.see_failing(connection),
        counts=await repository.count(connection),
    )


async def list_people(
    connection: Connection, text: str, number: int, like: str = ""
) -> Page[Tried]:
    """Students whose account is not known; first those whose names are like that name."""
    limit, offset = limits_of(number)
    found = await repository.list_unmatched_people(
        connection, text, words_of(like), limit=limit, offset=offset
    )
    return page_of(found, number)


async def list_learners(
    connection: Connection, text: str, number: int, like: str = ""
) -> Page[Learner]:
    """Accounts that are nobody's; first those whose names are like that name."""
    limit, offset = limits_of(number)
    found = await repository.list_unmatched_learners(
        connection, text, words_of(like), limit=limit, offset=offset
    )
    return page_of(found, number)


async def list_matched(connection: Connection, text: str, number: int) -> Page[Matched]:
    """Whose account is known."""
    limit, offset = limits_of(number)
    found = await repository.list_matched(connection, text, limit=limit, offset=offset)
    return page_of(found, number)


async def get_person(connection: Connection, person_id: UUID) -> Tried:
    """A person, with the ways in which their account was looked for.

    Raises:
        PersonNotFound: there is nobody.
    """
    person = await repository.find_tried(connection, person_id)
    if person is None:
        raise PersonNotFound
    return person


async def get_learner(connection: Connection, user_id: int) -> Learner:
    """An account of the courses.

    Raises:
        LearnerNotFound: no course has it.
    """
    learner = await repository.find_learner(connection, user_id)
    if learner is None:
        raise LearnerNotFound
    return learner


def not_set_for_stepik(settings: SyncSettings) -> list[str]:
    """The settings without which Stepik is off; none: it is on."""
    told = {
        "STEPIK_CLIENT_ID": settings.stepik_client_id,
        "STEPIK_CLIENT_SECRET": settings.stepik_client_secret,
        "STEPIK_COURSE_ID": settings.stepik_course_id,
    }
    return [name for name, value in told.items() if not value]


def not_set_for_boomstream(settings: SyncSettings) -> list[str]:
    """The settings without which nothing is opened; none: it is on."""
    told = {"BOOMSTREAM_API_KEY": settings.boomstream_api_key, "DATA_KEYS": settings.data_keys}
    return [name for name, value in told.items() if not value]
