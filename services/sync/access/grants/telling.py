"""Tells people what has opened for them, all of one look at once, and what was taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from services.sync.access.conditions import names_of
from services.sync.access.grants import repository
from services.sync.access.grants.repository import Untold
from services.sync.access.reading import find_condition
from services.sync.stepik.facts import list_facts, list_known
from shared import outbox, people
from shared.clock import Clock
from shared.context import caused_by
from shared.db import Connection, Database
from shared.due import Due
from shared.events import AccessClosed, AccessOpened
from shared.events.sync import OpenedResource

AT_ONCE = 100
MOST_NAMED = 50
WAITS = timedelta(minutes=2)
"""How long one resource waits for the others of the same person, where Boomstream is slow."""
PAGE = "/sync/videos"


def telling(public_url: str) -> Due:
    """The due row that tells; people are led to pages below this address."""
    return Due(name="tell_access", run=partial(tell_access, page_url=f"{public_url}{PAGE}"))


async def tell_access(database: Database, clock: Clock, *, page_url: str) -> int:
    """Tell some people, each in a transaction of their own; gives how many."""
    now = clock.now()
    async with database.acquire() as connection:
        waiting = await repository.list_untold(connection, waits_since=now - WAITS, limit=AT_ONCE)
    told = 0
    for person_id in waiting:
        with caused_by():
            async with database.transaction() as connection:
                told += await _tell(connection, person_id, now, page_url)
    return told


async def _tell(connection: Connection, person_id: UUID, now: datetime, page_url: str) -> bool:
    untold = await repository.lock_untold(connection, person_id)
    if not untold:
        return False
    await repository.mark_told(connection, [one.grant_id for one in untold])
    if (await people.get_person(connection, person_id)).deleted:
        return True
    opened = [one for one in untold if one.granted]
    closed = [one for one in untold if not one.granted]
    count = len(closed) + bool(opened)
    version = await repository.next_version(connection, person_id, count)
    for one in closed:
        event = AccessClosed(
            person_id=person_id,
            version=version,
            resource_id=one.resource_id,
            title=one.title,
            reason=one.reason or "",
            page_url=page_url,
            closed_at=now,
        )
        await outbox.record(connection, event)
        version += 1
    if opened:
        await outbox.record(
            connection, await _opening(connection, person_id, version, opened, page_url)
        )
    return True


async def _opening(
    connection: Connection,
    person_id: UUID,
    version: int,
    opened: Sequence[Untold],
    page_url: str,
) -> AccessOpened:
    return AccessOpened(
        person_id=person_id,
        version=version,
        resources=tuple(
            OpenedResource(resource_id=one.resource_id, title=one.title)
            for one in opened[:MOST_NAMED]
        ),
        opened=len(opened),
        lesson=await _find_lesson(connection, person_id, opened),
        page_url=page_url,
        opened_at=max(one.granted_at for one in opened if one.granted_at is not None),
    )


async def _find_lesson(connection: Connection, person_id: UUID, opened: Sequence[Untold]) -> str:
    """The one lesson that was passed for all of them; empty where it was more, or something else:
    another way of a rule, an operator."""
    facts = (await list_facts(connection, [person_id])).get(person_id)
    lessons: set[int] = set()
    for one in opened:
        asked = names_of(find_condition(one.condition)).lessons
        passed = asked & facts.lessons if facts and one.is_earned else frozenset[int]()
        if not passed:
            return ""
        lessons |= passed
    if len(lessons) > 1:
        return ""
    (lesson_id,) = lessons
    return (await list_known(connection)).lessons.get(lesson_id, "")
