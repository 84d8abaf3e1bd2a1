"""What the command line does in auth: plain functions over an open database of auth's."""

from dataclasses import replace
from uuid import UUID, uuid4

from services.auth.doors import service as doors
from services.auth.email_proofs import repository as email_proofs
from services.auth.errors import EmailTaken
from services.auth.letters.address import check_email
from services.auth.passwords import repository as passwords
from services.auth.passwords.hashing import Hasher
from services.auth.persons import repository, service
from services.auth.persons.repository import NOBODY, Account
from shared.db import Connection, Database

OPERATOR = "command line"


async def create_person(
    database: Database, *, email: str, role: str, name: str, locale: str = "ru"
) -> str:
    """A new person with a role; gives the path of a one-time door for them.

    Raises:
        EmailTaken, RoleUnknown: nothing is written.
        NoAddress: this is no e-mail address.
    """
    service.check_role(role)
    person_id = uuid4()
    async with database.transaction() as connection:
        await repository.add_person(
            connection,
            person_id,
            name=service.clean_name(name, email),
            locale=locale,
            email=check_email(email),
        )
        await service.grant(connection, person_id, role, granted_by=OPERATOR)
        return await doors.make(connection, person_id)


async def make_door(database: Database, who: str) -> str:
    """The path of a new one-time door for somebody known (an e-mail, a GitHub login, an id)."""
    async with database.transaction() as connection:
        person = await service.get_meant(connection, who)
        return await doors.make(connection, person.person_id)


async def grant(database: Database, who: str, role: str) -> bool:
    """Give a role to an e-mail's, a GitHub login's or an id's person; False when they have it.

    Raises:
        PersonNotFound, RoleUnknown: nothing is written.
    """
    async with database.transaction() as connection:
        person = await service.get_meant(connection, who)
        return await service.grant(connection, person.person_id, role, granted_by=OPERATOR)


async def take(database: Database, who: str, role: str) -> bool:
    """Take a role from an e-mail's, a GitHub login's or an id's person; False when they lack it.

    Raises:
        PersonNotFound, RoleUnknown, LastAdministrator: nothing is written.
    """
    async with database.transaction() as connection:
        person = await service.get_meant(connection, who)
        return await service.take(connection, person.person_id, role, taken_by=OPERATOR)


async def republish(database: Database) -> int:
    """Tell of every person as they are, for a new or emptied service; gives how many."""
    told, after = 0, NOBODY
    while True:
        async with database.transaction() as connection:
            persons = await service.tell_page_again(connection, after)
        if not persons:
            return told
        told, after = told + len(persons), persons[-1].person_id


async def seed_person(
    database: Database,
    *,
    person_id: UUID,
    name: str,
    roles: tuple[str, ...],
    locale: str = "ru",
    telegram_id: int | None = None,
    github_id: int | None = None,
    github_login: str | None = None,
    email: str | None = None,
) -> bool:
    """Bring a person about, with these accounts; False when all of it stood already.

    It may be run again and again. An account that is somebody else's stays theirs.
    """
    roles = tuple(service.check_role(role) for role in roles)
    accounts = []
    if github_id is not None:
        accounts.append(Account(service.GITHUB, str(github_id), github_login))
    if telegram_id is not None:
        accounts.append(Account(service.TELEGRAM, str(telegram_id), None, name))
    async with database.transaction() as connection:
        changed = await repository.add_person(
            connection, person_id, name=name, locale=locale, email=email, roles=roles
        )
        if not changed:
            changed = await _renew(
                connection, person_id, name=name, roles=roles, locale=locale, email=email
            )
        for account in accounts:
            changed |= await repository.add_account(connection, account, person_id)
        if changed:
            await service.tell(connection, person_id)
    return changed


async def seed_password(database: Database, person_id: UUID, password: str) -> bool:
    """Let a seeded person come in by their address and this password; False when they have one."""
    async with database.acquire() as connection:
        holder = await passwords.find(connection, person_id)
    if holder is None or holder.email is None or holder.hash is not None:
        return False
    hash_ = await Hasher().hash(password)
    async with database.transaction() as connection:
        await email_proofs.confirm(connection, person_id, holder.email)
        await passwords.set_hash(connection, person_id, hash_)
    return True


async def _renew(
    connection: Connection,
    person_id: UUID,
    *,
    name: str,
    roles: tuple[str, ...],
    locale: str,
    email: str | None,
) -> bool:
    stands = await service.get_person(connection, person_id, lock=True)
    wanted = replace(stands, name=name, roles=roles, locale=locale, email=email)
    if stands == wanted:
        return False
    await repository.update_person(connection, wanted)
    return True


__all__ = [
    "EmailTaken",
    "create_person",
    "grant",
    "make_door",
    "republish",
    "seed_password",
    "seed_person",
    "take",
]
