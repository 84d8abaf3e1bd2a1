"""Everything that a person's own page shows, gathered; and what they change in their chat."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.auth.me.settings import Settings
from services.auth.persons import repository as persons
from services.auth.persons.repository import OwnedAccount, Person
from services.auth.persons.service import (
    GITHUB,
    STEPIK,
    TELEGRAM,
    change,
    get_by_telegram,
    get_person,
)
from services.auth.sessions import service as sessions
from services.auth.sessions.service import SessionPage
from services.auth.vault.repository import Right
from services.auth.vault.service import list_rights
from services.auth.ways.repository import has_password
from services.auth.ways.service import Way, list_ways
from shared.db import Connection
from shared.errors import NotSignedIn, Unprocessable


@dataclass(frozen=True, slots=True)
class MeSeen:
    """What the page shows."""

    person: Person
    github: OwnedAccount | None
    telegram: OwnedAccount | None
    stepik: OwnedAccount | None
    ways: list[Way]
    has_password: bool
    rights: list[Right]
    sessions: SessionPage

    @property
    def settings(self) -> Settings:
        """What the form of settings begins with."""
        return Settings(self.person.name, self.person.locale, self.person.zone)


async def see(
    connection: Connection,
    person_id: UUID,
    *,
    here: UUID,
    usable: Collection[str],
    page: int,
) -> MeSeen:
    """All of it, with this page of the sessions; `here` is the one that asks.

    Raises:
        NotSignedIn: the person is gone since their token was made.
    """
    person = await persons.find_person(connection, person_id)
    if person is None:
        raise NotSignedIn
    accounts = (await persons.list_accounts(connection, [person_id]))[person_id]
    return MeSeen(
        person=person,
        github=accounts.get(GITHUB),
        telegram=accounts.get(TELEGRAM),
        stepik=accounts.get(STEPIK),
        ways=await list_ways(connection, person_id, usable=usable),
        has_password=await has_password(connection, person_id),
        rights=await list_rights(connection, person_id),
        sessions=await sessions.list_page(connection, person_id, here=here, number=page),
    )


async def change_in_chat(
    connection: Connection, telegram_id: int, *, locale: str | None, zone: str | None
) -> Person:
    """Change what the one whose chat this is chose there; the rest stays as it stands.

    Raises:
        AccountNotFound: nobody linked the chat.
        Unprocessable: there is no such language or zone.
    """
    known = await get_by_telegram(connection, telegram_id)
    person = await get_person(connection, known.person_id, lock=True)
    wanted = Settings(person.name, locale or person.locale, zone or person.zone).tidy()
    wrong = wanted.wrong_fields()
    chosen = {"locale": locale, "zone": zone}
    for field, value in chosen.items():
        if value is not None and field in wrong:
            raise Unprocessable(f"{field}: {wrong[field]}")
    await change(
        connection, person.person_id, name=person.name, locale=wanted.locale, zone=wanted.zone
    )
    return await get_person(connection, person.person_id)
