"""What is so of people: at Stepik, in school, and by the calendar where they live."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.sync.access.checks import repository
from services.sync.access.verdicts import Facts
from services.sync.stepik import facts as stepik
from shared.db import Connection
from shared.texts import DEFAULT_ZONE
from shared.zones import zone_of


async def list_facts(
    connection: Connection, person_ids: Sequence[UUID], now: datetime
) -> dict[UUID, Facts]:
    """The facts of each of them; at most a few hundred at once."""
    people = {one.person_id: one for one in await repository.list_people(connection, person_ids)}
    learned = await stepik.list_facts(connection, person_ids)
    groups = _gather(await repository.list_memberships(connection, person_ids))
    approved = _gather(await repository.list_approved(connection, person_ids))
    found = {}
    for person_id in person_ids:
        person, known = people.get(person_id), learned.get(person_id)
        found[person_id] = Facts(
            today=now.astimezone(zone_of(person.zone if person else DEFAULT_ZONE)).date(),
            lessons=known.lessons if known else frozenset(),
            steps=known.steps if known else frozenset(),
            modules=known.module_per_cent if known else {},
            courses=known.course_per_cent if known else {},
            groups=groups.get(person_id, frozenset()),
            approved=approved.get(person_id, frozenset()),
        )
    return found


def _gather(pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, frozenset[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for person_id, about in pairs:
        found[person_id].add(about)
    return {person_id: frozenset(those) for person_id, those in found.items()}
