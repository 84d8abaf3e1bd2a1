"""The rules of matching: one person one account, what is taken is taken, by hand beats all."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.sync.access.checks.repository import ask as ask_for_access
from services.sync.stepik.matching import repository
from services.sync.stepik.matching.errors import AccountTaken, AccountUnknown
from services.sync.stepik.repository import find_match, lock
from shared.clock import Clock
from shared.db import Connection
from shared.events import PersonChanged

Way = Literal["sign_in", "github", "email"]
Outcome = Literal["none", "several", "taken", "refused"]

AGAIN_AFTER = timedelta(days=1)
"""How long a way that led to nobody is not tried again."""
MOST_SIGNED_IN = 200
"""At once."""


async def match_by_hand(
    connection: Connection, person_id: UUID, user_id: int, by: UUID, now: datetime
) -> None:
    """An administrator says whose account it is. What was matched by itself gives way.

    Raises:
        AccountUnknown: no course has a learner of this number.
        AccountTaken: another administrator's word gives the account to somebody else.
    """
    if not await repository.is_learner(connection, user_id):
        raise AccountUnknown
    await lock(connection)
    holder = await repository.find_by_user(connection, user_id)
    is_others = holder is not None and holder.person_id != person_id
    if is_others and holder is not None and holder.way == "by_hand":
        raise AccountTaken
    touched = [person_id, *([holder.person_id] if is_others and holder is not None else [])]
    await repository.delete(connection, touched)
    await repository.forget_refusal(connection, person_id, user_id)
    if not await repository.insert(connection, person_id, user_id, "by_hand", now, by):
        raise AccountTaken
    await ask_for_access(connection, touched)


async def unmatch(connection: Connection, person_id: UUID, by: UUID, now: datetime) -> None:
    """An administrator says that it is not their account; it is not matched again by itself.

    What was earned by it stays earned. Without a match nothing happens.
    """
    await lock(connection)
    undone = await repository.delete(connection, [person_id])
    if person_id not in undone:
        return
    await repository.refuse(connection, person_id, undone[person_id], by, now)
    await ask_for_access(connection, [person_id])


async def match(
    connection: Connection, person_id: UUID, user_id: int, way: Way, now: datetime
) -> Outcome | None:
    """Match what a way has proved; None: it is done, else why not, which is kept.

    A person's own sign-in takes the place of what was found otherwise; nothing else replaces
    anything, and what is another person's stays theirs.
    """
    await lock(connection)
    outcome = await _try_to_match(connection, person_id, user_id, way, now)
    if outcome is not None:
        await repository.keep_try(connection, person_id, way, outcome, now)
    return outcome


async def _try_to_match(
    connection: Connection, person_id: UUID, user_id: int, way: Way, now: datetime
) -> Outcome | None:
    # While Stepik was asked about them.
    if await repository.is_deleted(connection, person_id):
        return "none"
    own = await find_match(connection, person_id)
    if own is not None and (own.user_id == user_id or own.way == "by_hand" or way != "sign_in"):
        return None
    if await repository.is_refused(connection, person_id, user_id):
        return "refused"
    if await repository.find_by_user(connection, user_id) is not None:
        return "taken"
    if own is not None:
        await repository.delete(connection, [person_id])
    if not await repository.insert(connection, person_id, user_id, way, now):
        return "taken"
    await ask_for_access(connection, [person_id])
    return None


async def match_signed_in(
    connection: Connection, now: datetime, person_ids: Sequence[UUID] | None = None
) -> int:
    """Match those who have signed in at Stepik themselves, of these people or of all.

    Gives how many were looked at.
    """
    since = now - AGAIN_AFTER if person_ids is None else now
    found = await repository.list_signed_in(connection, person_ids, since, MOST_SIGNED_IN)
    for one in found:
        await match(connection, one.person_id, one.user_id, "sign_in", now)
    return len(found)


async def match_people(
    connection: Connection, events: Sequence[PersonChanged], clock: Clock
) -> None:
    """After auth told of people: who has signed in at Stepik is matched at once, and who is deleted
    gives their account back."""
    deleted = [event.person_id for event in events if event.deleted]
    signed_in = [event.person_id for event in events if event.stepik_id and not event.deleted]
    if deleted:
        await lock(connection)
        await repository.delete(connection, deleted)
        await repository.forget_tries(connection, deleted)
    if signed_in:
        await match_signed_in(connection, clock.now(), signed_in)
