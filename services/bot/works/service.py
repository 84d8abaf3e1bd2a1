"""What people do with works in the chat: asked of school, which decides whether they may."""

from datetime import datetime
from uuid import UUID, uuid4

from services.bot.asking import Asker
from services.bot.errors import WorkMoved
from services.bot.school import Choice, Decision, SchoolClient, SchoolRefused, Work
from services.bot.works import repository
from services.bot.works.buttons import Target
from services.bot.works.repository import Draft
from shared.clock import Clock
from shared.db import Database
from shared.due import PRUNED_AT_ONCE

LONGEST_COMMENT = 2000
"""As long as school takes."""


async def find(school: SchoolClient, asker: Asker, target: Target) -> Work | None:
    """A work as it stands; None where the person has no such work any more.

    Raises:
        SchoolRefused, SchoolAway: there is none for them, or nobody knows.
    """
    if target.submission_id is not None:
        return await school.get_work(asker, target.submission_id)
    works = await school.list_works(asker)
    return next((work for work in works.own if _is_for(work, target)), None)


def _is_for(work: Work, target: Target) -> bool:
    return (work.assignment_id, work.group_id) == (target.assignment_id, target.group_id)


async def take_back(
    school: SchoolClient, asker: Asker, submission_id: UUID, *, seen: int, key: str
) -> Work:
    """Take a work back that stands as the person saw it.

    Raises:
        WorkMoved: it stands otherwise.
        SchoolRefused, SchoolAway: it cannot be done, or nobody knows.
    """
    try:
        return await school.take_back(asker, submission_id, version=seen, key=key)
    except SchoolRefused:
        await _check(school, asker, submission_id, seen)
        raise


async def decide(
    school: SchoolClient,
    asker: Asker,
    submission_id: UUID,
    decision: Decision,
    *,
    comment: str = "",
    seen: int,
    key: str,
) -> Work:
    """Accept or return a work that stands as the person saw it.

    Raises:
        WorkMoved: it stands otherwise: somebody was quicker.
        SchoolRefused, SchoolAway: it cannot be done, or nobody knows.
    """
    try:
        return await school.decide(
            asker, submission_id, decision, comment=comment, version=seen, key=key
        )
    except SchoolRefused:
        await _check(school, asker, submission_id, seen)
        raise


async def _check(school: SchoolClient, asker: Asker, submission_id: UUID, seen: int) -> None:
    """Whether what was refused was refused because the work has moved on."""
    work = await school.get_work(asker, submission_id)
    if work.version != seen:
        raise WorkMoved(work)


def new_draft(
    person_id: UUID, pull_url: str, choices: tuple[Choice, ...], *, now: datetime
) -> Draft:
    """A link that waits for its sender's word."""
    told = [choice.model_dump(mode="json") for choice in choices]
    return Draft(uuid4(), person_id, pull_url, told, None, now)


async def prune(database: Database, clock: Clock) -> int:
    """Forget drafts of more than 30 days ago."""
    async with database.transaction() as connection:
        return await repository.prune(
            connection, before=clock.now() - repository.KEPT, limit=PRUNED_AT_ONCE
        )
