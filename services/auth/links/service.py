"""Linking a Telegram account to a person: made on the page, offered and accepted in the chat.

A link can be stolen, or sent to a victim; so the chat is first shown whose account it is (masked),
and only the Telegram account that was shown it may accept.
"""

from datetime import UTC, datetime
from uuid import UUID

from services.auth.errors import LinkRefused
from services.auth.links import repository
from services.auth.links.repository import LinkCode
from services.auth.persons import repository as persons_repository
from services.auth.persons.repository import Account, Person
from services.auth.persons.service import GITHUB, TELEGRAM, clean_name, get_person, tell
from shared.db import Connection
from shared.log import get_log
from shared.secret import at_rest, new_token

log = get_log(__name__)


async def make_code(connection: Connection, person_id: UUID) -> tuple[str, datetime]:
    """A new code for the person who is signed in, and until when it is valid."""
    await get_person(connection, person_id, lock=True)
    code = new_token()
    return code, await repository.add(connection, at_rest(code), person_id)


async def offer(connection: Connection, code: str, telegram_id: int) -> tuple[str, LinkCode]:
    """Show a chat whose account the code would link; gives the masked account. Binds nothing.

    Raises:
        LinkRefused: with the reason.
    """
    found = await _lock_live(connection, code, telegram_id)
    if found.offered_to is None:
        await repository.offer(connection, found.code_hash, telegram_id)
    person = await get_person(connection, found.person_id)
    await _check_free(connection, person.person_id, telegram_id)
    return await _masked(connection, person), found


async def accept(
    connection: Connection, code: str, *, telegram_id: int, telegram_name: str
) -> Person:
    """Link the Telegram account that the code was offered to; gives the person.

    Raises:
        LinkRefused: with the reason. Nothing that stands is ever replaced.
    """
    found = await _lock_live(connection, code, telegram_id)
    if found.offered_to is None:
        raise LinkRefused("unknown")
    account = Account(issuer=TELEGRAM, subject=str(telegram_id), name=clean_name(telegram_name, ""))
    if not await persons_repository.add_account(connection, account, found.person_id):
        await _check_free(connection, found.person_id, telegram_id)
        raise LinkRefused("already")
    await repository.use(connection, found.code_hash)
    person = await tell(connection, found.person_id)
    log.info("telegram_linked", person_id=str(person.person_id))
    return person


async def unlink(connection: Connection, person_id: UUID) -> bool:
    """Take the Telegram account from a person; False when there was none.

    Telegram is no way in yet, so this shuts nobody out.
    """
    if not await persons_repository.remove_account(connection, person_id, TELEGRAM):
        return False
    await tell(connection, person_id)
    log.info("telegram_unlinked", person_id=str(person_id))
    return True


async def _lock_live(connection: Connection, code: str, telegram_id: int) -> LinkCode:
    found = await repository.lock(connection, at_rest(code))
    if found is None:
        raise LinkRefused("unknown")
    if found.used_at is not None or found.offered_to not in (None, telegram_id):
        raise LinkRefused("used")
    if found.expires_at < datetime.now(UTC):
        raise LinkRefused("expired")
    return found


async def _check_free(connection: Connection, person_id: UUID, telegram_id: int) -> None:
    owned = await persons_repository.lock_account(connection, TELEGRAM, str(telegram_id))
    if owned is not None and owned.person_id != person_id:
        raise LinkRefused("taken")
    accounts = await persons_repository.list_accounts(connection, [person_id])
    if TELEGRAM in accounts[person_id]:
        raise LinkRefused("already")


async def _masked(connection: Connection, person: Person) -> str:
    accounts = await persons_repository.list_accounts(connection, [person.person_id])
    github = accounts[person.person_id].get(GITHUB)
    known_as = f" (GitHub {mask(github.login)})" if github and github.login else ""
    return f"{mask(person.name)}{known_as}"


def mask(text: str) -> str:
    """Enough for the one who is meant, too little for others: not even its length."""
    return f"{text[0]}•••{text[-1]}" if len(text) > 2 else f"{text[:1]}•••"
