"""Tells others of groups as they stand now: rules elsewhere go by who is in which."""

from uuid import UUID

from services.school.groups.repository import TELL_BELL
from services.school.groups.telling import repository
from services.school.groups.telling.repository import Group
from shared import outbox
from shared.clock import Clock
from shared.context import caused_by
from shared.db import Connection, Database
from shared.due import Due
from shared.events import GroupChanged

AT_ONCE = 50


async def tell_groups(database: Database, clock: Clock) -> int:
    """Tell of some groups that changed since they were told; gives how many."""
    async with database.transaction() as connection:
        groups = await repository.lock_untold(connection, AT_ONCE)
        for group in groups:
            with caused_by():
                await _tell(connection, group)
    return len(groups)


async def _tell(connection: Connection, group: Group) -> None:
    await repository.keep_told(connection, group)
    await outbox.record(
        connection,
        GroupChanged(
            group_id=group.group_id,
            version=group.version,
            title=group.title,
            member_ids=tuple(await repository.list_members(connection, group.group_id)),
        ),
    )


async def tell_deleted(connection: Connection, group_id: UUID, *, title: str, version: int) -> None:
    """Tell that a group is no more, after it was deleted in this version."""
    await outbox.record(
        connection,
        GroupChanged(group_id=group_id, version=version + 1, title=title, deleted=True),
    )


async def mark_renamed(database: Database, clock: Clock) -> int:
    """Have those told again whose stream or course has another name."""
    async with database.transaction() as connection:
        await repository.mark_renamed(connection)
    return 0


TELL_GROUPS = (
    Due(name=TELL_BELL.removeprefix("due:"), run=tell_groups),
    Due(name="mark_renamed_groups", run=mark_renamed, every=300),
)
