"""Ways in: linked with proof of both sides, taken away, and never the last.

The proof of one side is the session, of the other the provider's word; between them the person is
asked once more on our page, so that a link that somebody else made in their browser links nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.auth.doors import repository as doors
from services.auth.errors import AccountTaken, LastWayIn, PlaceTaken, ProposalOver
from services.auth.persons import repository as persons_repository
from services.auth.persons.repository import Account
from services.auth.persons.service import TELEGRAM, as_kept, get_person, tell
from services.auth.sessions import repository as sessions
from services.auth.ways import repository
from shared.db import Connection
from shared.log import get_log
from shared.secret import at_rest, new_token

log = get_log(__name__)

LEADS_TO = {TELEGRAM: (TELEGRAM, "door", "mini_app")}
"""By which methods people come in with an account: a chat gives doors and opens Mini Apps."""
PASSWORD = "password"  # noqa: S105 - the name of a way


@dataclass(frozen=True, slots=True)
class Way:
    """One way in. `shown` is what the other side calls the account; None: it is not linked.
    `is_last`: without it the person could not come in."""

    name: str
    shown: str | None
    linked_at: datetime | None
    is_usable: bool
    is_last: bool = False


async def list_ways(
    connection: Connection, person_id: UUID, *, usable: Collection[str]
) -> list[Way]:
    """What a person has, and what they could have here; linked ones first."""
    accounts = (await persons_repository.list_accounts(connection, [person_id]))[person_id]
    left = {name for name in accounts if name in usable}
    if await repository.has_password(connection, person_id):
        left.add(PASSWORD)
    linked = [
        Way(
            name=account.issuer,
            shown=account.login or account.name or account.subject,
            linked_at=account.linked_at,
            is_usable=account.issuer in usable,
            is_last=not left - {account.issuer},
        )
        for account in sorted(accounts.values(), key=lambda account: account.issuer)
    ]
    others = sorted(name for name in usable if name not in accounts and name != PASSWORD)
    return [*linked, *(Way(name, None, None, is_usable=True) for name in others)]


async def check_not_last(
    connection: Connection, person_id: UUID, *, without: str, usable: Collection[str]
) -> None:
    """Lock the person, and see that they can still come in without one of their ways.

    Raises:
        LastWayIn: they could not. Of two tabs that take away two ways, the second hears this.
    """
    await get_person(connection, person_id, lock=True)
    accounts = (await persons_repository.list_accounts(connection, [person_id]))[person_id]
    left = {name for name in accounts if name in usable}
    if PASSWORD in usable and await repository.has_password(connection, person_id):
        left.add(PASSWORD)
    if not left - {without}:
        raise LastWayIn


async def propose(
    connection: Connection, person_id: UUID, session_id: UUID, account: Account
) -> str | None:
    """Keep an account for the person's yes; gives the proposal, None when it is theirs already.

    Raises:
        AccountTaken: it is another person's.
        PlaceTaken: the person has another account of this system.
    """
    account = as_kept(account)
    if await _is_theirs(connection, person_id, account):
        return None
    proposal = new_token()
    await repository.add(connection, at_rest(proposal), session_id, account)
    return proposal


async def link(connection: Connection, person_id: UUID, session_id: UUID, proposal: str) -> Account:
    """The person's yes: the account is a way in from now on.

    Raises:
        ProposalOver: used, too old, or of another session.
        AccountTaken, PlaceTaken: as it turned out meanwhile.
    """
    kept = await repository.take(connection, at_rest(proposal), session_id)
    if kept is None or not kept.is_open:
        raise ProposalOver
    await get_person(connection, person_id, lock=True)
    account = kept.account
    if not await persons_repository.add_account(connection, account, person_id):
        if await _is_theirs(connection, person_id, account):
            return account
        raise AccountTaken
    await tell(connection, person_id)
    log.info("way_linked", person_id=str(person_id), issuer=account.issuer)
    return account


async def unlink(
    connection: Connection,
    person_id: UUID,
    session_id: UUID,
    issuer: str,
    *,
    usable: Collection[str],
) -> bool:
    """Take an account from a person; False when there was none.

    Other sessions that were begun by it end, and doors that wait: who takes a way away may fear
    that it is stolen.

    Raises:
        LastWayIn: the person could not come in any more.
    """
    await check_not_last(connection, person_id, without=issuer, usable=usable)
    if not await persons_repository.remove_account(connection, person_id, issuer):
        return False
    for method in LEADS_TO.get(issuer, (issuer,)):
        await sessions.end_by_method(connection, person_id, method, spare=session_id)
    await doors.forget_of_person(connection, person_id)
    await tell(connection, person_id)
    log.info("way_unlinked", person_id=str(person_id), issuer=issuer)
    return True


async def _is_theirs(connection: Connection, person_id: UUID, account: Account) -> bool:
    owned = await persons_repository.lock_account(connection, account.issuer, account.subject)
    if owned is not None and owned.person_id != person_id:
        raise AccountTaken
    accounts = await persons_repository.list_accounts(connection, [person_id])
    if owned is None and account.issuer in accounts[person_id]:
        raise PlaceTaken
    return owned is not None
