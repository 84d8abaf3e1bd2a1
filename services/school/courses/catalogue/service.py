"""Courses as administrators make and change them."""

from datetime import datetime
from uuid import uuid4

from services.school.courses import repository as courses
from services.school.courses.catalogue import repository
from services.school.courses.entries import CourseEntry
from services.school.courses.slugs import TAKEN_BY_PAGES, numbered, propose_initials
from services.school.errors import EntryWrong, SlugTaken, TooManyHere
from shared.db import Connection

MOST_OF_ONE_SLUG = 50


async def create_course(connection: Connection, entry: CourseEntry, now: datetime) -> str:
    """A new course; gives its slug: the one entered, else one of the initials of its name.

    Raises:
        EntryWrong: the slug that was entered is taken.
        TooManyHere: there are more courses than a page should hold.
    """
    if await repository.count(connection) >= courses.MOST_COURSES:
        raise TooManyHere
    proposed = entry.slug or propose_initials(entry.name)
    for number in range(1, 2 if entry.slug else MOST_OF_ONE_SLUG + 1):
        slug = numbered(proposed, number)
        if slug in TAKEN_BY_PAGES:
            continue
        if await repository.insert(connection, uuid4(), slug, entry, now):
            return slug
    raise EntryWrong({"slug": SlugTaken.title})


async def change_course(connection: Connection, slug: str, entry: CourseEntry) -> str:
    """Change a course; gives its slug from now on. Without a slug entered it keeps its own.

    Raises:
        CourseNotFound: there is none.
        EntryWrong: the slug that was entered is taken.
    """
    course = await courses.get_course_by_slug(connection, slug)
    try:
        return await repository.update(connection, course.course_id, entry)
    except SlugTaken:
        raise EntryWrong({"slug": SlugTaken.title}) from None
