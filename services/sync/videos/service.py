"""What one person may watch, asked anew each time: nothing of it is kept in a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode
from uuid import UUID

from services.sync.access.grants import repository as grants
from services.sync.access.grants.repository import Grant
from services.sync.access.looking import Standing, look
from services.sync.access.resources import repository as resources
from services.sync.boomstream.recovery import recovery_of
from services.sync.stepik.progress import Progress, find_match, list_progress
from services.sync.videos.errors import VideoGone
from services.sync.videos.repository import list_places
from services.sync.videos.tree import ModuleBranch, build_tree
from shared.db import Connection
from shared.errors import Unavailable
from shared.log import get_log
from shared.secret import CannotOpen, KeyRing

log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class Learned:
    """What Stepik told of a person. Without a match nobody knows which account is theirs."""

    is_matched: bool
    progress: tuple[Progress, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A person's videos by module and lesson, and their progress by course."""

    learned: Learned
    modules: tuple[ModuleBranch, ...]


@dataclass(frozen=True, slots=True)
class Video:
    """A video as it stands for a person, and what they have of it."""

    standing: Standing
    grant: Grant | None

    def is_open(self, now: datetime) -> bool:
        """Whether the gate is open for this very person."""
        return self.standing.is_open and self.grant is not None and self.grant.is_open(now)


async def see_progress(connection: Connection, person_id: UUID) -> Learned:
    """How far a person is at Stepik."""
    match = await find_match(connection, person_id)
    progress = await list_progress(connection, person_id) if match else []
    return Learned(match is not None, tuple(progress))


async def see(connection: Connection, person_id: UUID, now: datetime) -> Seen:
    """Everything that a learner is shown."""
    learned = await see_progress(connection, person_id)
    standings = await look(connection, person_id, now)
    return Seen(learned, await _tree(connection, standings, learned.progress))


async def get_video(
    connection: Connection, person_id: UUID, resource_id: UUID, now: datetime
) -> Video:
    """How a video stands for a person.

    Raises:
        ResourceNotFound, VideoGone: there is none, or an operator took it off.
    """
    for standing in await look(connection, person_id, now):
        if standing.resource.resource_id == resource_id:
            return Video(standing, await grants.find(connection, person_id, resource_id))
    await resources.get(connection, resource_id)
    raise VideoGone


def player_link(video: Video, *, ring: KeyRing, player_url: str) -> str:
    """The address of a person's own player. Their code is in it: for their eyes alone.

    Raises:
        Unavailable: the code cannot be read with the keys that we have; the log says of whose.
    """
    assert video.grant is not None  # noqa: S101 - it is open
    try:
        recovery = recovery_of(video.grant, ring)
    except CannotOpen:
        log.error("recovery_unreadable", grant_id=str(video.grant.grant_id))
        raise Unavailable from None
    query = urlencode({"id_recovery": recovery})
    return f"{player_url}/{quote(video.standing.resource.code, safe='')}?{query}"


async def _tree(
    connection: Connection, standings: Sequence[Standing], progress: Sequence[Progress]
) -> tuple[ModuleBranch, ...]:
    lessons = {standing.resource.lesson_id for standing in standings}
    places = await list_places(connection, sorted(one for one in lessons if one is not None))
    passed = {lesson.lesson_id for one in progress for lesson in one.lessons if lesson.passed_at}
    return build_tree(places, standings, passed)
