"""Lessons and assignments: made, ordered, changed, taken away, and who may see a lesson."""

from datetime import datetime
from uuid import UUID, uuid4

from services.school.courses import repository as courses
from services.school.courses.entries import AssignmentEntry, LessonEntry
from services.school.courses.materials import repository
from services.school.courses.order import Direction, moved
from services.school.courses.repository import Lesson, Week
from services.school.courses.slugs import numbered, propose_slug
from services.school.errors import ChoiceWrong, EntryWrong, LessonNotFound, TooManyHere
from services.school.weeks.calendar import opens_on, today
from shared.db import Connection
from shared.identity import Identity


async def create_lesson(connection: Connection, week_id: UUID, entry: LessonEntry) -> Week:
    """A new lesson at the end of its week; gives the week, as all below do.

    Raises:
        WeekNotFound: there is none.
        EntryWrong: the track is another course's.
        TooManyHere: the week has more lessons than a page should hold.
    """
    week = await _lock_week(connection, week_id, entry.track_id)
    lessons = await courses.list_lessons(connection, week.program_id, week_id)
    if len(lessons) >= courses.MOST_IN_A_WEEK:
        raise TooManyHere
    proposed = propose_slug(entry.name, "lesson")
    for number in range(1, courses.MOST_IN_A_WEEK + 1):
        slug = numbered(proposed, number)
        if await repository.insert_lesson(connection, uuid4(), week_id, slug, entry):
            return week
    raise TooManyHere


async def change_lesson(connection: Connection, lesson_id: UUID, entry: LessonEntry) -> Week:
    """Change a lesson.

    Raises:
        LessonNotFound: there is none.
        EntryWrong: the track is another course's.
    """
    lesson = await courses.get_lesson(connection, lesson_id)
    week = await _lock_week(connection, lesson.week_id, entry.track_id)
    await repository.update_lesson(connection, lesson_id, entry)
    return week


async def move_lesson(connection: Connection, lesson_id: UUID, direction: Direction) -> Week:
    """Put a lesson a step up or down among those of its track.

    Raises:
        LessonNotFound: there is none.
    """
    lesson = await courses.get_lesson(connection, lesson_id)
    week = await _lock_week(connection, lesson.week_id)
    # Read again: it may have been moved, or be gone, while the lock was waited for.
    lesson = await courses.get_lesson(connection, lesson_id)
    lessons = await courses.list_lessons(connection, week.program_id, week.week_id)
    beside = [one.lesson_id for one in lessons if one.track_id == lesson.track_id]
    await repository.order_lessons(connection, moved(beside, lesson_id, direction))
    return week


async def delete_lesson(connection: Connection, lesson_id: UUID) -> Week:
    """Take a lesson away.

    Raises:
        LessonNotFound: there is none.
    """
    lesson = await courses.get_lesson(connection, lesson_id)
    await repository.delete_lesson(connection, lesson_id)
    return await courses.get_week(connection, lesson.week_id)


async def create_assignment(connection: Connection, week_id: UUID, entry: AssignmentEntry) -> Week:
    """A new assignment at the end of its week.

    Raises:
        WeekNotFound: there is none.
        EntryWrong: the track is another course's.
        TooManyHere: the week has more assignments than a page should hold.
    """
    week = await _lock_week(connection, week_id, entry.track_id)
    assignments = await courses.list_assignments(connection, week.program_id, week_id)
    if len(assignments) >= courses.MOST_IN_A_WEEK:
        raise TooManyHere
    proposed = propose_slug(entry.name, "assignment")
    for number in range(1, courses.MOST_IN_A_WEEK + 1):
        slug = numbered(proposed, number)
        if await repository.insert_assignment(connection, uuid4(), week_id, slug, entry):
            return week
    raise TooManyHere


async def change_assignment(
    connection: Connection, assignment_id: UUID, entry: AssignmentEntry
) -> Week:
    """Change an assignment; works that were begun stay with it.

    Raises:
        AssignmentNotFound: there is none.
        EntryWrong: the track is another course's.
    """
    assignment = await courses.get_assignment(connection, assignment_id)
    week = await _lock_week(connection, assignment.week_id, entry.track_id)
    await repository.update_assignment(connection, assignment_id, entry)
    return week


async def move_assignment(
    connection: Connection, assignment_id: UUID, direction: Direction
) -> Week:
    """Put an assignment a step up or down among those of its track.

    Raises:
        AssignmentNotFound: there is none.
    """
    assignment = await courses.get_assignment(connection, assignment_id)
    week = await _lock_week(connection, assignment.week_id)
    assignment = await courses.get_assignment(connection, assignment_id)
    assignments = await courses.list_assignments(connection, week.program_id, week.week_id)
    beside = [one.assignment_id for one in assignments if one.track_id == assignment.track_id]
    await repository.order_assignments(connection, moved(beside, assignment_id, direction))
    return week


async def remove_assignment(connection: Connection, assignment_id: UUID, now: datetime) -> Week:
    """Take an assignment away; one that has works is retired, for the works remain.

    Raises:
        AssignmentNotFound: there is none.
    """
    assignment = await courses.get_assignment(connection, assignment_id)
    if await repository.lock_assignment(connection, assignment_id):
        await repository.retire_assignment(connection, assignment_id, now)
    else:
        await repository.delete_assignment(connection, assignment_id)
    return await courses.get_week(connection, assignment.week_id)


async def restore_assignment(connection: Connection, assignment_id: UUID) -> Week:
    """Offer a retired assignment again.

    Raises:
        AssignmentNotFound: there is none.
    """
    assignment = await courses.get_assignment(connection, assignment_id)
    await repository.retire_assignment(connection, assignment_id, None)
    return await courses.get_week(connection, assignment.week_id)


async def get_open_lesson(
    connection: Connection, lesson_id: UUID, identity: Identity, now: datetime
) -> Lesson:
    """A lesson for who may see it: administrators, the curators of teams that are taught it, and
    those teams' students once its week is open.

    Raises:
        LessonNotFound: there is none, or not for the one who asks.
    """
    lesson = await courses.get_lesson(connection, lesson_id)
    if identity.has("administrator"):
        return lesson
    if identity.person_id is None:
        raise LessonNotFound
    openings = await repository.list_openings(connection, lesson_id, identity.person_id)
    if any(
        one.is_curator or opens_on(one.start_on, one.number) <= today(one.zone, now)
        for one in openings
    ):
        return lesson
    raise LessonNotFound


async def _lock_week(connection: Connection, week_id: UUID, track_id: UUID | None = None) -> Week:
    week = await courses.get_week(connection, week_id)
    if track_id is not None:
        program = await courses.get_program(connection, week.program_id)
        tracks = await courses.list_tracks(connection, program.course_id)
        if track_id not in {track.track_id for track in tracks}:
            raise EntryWrong({"track_id": ChoiceWrong.title})
    await repository.lock_week(connection, week_id)
    return week
