"""The demo's videos: their rules read from a file, as administrators do it."""

import asyncio
import time
from datetime import datetime, timedelta
from pathlib import Path

from services.sync.access.errors import SchoolNotAsked
from services.sync.access.resources import repository
from services.sync.access.resources.document import read_document
from services.sync.access.school import Subjects
from services.sync.service import SyncService
from services.sync.stepik.facts import Known, list_known

VIDEOS = Path(__file__).with_name("demo_videos.yaml")
OPENS_IN = timedelta(days=7)
"""When the video that waits for a day has not long to wait."""
COMES_WITHIN = 60.0
"""Seconds until the course is known: sync reads it at Stepik's polite pace."""


class CourseDidNotCome(Exception):
    """sync did not learn Stepik's course in time."""


async def seed_videos(sync: SyncService, *, course_id: int) -> bool:
    """Videos and a collection, each with a rule; False when some stand already.

    Raises:
        CourseDidNotCome: rules may name only what Stepik has, and that is not known yet.
    """
    async with sync.database.acquire() as connection:
        if await repository.list_resources(connection, include_archived=True):
            return False
    subjects = await _know_all(sync, course_id)
    now = sync.clock.now()
    listed = read_document(fill_in(VIDEOS.read_text(encoding="utf-8"), subjects, now))
    plan = await sync.resources.preview(listed)
    await sync.resources.apply(listed, digest=plan.digest)
    return True


async def _know_all(sync: SyncService, course_id: int) -> Subjects:
    """What of school rules name, once there is a course for them to name."""
    deadline = time.monotonic() + COMES_WITHIN
    while time.monotonic() < deadline:
        async with sync.database.acquire() as connection:
            known = await list_known(connection)
        if _has_come(known, course_id) and sync.school is not None:
            try:
                return await sync.school.list_subjects()
            except SchoolNotAsked:
                pass
        await asyncio.sleep(0.1)
    raise CourseDidNotCome


def _has_come(known: Known, course_id: int) -> bool:
    return course_id in known.courses and bool(known.steps)


def fill_in(text: str, subjects: Subjects, now: datetime) -> str:
    """The file with the ids of what school has, and a day that comes."""
    day = (now + OPENS_IN).date().isoformat()
    filled = {
        "group: TEAM": f"group: {subjects.groups[0].group_id}",
        "work_approved: ASSIGNMENT": f"work_approved: {subjects.assignments[0].assignment_id}",
        "from_date: DAY": f"from_date: {day}",
    }
    for words, instead in filled.items():
        text = text.replace(words, instead)
    return text
