"""People, as school has to know them: one handler of what auth tells, each noun's part in turn."""

from services.school.groups.service import seat_person
from services.school.submissions.service import decide_waiting
from shared import people
from shared.clock import Clock
from shared.db import Connection
from shared.events import PersonChanged


async def learn_person(
    connection: Connection, event: PersonChanged, clock: Clock, public_url: str | None = None
) -> None:
    """Keep a person; their seats become places in teams, and their reviews count from now on."""
    await people.project_person(connection, event, clock)
    await seat_person(connection, event, clock)
    await decide_waiting(connection, event, clock, public_url)
