"""Who a person is, and telling the others when that changes."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID, uuid4

from services.auth.errors import AccountNotFound, LastAdministrator, PersonNotFound, RoleUnknown
from services.auth.persons import repository
from services.auth.persons.repository import Account, OwnedAccount, Person
from shared import outbox
from shared.db import Connection, storable
from shared.events import PersonChanged
from shared.log import get_log

log = get_log(__name__)

GITHUB = "github"
GOOGLE = "google"
VK = "vk"
TELEGRAM = "telegram"
STEPIK = "stepik"
ADMINISTRATOR = "administrator"
ROLES = ("student", "curator", "teacher", ADMINISTRATOR)
LONGEST_NAME = 200
PAGE = 500


def clean_name(text: str, instead: str = "?") -> str:
    """A name fit to be shown: one line, nothing invisible, 200 characters at most."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.split())[:LONGEST_NAME] or instead


async def tell(connection: Connection, person_id: UUID) -> Person:
    """Raise the person's version and tell who they are now: last in each change of a person."""
    person = await repository.raise_version(connection, person_id)
    accounts = await repository.list_accounts(connection, [person_id])
    await outbox.record(connection, _event_of(person, accounts[person_id]))
    return person


def _event_of(person: Person, accounts: Mapping[str, OwnedAccount]) -> PersonChanged:
    github, telegram = accounts.get(GITHUB), accounts.get(TELEGRAM)
    stepik = accounts.get(STEPIK)
    return PersonChanged(
        person_id=person.person_id,
        version=person.version,
        name=person.name,
        roles=person.roles,
        locale=person.locale,
        zone=person.zone,
        telegram_id=int(telegram.subject) if telegram else None,
        github_id=int(github.subject) if github else None,
        github_login=github.login if github else None,
        stepik_id=int(stepik.subject) if stepik else None,
    )


def as_kept(account: Account) -> Account:
    """An account as Postgres takes it: what other systems call people may hold anything."""
    login = storable(account.login) if account.login else None
    return replace(account, login=login, name=storable(account.name))


async def recognise(connection: Connection, account: Account, *, locale: str) -> UUID:
    """Whose account this is; an account that nobody has makes a person.

    A login or name that changed elsewhere is taken over; the person's own name only while it is
    still the one that the account gave.
    """
    account = as_kept(account)
    new_id = uuid4()
    if await repository.add_account(connection, account, new_id):
        await repository.add_person(connection, new_id, name=_shown_name(account), locale=locale)
        await tell(connection, new_id)
        log.info("person_came", person_id=str(new_id), issuer=account.issuer)
        return new_id
    known = await repository.lock_account(connection, account.issuer, account.subject)
    if known is None:
        raise AccountNotFound
    await _renew(connection, known, account)
    return known.person_id


async def _renew(connection: Connection, known: OwnedAccount, now: Account) -> None:
    if (known.login, known.name) == (now.login, now.name):
        return
    await repository.renew_account(connection, now)
    person = await get_person(connection, known.person_id, lock=True)
    renamed = person.name == _shown_name(known) != _shown_name(now)
    if renamed:
        await repository.update_person(connection, replace(person, name=_shown_name(now)))
    if renamed or known.login != now.login:
        await tell(connection, person.person_id)


def _shown_name(account: Account) -> str:
    return clean_name(account.name, clean_name(account.login or ""))


async def get_person(connection: Connection, person_id: UUID, *, lock: bool = False) -> Person:
    """The person.

    Raises:
        PersonNotFound: there is none with this id.
    """
    find = repository.lock_person if lock else repository.find_person
    person = await find(connection, person_id)
    if person is None:
        raise PersonNotFound(str(person_id))
    return person


async def get_by_telegram(connection: Connection, telegram_id: int) -> Person:
    """Whose chat this is.

    Raises:
        AccountNotFound: nobody linked it.
    """
    account = await repository.lock_account(connection, TELEGRAM, str(telegram_id))
    if account is None:
        raise AccountNotFound
    return await get_person(connection, account.person_id)


async def get_meant(connection: Connection, who: str) -> Person:
    """The one person that an operator means: an id, an e-mail address or a GitHub login.

    Raises:
        PersonNotFound: nobody, or more than one.
    """
    try:
        return await get_person(connection, UUID(who))
    except ValueError:
        found = (
            await repository.list_by_email(connection, who)
            if "@" in who
            else await repository.list_by_login(connection, GITHUB, who)
        )
    if len(found) != 1:
        raise PersonNotFound(f"{who}: {len(found)} found")
    return found[0]


def check_role(role: str) -> str:
    """The role itself.

    Raises:
        RoleUnknown: it is none of the four.
    """
    if role not in ROLES:
        raise RoleUnknown(f"{role}: must be one of {', '.join(ROLES)}")
    return role


async def grant(connection: Connection, person_id: UUID, role: str, *, granted_by: str) -> bool:
    """Give a role; False when the person has it. Journalled, and told.

    Raises:
        PersonNotFound, RoleUnknown: nobody, or nothing, to give.
    """
    check_role(role)
    person = await get_person(connection, person_id, lock=True)
    if role in person.roles:
        return False
    await repository.update_person(connection, replace(person, roles=(*person.roles, role)))
    await repository.add_grant(connection, person_id, role, granted_by)
    await tell(connection, person_id)
    log.info("role_granted", person_id=str(person_id), role=role)
    return True


async def take(connection: Connection, person_id: UUID, role: str, *, taken_by: str) -> bool:
    """Take a role; False when the person has it not. Journalled, and told.

    Raises:
        PersonNotFound, RoleUnknown: nobody, or nothing, to take from.
        LastAdministrator: there would be none.
    """
    check_role(role)
    if role == ADMINISTRATOR and await repository.lock_administrators(connection) == [person_id]:
        raise LastAdministrator
    person = await get_person(connection, person_id, lock=True)
    if role not in person.roles:
        return False
    left = tuple(one for one in person.roles if one != role)
    await repository.update_person(connection, replace(person, roles=left))
    await repository.add_grant(connection, person_id, role, taken_by, taken=True)
    await tell(connection, person_id)
    log.info("role_taken", person_id=str(person_id), role=role)
    return True


async def change(
    connection: Connection, person_id: UUID, *, name: str, locale: str, zone: str
) -> bool:
    """Write what a person may say of themselves; False when it stood so. Told when it changes.

    Raises:
        PersonNotFound: there is none with this id.
    """
    person = await get_person(connection, person_id, lock=True)
    wanted = replace(person, name=name, locale=locale, zone=zone)
    if wanted == person:
        return False
    await repository.update_person(connection, wanted)
    await tell(connection, person_id)
    log.info("person_changed", person_id=str(person_id))
    return True


async def tell_page_again(connection: Connection, after: UUID) -> list[Person]:
    """Tell the next persons as they are, their versions unchanged: for a listener begun anew."""
    persons = await repository.lock_page(connection, after, PAGE)
    accounts = await repository.list_accounts(connection, [one.person_id for one in persons])
    for person in persons:
        await outbox.record(connection, _event_of(person, accounts[person.person_id]))
    return persons
