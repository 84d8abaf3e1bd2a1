"""Looks at those of whom something changed, and gives them what they have earned."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.sync.access.checks import repository
from services.sync.access.checks.facts import list_facts
from services.sync.access.checks.repository import NAME
from services.sync.access.conditions import Condition
from services.sync.access.grants import repository as grants
from services.sync.access.grants.repository import Earned
from services.sync.access.reading import find_condition
from services.sync.access.resources import repository as resources
from services.sync.access.verdicts import is_met
from services.sync.boomstream.recovery import new_recovery
from shared.clock import Clock
from shared.db import Connection, Database
from shared.due import Due
from shared.log import get_log
from shared.secret import KeyRing

log = get_log(__name__)

AT_ONCE = 100
"""People in one transaction."""
Rules = Sequence[tuple[UUID, Condition]]


class Checker:
    """Without a ring nobody is given anything: who was asked for waits until there is one."""

    def __init__(self, ring: KeyRing | None) -> None:
        self._ring = ring

    @property
    def due(self) -> Due:
        """The due row that looks."""
        return Due(name=NAME, run=self.check_next)

    async def check_next(self, database: Database, clock: Clock) -> int:
        """Look at some of those who were asked for; gives how many they were."""
        if self._ring is None:
            return 0
        async with database.transaction() as connection:
            asked = await repository.claim(connection, AT_ONCE)
            if asked:
                await self._check(connection, self._ring, asked, clock.now())
                await repository.answer(connection, asked)
        return len(asked)

    async def _check(
        self, connection: Connection, ring: KeyRing, asked: Sequence[UUID], now: datetime
    ) -> None:
        gone = {
            one.person_id for one in await repository.list_people(connection, asked) if one.deleted
        }
        await grants.close_for_gone(connection, sorted(gone), now)
        people = [person_id for person_id in asked if person_id not in gone]
        earned = await _list_earned(connection, people, now)
        if not earned:
            return
        fresh = await grants.earn(
            connection,
            [Earned(*one, *new_recovery(ring, *one)) for one in earned],
            now,
        )
        log.info("access_earned", people=len({one for one, _ in fresh}), grants=len(fresh))


async def _list_earned(
    connection: Connection, people: Sequence[UUID], now: datetime
) -> list[tuple[UUID, UUID]]:
    """What they have earned and had not: people and resources."""
    rules = await _list_rules(connection)
    if not rules or not people:
        return []
    had = await grants.list_earned(connection, people)
    facts = await list_facts(connection, people, now)
    return [
        (person_id, resource_id)
        for person_id in people
        for resource_id, condition in rules
        if (person_id, resource_id) not in had and is_met(condition, facts[person_id])
    ]


async def _list_rules(connection: Connection) -> Rules:
    read = [
        (row.resource_id, find_condition(row.condition))
        for row in await resources.list_rules(connection)
    ]
    return [(resource_id, condition) for resource_id, condition in read if condition is not None]
