"""A course taken in from a document, and given out as one."""

import asyncio
from datetime import datetime

from services.school.errors import CourseNotFound, ImportOutdated
from services.school.exchange.course import repository
from services.school.exchange.course.changes import Plan
from services.school.exchange.course.document import Course
from services.school.exchange.course.planning import make_plan
from shared.db import Connection, storable


async def get_course(connection: Connection, slug: str) -> Course:
    """A course as a document.

    Raises:
        CourseNotFound: there is none.
    """
    state = await repository.load(connection, storable(slug))
    if state is None:
        raise CourseNotFound
    return state.document()


async def preview(connection: Connection, wanted: Course) -> Plan:
    """What would change."""
    state = await repository.load(connection, wanted.slug)
    return await asyncio.to_thread(make_plan, state, wanted)


async def apply(connection: Connection, wanted: Course, *, digest: str, now: datetime) -> Plan:
    """Make a course what a document says, if that is still what was previewed.

    Raises:
        ImportOutdated: the course was changed since.
    """
    state = await repository.load(connection, wanted.slug, lock=True)
    plan = await asyncio.to_thread(make_plan, state, wanted)
    if plan.digest != digest:
        raise ImportOutdated
    if plan.is_new:
        made = await repository.insert_course(
            connection, plan.course_id, wanted.slug, wanted.name, wanted.description, now
        )
        if not made:
            raise ImportOutdated
    else:
        await repository.change_course(connection, plan.course_id, wanted.name, wanted.description)
    await repository.remove_items(
        connection,
        lessons=plan.gone_lessons,
        assignments=plan.gone_assignments,
        retired=plan.retired,
        now=now,
    )
    await repository.put(
        connection,
        tracks=plan.tracks,
        programs=plan.programs,
        weeks=plan.weeks,
        lessons=plan.lessons,
        assignments=plan.assignments,
    )
    await repository.remove_frames(
        connection,
        cleared=plan.cleared_weeks,
        weeks=plan.gone_weeks,
        programs=plan.gone_programs,
        tracks=plan.gone_tracks,
    )
    return plan
