"""The demo's course: read from a file, as administrators do it, and one team that learns in it."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from services.school.courses import repository as courses
from services.school.courses.entries import StreamEntry
from services.school.courses.streams import service as streams
from services.school.exchange.course import reading
from services.school.exchange.course import service as exchange
from services.school.groups import service as groups
from shared.db import Connection

COURSE = Path(__file__).with_name("demo_course.yaml")
ZONE = "Europe/Moscow"
SINCE = timedelta(days=8)
"""The second week has just begun."""
LASTS = timedelta(days=90)


async def seed_course(
    connection: Connection, *, curator_id: UUID, logins: list[str], now: datetime
) -> None:
    """The course, a stream that runs, a team. What is there already stays as it was made."""
    course = reading.read_course(COURSE.read_bytes()).course
    if course is None:
        raise ValueError(f"{COURSE.name} is no course")
    if any(known.slug == course.slug for known in await courses.list_courses(connection)):
        return
    plan = await exchange.preview(connection, course)
    await exchange.apply(connection, course, digest=plan.digest, now=now)
    made = await courses.get_course_by_slug(connection, course.slug)
    (program,) = await courses.list_programs(connection, made.course_id)
    start_on = (now.astimezone(ZoneInfo(ZONE)) - SINCE).date()
    entry = StreamEntry(
        number=1,
        start_on=start_on,
        finish_on=start_on + LASTS,
        zone=ZONE,
        program_id=program.program_id,
        chat_url=None,
    )
    await streams.create_stream(connection, course.slug, entry)
    (stream,) = await courses.list_streams(connection, made.course_id)
    group_id = await groups.create_team(
        connection, stream.stream_id, name="Team 1", curator_id=curator_id, now=now
    )
    for login in logins:
        await groups.add_student(connection, group_id, login=login, name="", now=now)
