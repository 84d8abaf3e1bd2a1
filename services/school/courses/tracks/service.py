"""Tracks as administrators make, order and change them."""

from uuid import UUID, uuid4

from services.school.courses import repository as courses
from services.school.courses.catalogue import repository as catalogue
from services.school.courses.entries import TrackEntry
from services.school.courses.order import Direction, moved
from services.school.courses.repository import Course, Track
from services.school.courses.slugs import numbered, propose_slug
from services.school.courses.tracks import repository
from services.school.errors import TooManyHere
from shared.db import Connection


async def create_track(connection: Connection, slug: str, entry: TrackEntry) -> Course:
    """A new track of the course of this slug, after its others.

    Raises:
        CourseNotFound: there is none.
        TooManyHere: it has more tracks than a page should hold.
    """
    course = await courses.get_course_by_slug(connection, slug)
    await catalogue.lock(connection, course.course_id)
    tracks = await courses.list_tracks(connection, course.course_id)
    if len(tracks) >= courses.MOST_TRACKS:
        raise TooManyHere
    proposed = propose_slug(entry.name, "track")
    for number in range(1, courses.MOST_TRACKS + 1):
        if await repository.insert(
            connection, uuid4(), course.course_id, numbered(proposed, number), entry
        ):
            return course
    raise TooManyHere


async def change_track(connection: Connection, track_id: UUID, entry: TrackEntry) -> Course:
    """Change a track; gives its course, as those below do.

    Raises:
        TrackNotFound: there is none.
    """
    track = await courses.get_track(connection, track_id)
    await repository.update(connection, track_id, entry)
    return await courses.get_course(connection, track.course_id)


async def move_track(connection: Connection, track_id: UUID, direction: Direction) -> Course:
    """Put a track a step up or down.

    Raises:
        TrackNotFound: there is none.
    """
    track = await _lock(connection, track_id)
    tracks = await courses.list_tracks(connection, track.course_id)
    order = moved([one.track_id for one in tracks], track_id, direction)
    await repository.order(connection, order)
    return await courses.get_course(connection, track.course_id)


async def delete_track(connection: Connection, track_id: UUID) -> Course:
    """Take a track away that nothing belongs to.

    Raises:
        TrackNotFound: there is none.
        TrackInUse: lessons or assignments belong to it.
    """
    track = await _lock(connection, track_id)
    await repository.delete(connection, track_id)
    return await courses.get_course(connection, track.course_id)


async def _lock(connection: Connection, track_id: UUID) -> Track:
    track = await courses.get_track(connection, track_id)
    await catalogue.lock(connection, track.course_id)
    # It may have gone while the lock was waited for.
    return await courses.get_track(connection, track_id)
