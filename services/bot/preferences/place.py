"""A person's time zone as they know it: by its city."""

import asyncio
from datetime import datetime

from shared.people import Person
from shared.zones import find_zone


async def place_of(person: Person, locale: str, now: datetime) -> str:
    """The zone's city and its distance from UTC; its name where nobody knows the zone."""
    # The first asking of a day reads all zones.
    zone = await asyncio.to_thread(find_zone, person.zone, locale, now.date())
    return zone.label if zone else person.zone
