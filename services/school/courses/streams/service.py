"""Streams as administrators make and change them, and the news of their weeks."""

from uuid import UUID, uuid4

from services.school.courses import repository as courses
from services.school.courses.entries import StreamEntry
from services.school.courses.repository import Course
from services.school.courses.streams import repository
from services.school.errors import ChoiceWrong, EntryWrong, NumberTaken, TooManyHere
from services.school.weeks.calendar import is_over, opens_on, today, week_on
from shared import outbox
from shared.clock import Clock
from shared.db import Connection, Database
from shared.events import WeekOpened

AT_ONCE = 1000


async def create_stream(connection: Connection, slug: str, entry: StreamEntry) -> Course:
    """A new stream of the course of this slug; gives the course.

    Raises:
        CourseNotFound: there is none.
        EntryWrong: the number is taken, or the program is another course's.
        TooManyHere: the course has more streams than a page should hold.
    """
    course = await courses.get_course_by_slug(connection, slug)
    if len(await courses.list_streams(connection, course.course_id)) >= courses.MOST_STREAMS:
        raise TooManyHere
    await _check_program(connection, course.course_id, entry)
    try:
        await repository.insert(connection, uuid4(), course.course_id, entry)
    except NumberTaken:
        raise EntryWrong({"number": NumberTaken.title}) from None
    return course


async def change_stream(connection: Connection, stream_id: UUID, entry: StreamEntry) -> None:
    """Change a stream.

    Raises:
        StreamNotFound: there is none.
        EntryWrong: the number is taken, or the program is another course's.
    """
    stream = await courses.get_stream(connection, stream_id)
    await _check_program(connection, stream.course_id, entry)
    try:
        await repository.update(connection, stream_id, entry)
    except NumberTaken:
        raise EntryWrong({"number": NumberTaken.title}) from None


async def _check_program(connection: Connection, course_id: UUID, entry: StreamEntry) -> None:
    programs = await courses.list_programs(connection, course_id)
    if entry.program_id not in {None, *(program.program_id for program in programs)}:
        raise EntryWrong({"program_id": ChoiceWrong.title})


async def tell_weeks(database: Database, clock: Clock, *, public_url: str) -> int:
    """Tell of weeks that have opened, each stream in a transaction of its own; a due row.

    Of several that were missed only the newest is told. Gives how many were told.
    """
    now = clock.now()
    async with database.acquire() as connection:
        streams = await repository.list_untold(connection, today("UTC", now), AT_ONCE)
    told = 0
    for stream_id in streams:
        async with database.transaction() as connection:
            told += await _tell_week(connection, stream_id, clock, public_url)
    return told


async def _tell_week(
    connection: Connection, stream_id: UUID, clock: Clock, public_url: str
) -> bool:
    stream = await repository.lock_untold(connection, stream_id)
    if stream is None:
        return False
    day = today(stream.zone, clock.now())
    if is_over(stream.finish_on, day):
        return False
    week = await repository.find_newest_week(
        connection,
        stream.program_id,
        after=stream.weeks_told,
        until=week_on(stream.start_on, day),
    )
    if week is None:
        return False
    await repository.keep_told(connection, stream_id, week.number)
    await outbox.record(
        connection,
        WeekOpened(
            stream_id=stream_id,
            version=week.number,
            course_id=stream.course_id,
            course=stream.course,
            title=week.title,
            assignments=week.assignments,
            page_url=f"{public_url}/school",
            opened_on=opens_on(stream.start_on, week.number),
        ),
    )
    return True
