"""Programs and weeks as administrators make and change them."""

from uuid import UUID, uuid4

from services.school.courses import repository as courses
from services.school.courses.catalogue import repository as catalogue
from services.school.courses.entries import WeekEntry
from services.school.courses.programs import repository
from services.school.courses.repository import Program
from services.school.courses.slugs import numbered, propose_slug
from services.school.errors import EntryWrong, NumberTaken, TooManyHere
from shared.db import Connection


async def create_program(connection: Connection, slug: str, name: str) -> UUID:
    """A new, empty program of the course of this slug; gives its id.

    Raises:
        CourseNotFound: there is none.
        TooManyHere: it has more programs than a page should hold.
    """
    course = await courses.get_course_by_slug(connection, slug)
    return await _create(connection, course.course_id, name)


async def copy_program(connection: Connection, program_id: UUID, name: str) -> UUID:
    """A new program with all that another has; gives its id. Retired assignments stay behind.

    Raises:
        ProgramNotFound: there is none.
        TooManyHere: the course has more programs than a page should hold.
    """
    program = await courses.get_program(connection, program_id)
    copy_id = await _create(connection, program.course_id, name)
    await repository.lock_program(connection, program_id)
    await repository.copy_content(connection, program_id, copy_id)
    return copy_id


async def _create(connection: Connection, course_id: UUID, name: str) -> UUID:
    await catalogue.lock(connection, course_id)
    if len(await courses.list_programs(connection, course_id)) >= courses.MOST_PROGRAMS:
        raise TooManyHere
    program_id, proposed = uuid4(), propose_slug(name, "program")
    for number in range(1, courses.MOST_PROGRAMS + 1):
        if await repository.insert_program(
            connection, program_id, course_id, numbered(proposed, number), name
        ):
            return program_id
    raise TooManyHere


async def rename_program(connection: Connection, program_id: UUID, name: str) -> None:
    """Call a program otherwise.

    Raises:
        ProgramNotFound: there is none.
    """
    await courses.get_program(connection, program_id)
    await repository.update_program(connection, program_id, name)


async def create_week(connection: Connection, program_id: UUID, entry: WeekEntry) -> None:
    """A new week of a program.

    Raises:
        ProgramNotFound: there is none.
        EntryWrong: it has a week of this number.
    """
    await courses.get_program(connection, program_id)
    try:
        await repository.insert_week(connection, uuid4(), program_id, entry)
    except NumberTaken:
        raise EntryWrong({"number": NumberTaken.title}) from None


async def change_week(connection: Connection, week_id: UUID, entry: WeekEntry) -> Program:
    """Change a week; gives its program.

    Raises:
        WeekNotFound: there is none.
        EntryWrong: the program has another week of this number.
    """
    week = await courses.get_week(connection, week_id)
    try:
        await repository.update_week(connection, week_id, entry)
    except NumberTaken:
        raise EntryWrong({"number": NumberTaken.title}) from None
    return await courses.get_program(connection, week.program_id)


async def delete_week(connection: Connection, week_id: UUID) -> Program:
    """Take an empty week away; gives its program.

    Raises:
        WeekNotFound: there is none.
        WeekNotEmpty: lessons or assignments are in it.
    """
    week = await courses.get_week(connection, week_id)
    await repository.delete_week(connection, week_id)
    return await courses.get_program(connection, week.program_id)
