"""What an administrator may do with people's roles."""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar
from uuid import UUID

from services.auth.errors import OwnAdministrator
from services.auth.people import repository
from services.auth.people.repository import Found, RoleGrant
from services.auth.persons import repository as persons_repository
from services.auth.persons import service as persons
from services.auth.persons.service import ADMINISTRATOR, clean_name
from shared.db import Connection
from shared.errors import Forbidden

PAGE = 50
Action = Literal["grant", "take"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list, counted from 1."""

    rows: list[T]
    number: int
    has_next: bool


def _page(rows: list[T], number: int) -> Page[T]:
    return Page(rows[:PAGE], number, len(rows) > PAGE)


async def search(connection: Connection, text: str, number: int) -> Page[Found]:
    """People by a part of their name, e-mail address or GitHub login; all for an empty text."""
    found = await repository.search(
        connection, clean_name(text, ""), limit=PAGE + 1, offset=(number - 1) * PAGE
    )
    return _page(found, number)


async def list_grants(connection: Connection, person_id: UUID, number: int) -> Page[RoleGrant]:
    """The journal of a person's roles, the newest first."""
    found = await repository.list_grants(
        connection, person_id, limit=PAGE + 1, offset=(number - 1) * PAGE
    )
    return _page(found, number)


async def change_role(
    connection: Connection, person_id: UUID, role: str, action: Action, *, by: UUID
) -> bool:
    """Give or take a role in an administrator's name; False when it stood so already.

    Administrators change roles one after another, so that each still is one when they do.

    Raises:
        Forbidden: who asks is no administrator, perhaps since a moment ago.
        OwnAdministrator, LastAdministrator: somebody would be locked out.
        PersonNotFound, RoleUnknown: nobody, or nothing, to change.
    """
    if by not in await persons_repository.lock_administrators(connection):
        raise Forbidden
    if action == "grant":
        return await persons.grant(connection, person_id, role, granted_by=str(by))
    if role == ADMINISTRATOR and person_id == by:
        raise OwnAdministrator
    return await persons.take(connection, person_id, role, taken_by=str(by))
