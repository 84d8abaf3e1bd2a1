"""What is told: people, works and their approval, groups and their members."""

from collections.abc import Sequence
from uuid import UUID

from services.sync.access import repository
from services.sync.access.checks import repository as checks
from services.sync.access.checks.repository import ask
from services.sync.access.school import ApprovedWork
from shared.clock import Clock
from shared.db import Connection
from shared.events import GroupChanged, PersonChanged, SubmissionChanged
from shared.people import project_people


async def learn_people(
    connection: Connection, events: Sequence[PersonChanged], clock: Clock
) -> None:
    """Keep what auth told of people; who is new or lives by another clock is looked at."""
    ids = sorted({event.person_id for event in events})
    before = set(await checks.list_people(connection, ids))
    await project_people(connection, events, clock)
    after = await checks.list_people(connection, ids)
    await ask(connection, [one.person_id for one in after if one not in before])


async def learn_approval(connection: Connection, event: SubmissionChanged, clock: Clock) -> None:
    """A work changed: its student is looked at if it was approved, or is so no more."""
    if event.assignment_id is None:
        return
    is_news = await repository.keep_work(
        connection,
        submission_id=event.submission_id,
        assignment_id=event.assignment_id,
        person_id=event.student_id,
        version=event.version,
        approved=event.status == "approved",
    )
    if is_news:
        await ask(connection, [event.student_id])


async def keep_approved(
    connection: Connection, assignment_id: UUID, works: Sequence[ApprovedWork]
) -> None:
    """Keep works that school says are approved. Who is looked at for them is the caller's."""
    await repository.keep_approved(
        connection,
        assignment_id,
        [(one.submission_id, one.student_id, one.version) for one in works],
    )


async def learn_group(connection: Connection, event: GroupChanged, clock: Clock) -> None:
    """A group stands so now: those who came or went are looked at."""
    members = set() if event.deleted else set(event.member_ids)
    if not await repository.keep_group(
        connection,
        event.group_id,
        version=event.version,
        name=event.title,
        deleted=event.deleted,
    ):
        return
    before = await repository.list_members(connection, event.group_id)
    came, went = sorted(members - before), sorted(before - members)
    await repository.change_members(connection, event.group_id, came=came, went=went)
    await ask(connection, [*came, *went])
