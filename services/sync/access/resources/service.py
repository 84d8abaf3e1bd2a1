"""How administrators keep what may be opened. Whoever saves names the version that they saw."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from services.sync.access.checks import repository as checks
from services.sync.access.errors import (
    CodeInUse,
    PlanOutdated,
    ResourceChanged,
    ResourceWrong,
    TooManyResources,
)
from services.sync.access.learning import keep_approved
from services.sync.access.reading import find_condition
from services.sync.access.resources import repository
from services.sync.access.resources.document import Listed, write_document
from services.sync.access.resources.entries import Entry, entry_of
from services.sync.access.resources.naming import Found, ask_school, refuse_unknown
from services.sync.access.resources.planning import Plan, Step, make_plan
from services.sync.access.resources.repository import MOST_RESOURCES, Resource
from services.sync.access.school import School
from services.sync.stepik.facts import list_known
from shared.clock import Clock
from shared.db import Connection, Database
from shared.problems import Place, Problems

NOWHERE = Place()


class Resources:
    """Saves resources: what school must be asked is asked before the transaction, never in it.

    Every change of a rule has everybody looked at, bit by bit.
    """

    def __init__(self, database: Database, school: School | None, clock: Clock) -> None:
        self._database = database
        self._school = school
        self._clock = clock

    async def create(self, entry: Entry) -> UUID:
        """Make a resource; gives its id.

        Raises:
            ResourceWrong: it names what is not there.
            CodeTaken, TooManyResources: there is no room for it.
            SchoolNotAsked: it names something of school, which does not answer.
        """
        listed = [Listed(entry, NOWHERE)]
        found = await self._check(listed)
        resource_id, now = uuid4(), self._clock.now()
        async with self._database.transaction() as connection:
            await repository.lock_all(connection)
            await _check_room(connection, 1)
            if not entry.position:
                entry = replace(entry, position=await repository.count(connection) + 1)
            await repository.insert(connection, resource_id, entry.row(now), now)
            await self._conclude(connection, found)
        return resource_id

    async def change(self, resource_id: UUID, entry: Entry, *, version: int) -> None:
        """Change a resource as it stood in a version.

        Raises:
            ResourceNotFound: there is none.
            ResourceChanged: it was changed since.
            CodeInUse: it would have another code, and people watch it.
            ResourceWrong, CodeTaken, SchoolNotAsked: as `create`.
        """
        found = await self._check([Listed(entry, NOWHERE)])
        async with self._database.transaction() as connection:
            await repository.lock_all(connection)
            resource = await repository.get(connection, resource_id)
            if not entry.position:
                entry = replace(entry, position=resource.position)
            await self._save(connection, resource, entry, version=version)
            await self._conclude(connection, found)

    async def archive(self, resource_id: UUID, *, version: int) -> None:
        """Hide a resource. Who has it keeps it, until an operator takes it back.

        Raises:
            ResourceNotFound, ResourceChanged: as `change`.
        """
        await self._put(resource_id, version=version, archived=True)

    async def bring_back(self, resource_id: UUID, *, version: int) -> None:
        """Take a resource out of the archive; its rule opens it again.

        Raises:
            ResourceNotFound, ResourceChanged, TooManyResources: as `change` and `create`.
        """
        await self._put(resource_id, version=version, archived=False)

    async def write(self) -> str:
        """All that is not archived, as one YAML file."""
        async with self._database.acquire() as connection:
            standing = await repository.list_resources(connection)
        return write_document(entry_of(one, find_condition(one.condition)) for one in standing)

    async def preview(self, wanted: Sequence[Listed]) -> Plan:
        """What a file would change.

        Raises:
            ResourceWrong: a new or changed rule names what is not there.
            SchoolNotAsked: it names something of school, which does not answer.
        """
        plan, _ = await self._plan(wanted)
        return plan

    async def apply(self, wanted: Sequence[Listed], *, digest: str) -> Plan:
        """Do what the preview of this digest showed, all or nothing.

        Raises:
            PlanOutdated: something was changed since.
            ResourceWrong, SchoolNotAsked, TooManyResources: as `preview` and `create`.
        """
        plan, found = await self._plan(wanted)
        async with self._database.transaction() as connection:
            await repository.lock_all(connection)
            standing = await repository.list_resources(connection, include_archived=True)
            if make_plan(standing, wanted).digest != digest:
                raise PlanOutdated
            by_id = {one.resource_id: one for one in standing}
            for step in plan.steps:
                await self._take(connection, step, by_id.get(step.change.resource_id))
            await _check_room(connection, 0)
            if not plan.is_empty:
                await repository.put_in_order(connection, plan.order)
                await self._conclude(connection, found)
        return plan

    async def _plan(self, wanted: Sequence[Listed]) -> tuple[Plan, Found]:
        async with self._database.acquire() as connection:
            standing = await repository.list_resources(connection, include_archived=True)
        plan = make_plan(standing, wanted)
        return plan, await self._check(_touched(plan))

    async def _take(self, connection: Connection, step: Step, resource: Resource | None) -> None:
        now = self._clock.now()
        if resource is None:
            row = step.entry.row(now)
            await repository.insert(connection, step.change.resource_id, row, now)
        elif step.change.what != "same":
            is_archived = step.change.what == "archived"
            await self._save(
                connection, resource, step.entry, version=step.version, archived=is_archived
            )

    async def _put(self, resource_id: UUID, *, version: int, archived: bool) -> None:
        async with self._database.transaction() as connection:
            await repository.lock_all(connection)
            resource = await repository.get(connection, resource_id)
            if resource.archived_at is not None and not archived:
                await _check_room(connection, 1)
            entry = entry_of(resource, find_condition(resource.condition))
            await self._save(connection, resource, entry, version=version, archived=archived)
            await self._conclude(connection, Found())

    async def _save(
        self,
        connection: Connection,
        resource: Resource,
        entry: Entry,
        *,
        version: int,
        archived: bool | None = None,
    ) -> None:
        now = self._clock.now()
        is_moved = (entry.kind, entry.code, entry.subscription) != (
            resource.kind,
            resource.code,
            resource.subscription,
        )
        if is_moved and await repository.is_granted(connection, resource.resource_id):
            raise CodeInUse
        if archived is None:
            archived = resource.archived_at is not None
        row = entry.row(now, archived=archived)
        if not await repository.update(connection, resource.resource_id, version, row, now):
            raise ResourceChanged
        if is_moved:
            await repository.try_again(connection, resource.resource_id, now)

    async def _check(self, listed: Sequence[Listed]) -> Found:
        found = await ask_school(self._school, [one.entry for one in listed])
        async with self._database.acquire() as connection:
            known = await list_known(connection)
        problems = Problems()
        refuse_unknown(listed, known, found, problems)
        if problems:
            raise ResourceWrong(problems)
        return found

    async def _conclude(self, connection: Connection, found: Found) -> None:
        await repository.keep_subjects(
            connection, groups=found.groups, assignments=found.assignments
        )
        for assignment_id, works in found.works.items():
            await keep_approved(connection, assignment_id, works)
        await checks.ask_all(connection)


async def _check_room(connection: Connection, more: int) -> None:
    if await repository.count(connection) + more > MOST_RESOURCES:
        raise TooManyResources


def _touched(plan: Plan) -> list[Listed]:
    """What is to be checked: a rule that stays may name a lesson that Stepik has no more."""
    return [
        step.listed
        for step in plan.steps
        if step.listed is not None and step.change.what in ("new", "changed", "back")
    ]
