"""What administrators see of people's access, and decide."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.sync.access.grants import repository as grants
from services.sync.access.grants.repository import Grant
from services.sync.access.looking import Standing, look
from services.sync.operating.errors import PersonNotFound
from services.sync.operating.paging import Page, limits_of, page_of
from services.sync.operating.people import repository
from services.sync.operating.people.repository import Counts, Entry, Filter, Shown
from services.sync.stepik import repository as stepik
from services.sync.stepik.facts import StepikFacts, list_facts
from services.sync.stepik.progress import Match, Progress, find_match, list_progress
from shared.clock import Clock
from shared.db import Connection, Database
from shared.people import Person, get_person

MOST_RESOURCES = 1000
PEOPLE_AT_ONCE = 50
FIRST = ("", UUID(int=0))


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a person is in a course, in whole per cent."""

    course: str
    per_cent: int


@dataclass(frozen=True, slots=True)
class Row:
    """A person as the list has them; without an account at Stepik nothing is reached there."""

    person: Shown
    counts: Counts
    reached: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A person's name with a resource as it stands for them: a line of the file."""

    name: str
    standing: repository.Standing


@dataclass(frozen=True, slots=True)
class Line:
    """A resource as one person stands with it. grant: None where there was never one."""

    standing: Standing
    grant: Grant | None
    decided_by: str


@dataclass(frozen=True, slots=True)
class Seen:
    """All about one person's access."""

    person: Person
    match: Match | None
    progress: Sequence[Progress]
    lines: Sequence[Line]
    journal: Page[Entry]


async def list_people(
    connection: Connection, wanted: Filter, now: datetime, number: int
) -> Page[Row]:
    """A page of people, by name."""
    limit, offset = limits_of(number)
    people = await repository.list_people(connection, wanted, now, limit=limit, offset=offset)
    found = page_of(people, number)
    ids = [one.person_id for one in found.rows]
    counts = await repository.count_grants(connection, ids, now)
    facts = await list_facts(connection, ids)
    courses = await stepik.list_courses(connection) if facts else {}
    rows = [
        Row(
            person=one,
            counts=counts.get(one.person_id, Counts(one.person_id)),
            reached=_reached(courses, facts.get(one.person_id)),
        )
        for one in found.rows
    ]
    return Page(rows, found.number, found.has_next)


def _reached(courses: Mapping[int, str], facts: StepikFacts | None) -> tuple[Reached, ...]:
    if facts is None:
        return ()
    per_cent = facts.course_per_cent
    return tuple(Reached(title, per_cent.get(course, 0)) for course, title in courses.items())


async def read_standings(
    database: Database, wanted: Filter, clock: Clock
) -> AsyncIterator[list[Told]]:
    """Everything of everybody, some people at once."""
    after = FIRST
    while True:
        async with database.acquire() as connection:
            people = await repository.list_following(
                connection, wanted, clock.now(), after=after, limit=PEOPLE_AT_ONCE
            )
            names = {one.person_id: one.name for one in people}
            standings = await repository.list_standings(
                connection, list(names), wanted.resource_id, clock.now()
            )
        if not people:
            return
        yield [Told(names[one.person_id], one) for one in standings]
        after = (people[-1].sorted, people[-1].person_id)


async def see_person(connection: Connection, person_id: UUID, now: datetime, number: int) -> Seen:
    """One person: what is open, what was decided and why, and a page of the journal.

    Raises:
        PersonNotFound: there is nobody.
    """
    person = await get_known(connection, person_id)
    limit, offset = limits_of(number)
    journal = await repository.list_journal(connection, person_id, limit=limit, offset=offset)
    return Seen(
        person=person,
        match=await find_match(connection, person_id),
        progress=await list_progress(connection, person_id),
        lines=await _list_lines(connection, person_id, now),
        journal=page_of(journal, number),
    )


async def get_known(connection: Connection, person_id: UUID) -> Person:
    """A person who was told of, and is still there.

    Raises:
        PersonNotFound: there is nobody.
    """
    person = await get_person(connection, person_id)
    if not person.version or person.deleted:
        raise PersonNotFound
    return person


async def _list_lines(connection: Connection, person_id: UUID, now: datetime) -> list[Line]:
    standings = await look(connection, person_id, now)
    own = {one.resource_id: one for one in await grants.list_grants(connection, person_id)}
    deciders = {one.decided_by for one in own.values() if one.decided_by}
    names = await repository.list_names(connection, list(deciders))
    lines = []
    for standing in standings:
        grant = own.get(standing.resource.resource_id)
        decided_by = names.get(grant.decided_by, "") if grant and grant.decided_by else ""
        lines.append(Line(standing, grant, decided_by))
    return lines
