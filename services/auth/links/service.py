"""Linking a Telegram account to a person: begun on the page, accepted in the chat, confirmed on
the page.

A link can be stolen, or sent to a victim. So the chat is first shown whose account it is (masked),
only the Telegram account that was shown it may accept, and the session that made the link is then
shown who accepted, and says yes.
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


async def make_code(
    connection: Connection, person_id: UUID, session_id: UUID
) -> tuple[str, datetime]:
    """A new code for the person who is signed in, and until when it is valid."""
    await get_person(connection, person_id, lock=True)
    code = new_token()
    return code, await repository.add(connection, at_rest(code), person_id, session_id)


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
    """The chat says yes; gives the person, who is asked on the page next. Links nothing yet.

    Raises:
        LinkRefused: with the reason. Nothing that stands is ever replaced.
    """
    found = await _lock_live(connection, code, telegram_id)
    if found.offered_to is None:
        raise LinkRefused("unknown")
    await _check_free(connection, found.person_id, telegram_id)
    name = clean_name(telegram_name, str(telegram_id))
    await repository.accept(connection, found.code_hash, name)
    log.info("telegram_accepted", person_id=str(found.person_id))
    return await get_person(connection, found.person_id)


async def find_waiting(
    connection: Connection, person_id: UUID, session_id: UUID
) -> LinkCode | None:
    """What the page that made a link waits for; `accepted_at` says that the chat said yes."""
    return await repository.find_newest(connection, person_id, session_id)


async def confirm(
    connection: Connection, person_id: UUID, session_id: UUID, code_hash: bytes
) -> None:
    """The page says yes to the Telegram account that accepted this code: it is linked.

    Raises:
        LinkRefused: expired where nothing waits for a yes; taken and already as in the chat.
    """
    found = await repository.lock_of_session(connection, code_hash, person_id, session_id)
    if found is None or found.accepted_at is None or found.offered_to is None:
        raise LinkRefused("expired")
    account = Account(
        issuer=TELEGRAM, subject=str(found.offered_to), name=found.telegram_name or ""
    )
    if not await persons_repository.add_account(connection, account, person_id):
        await _check_free(connection, person_id, found.offered_to)
        raise LinkRefused("already")
    await repository.use(connection, found.code_hash)
    await tell(connection, person_id)
    log.info("telegram_linked", person_id=str(person_id))


async def refuse(
    connection: Connection, person_id: UUID, session_id: UUID, code_hash: bytes
) -> None:
    """The page says no: the code is worth nothing any more."""
    found = await repository.lock_of_session(connection, code_hash, person_id, session_id)
    if found is not None:
        await repository.drop(connection, found.code_hash)


async def _lock_live(connection: Connection, code: str, telegram_id: int) -> LinkCode:
    found = await repository.lock(connection, at_rest(code))
    if found is None:
        raise LinkRefused("unknown")
    is_over = found.used_at is not None or found.accepted_at is not None
    if is_over or found.offered_to not in (None, telegram_id):
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
