"""All that a person's page of settings shows, gathered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.bot.cards import service as cards
from services.bot.history import repository as history
from services.bot.history.repository import Seen
from services.bot.notices.telling import read
from services.bot.preferences import repository
from services.bot.preferences.kinds import Kind, offered_to
from services.bot.preferences.planning import Preferences
from shared import people
from shared.db import Connection
from shared.people import Person

MOST_RECENT = 20


@dataclass(frozen=True, slots=True)
class Muted:
    """A matter of which the person wants to hear no more."""

    card_id: int
    about: str
    muted_at: datetime


@dataclass(frozen=True, slots=True)
class Recent:
    """A notice: what it was about, of which kind, and what became of it."""

    about: str
    kind: Kind | None
    notice: Seen


@dataclass(frozen=True, slots=True)
class SettingsSeen:
    """What the page shows."""

    person: Person
    preferences: Preferences
    kinds: list[Kind]
    muted: list[Muted]
    recent: list[Recent]


async def see(connection: Connection, person_id: UUID) -> SettingsSeen:
    """All of it."""
    person = await people.get_person(connection, person_id)
    muted = await cards.list_muted(connection, person_id)
    recent = await history.list_recent(connection, person_id, MOST_RECENT)
    return SettingsSeen(
        person=person,
        preferences=await repository.find(connection, person_id),
        kinds=offered_to(person.roles),
        muted=[Muted(card.card_id, about, card.muted_at) for card, about in muted],
        recent=[_recent(notice) for notice in recent],
    )


def _recent(notice: Seen) -> Recent:
    known = read(notice.rule, notice.facts)
    if known is None:
        return Recent("…", None, notice)
    rule, event = known
    return Recent(rule.about(event), rule.kind, notice)
