"""How everything that may be opened stands for one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.sync.access.checks import facts as checks
from services.sync.access.conditions import Condition, Names, names_of
from services.sync.access.grants import repository as grants
from services.sync.access.grants.repository import Grant
from services.sync.access.reading import find_condition
from services.sync.access.resources import repository as resources
from services.sync.access.resources.repository import Resource
from services.sync.access.verdicts import Facts, Missing, Titles, judge
from services.sync.stepik import facts as stepik
from shared.db import Connection

BY_OPERATOR = (Missing("operator"),)


@dataclass(frozen=True, slots=True)
class Standing:
    """A resource as it stands for a person.

    is_opening: earned or allowed, and Boomstream has not confirmed it yet. is_denied: an operator
    took it back, whatever the rule says; the reason is the grant's. `missing`: empty where it is
    open, is opening, or was denied.
    """

    resource: Resource
    is_open: bool
    opened_at: datetime | None
    expires_at: datetime | None
    is_opening: bool
    is_denied: bool
    missing: tuple[Missing, ...]


async def look(connection: Connection, person_id: UUID, now: datetime) -> list[Standing]:
    """All that is not archived, and what is archived and open to them, in the order of resources.

    Call it outside a transaction or in one: it writes nothing.
    """
    held = {one.resource_id: one for one in await grants.list_grants(connection, person_id)}
    shown = [
        one
        for one in await resources.list_resources(connection, include_archived=True)
        if one.archived_at is None or (one.resource_id in held and held[one.resource_id].wanted)
    ]
    rules = {one.resource_id: find_condition(one.condition) for one in shown}
    facts = (await checks.list_facts(connection, [person_id], now))[person_id]
    titles = await list_titles(connection, list(rules.values()))
    return [
        _stand(one, held.get(one.resource_id), rules[one.resource_id], facts, titles, now)
        for one in shown
    ]


async def list_titles(connection: Connection, conditions: Sequence[Condition | None]) -> Titles:
    """How people call what these conditions name."""
    named = [names_of(one) for one in conditions]
    subjects = await resources.list_subjects(
        connection,
        groups=_all_of(named, "groups"),
        assignments=_all_of(named, "assignments"),
    )
    known = await stepik.list_known(connection)
    return Titles(
        courses=known.courses,
        modules=known.modules,
        lessons=known.lessons,
        groups=subjects.groups,
        assignments=subjects.assignments,
    )


def _all_of(named: Sequence[Names], field: str) -> list[UUID]:
    return sorted({one for names in named for one in getattr(names, field)})


def _stand(
    resource: Resource,
    grant: Grant | None,
    condition: Condition | None,
    facts: Facts,
    titles: Titles,
    now: datetime,
) -> Standing:
    is_open = grant is not None and grant.is_open(now)
    is_denied = grant is not None and grant.decision == "deny"
    is_expired = grant is not None and grant.has_run_out(now)
    is_opening = grant is not None and grant.wanted and not grant.granted and not is_expired
    missing: tuple[Missing, ...] = ()
    if not (is_open or is_denied or is_opening or is_expired):
        missing = judge(condition, facts, titles) if condition else BY_OPERATOR
        # The facts are there, the look that makes a grant of them is not over.
        is_opening = condition is not None and not missing
    return Standing(
        resource=resource,
        is_open=is_open,
        opened_at=grant.granted_at if grant and is_open else None,
        expires_at=grant.expires_at if grant and (is_open or is_expired) else None,
        is_opening=is_opening,
        is_denied=is_denied,
        missing=missing,
    )
