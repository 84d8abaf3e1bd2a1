"""Passwords: asked for by letter, set, changed, removed; and what ends with each."""

from collections.abc import Collection
from uuid import UUID

from services.auth.doors import repository as doors
from services.auth.email_proofs import repository as proofs_repository
from services.auth.email_proofs import service as proofs
from services.auth.email_proofs.repository import EmailProof
from services.auth.errors import (
    AddressTaken,
    EmailTaken,
    LetterLinkOver,
    NotWhoAsked,
    PresentPasswordWrong,
    WrongPassword,
)
from services.auth.letters import texts
from services.auth.letters.service import Letters
from services.auth.passwords import repository
from services.auth.passwords.repository import Holder
from services.auth.persons.service import get_person
from services.auth.sessions import repository as sessions_repository
from services.auth.sessions import service as sessions
from services.auth.slow_down.service import (
    PASSWORD_OF_ADDRESS,
    SlowDown,
    Subject,
    forgive,
    take_turn,
)
from services.auth.ways.service import PASSWORD, check_not_last
from shared.db import Connection
from shared.errors import NotSignedIn
from shared.log import get_log

log = get_log(__name__)

NO_SESSION = UUID(int=0)


async def get_holder(connection: Connection, person_id: UUID, *, lock: bool = False) -> Holder:
    """The person who is signed in, as this way in knows them.

    Raises:
        NotSignedIn: the person is gone since their token was made.
    """
    if lock:
        await get_person(connection, person_id, lock=True)
    holder = await repository.find(connection, person_id)
    if holder is None:
        raise NotSignedIn
    return holder


async def let_in(connection: Connection, proved: Holder, *, renewed: str | None) -> UUID:
    """Who comes in with a password that was right a moment ago; `renewed` is its newer hash.

    Raises:
        WrongPassword: it was changed in that moment, and all sessions ended: this is none of them.
    """
    holder = await get_holder(connection, proved.person_id, lock=True)
    if holder.hash is None or holder.hash != proved.hash or holder.address is None:
        raise WrongPassword
    if renewed is not None:
        await repository.renew(connection, holder.person_id, old=holder.hash, new=renewed)
    return holder.person_id


async def ask_reset(
    connection: Connection, email: str, *, locale: str, letters: Letters, to_address: Subject
) -> None:
    """Send a link to set a new password, if the address is somebody's. `locale` is the page's.

    Whoever has the address gets no more letters than its pace allows; each of them has a link that
    works, so that nobody is locked out by another's asking.
    """
    held = await take_turn(connection, to_address)
    known = await repository.find_by_email(connection, email)
    # The address as it is kept, not as it was typed: that is the mailbox which counts.
    address = known.email if known and known.email else email
    async with proofs.in_vain_unless(known is not None and not held, connection):
        path = await proofs.make(
            connection, EmailProof("reset", address, person_id=known.person_id if known else None)
        )
        await letters.record(
            connection,
            texts.reset,
            to=address,
            locale=known.locale if known else locale,
            path=path,
        )


async def look_at_reset(connection: Connection, token: str) -> Holder:
    """Whose password the link sets.

    Raises:
        LetterLinkOver: it does not, or the address is not theirs any more.
    """
    return await _meant(connection, await proofs.look(connection, token, "reset"))


async def reset(connection: Connection, token: str, hash_: str, *, letters: Letters) -> Holder:
    """Set a new password by a letter's link: the address is proved with that, all sessions end.

    Raises:
        LetterLinkOver: the link is not good any more.
    """
    proof = await proofs.use(connection, token, "reset")
    holder = await _meant(connection, proof, lock=True)
    if not holder.is_confirmed and holder.email is not None:
        await proofs_repository.confirm(connection, holder.person_id, holder.email)
    await repository.set_hash(connection, holder.person_id, hash_)
    await _end_what_stood(connection, holder, kept=NO_SESSION, letters=letters)
    log.info("password_reset", person_id=str(holder.person_id))
    return holder


async def _meant(connection: Connection, proof: EmailProof, *, lock: bool = False) -> Holder:
    if proof.person_id is None:
        raise LetterLinkOver
    holder = await get_holder(connection, proof.person_id, lock=lock)
    if holder.email is None or holder.email.lower() != proof.email.lower():
        raise LetterLinkOver
    return holder


async def forget_guesses(connection: Connection, slow_down: SlowDown, holder: Holder) -> None:
    """Whoever guessed at the old password held the address up for its owner too: no more."""
    await forgive(connection, slow_down.subject(PASSWORD_OF_ADDRESS, holder.email or ""))


async def ask_address(
    connection: Connection,
    holder: Holder,
    email: str,
    *,
    letters: Letters,
    to_address: Subject,
) -> None:
    """Send a link that makes the address this person's; another's is told that it is known."""
    held = await take_turn(connection, to_address)
    known = await repository.find_by_email(connection, email)
    async with proofs.in_vain_unless(not held, connection):
        if known is not None and known.person_id != holder.person_id:
            await tell_known(connection, known, letters=letters)
            return
        path = await proofs.make(connection, EmailProof("add", email, person_id=holder.person_id))
        await letters.record(
            connection, texts.add_address, to=email, locale=holder.locale, path=path
        )


async def tell_known(connection: Connection, known: Holder, *, letters: Letters) -> None:
    """A letter to somebody whose address was used anew: they have an account, here is the way."""
    email = known.email or ""
    path = await proofs.make(connection, EmailProof("reset", email, person_id=known.person_id))
    await letters.record(connection, texts.known_already, to=email, locale=known.locale, path=path)


async def add_address(connection: Connection, token: str, person_id: UUID | None) -> None:
    """The address of the link is this person's from now on.

    Raises:
        LetterLinkOver: the link is not good any more.
        NotWhoAsked: another person, or nobody, asked for it.
        AddressTaken: another person was quicker.
    """
    proof = await proofs.use(connection, token, "add")
    if person_id is None or proof.person_id != person_id:
        raise NotWhoAsked
    await get_holder(connection, person_id, lock=True)
    try:
        await proofs_repository.confirm(connection, person_id, proof.email)
    except EmailTaken as error:
        raise AddressTaken from error
    await proofs_repository.forget_of_person(connection, person_id)
    log.info("address_confirmed", person_id=str(person_id))


async def change(
    connection: Connection, seen: Holder, hash_: str, *, session_id: UUID, letters: Letters
) -> None:
    """Set or change the password of somebody who is signed in; their other sessions end.

    Raises:
        PresentPasswordWrong: it was changed since it was looked at.
    """
    holder = await get_holder(connection, seen.person_id, lock=True)
    if holder.hash != seen.hash or holder.address is None:
        raise PresentPasswordWrong
    await repository.set_hash(connection, holder.person_id, hash_)
    await _end_what_stood(connection, holder, kept=session_id, letters=letters)
    log.info("password_changed", person_id=str(holder.person_id))


async def remove(
    connection: Connection,
    seen: Holder,
    *,
    session_id: UUID,
    usable: Collection[str],
    letters: Letters,
) -> None:
    """Take the password away; other sessions that were begun by it end.

    Raises:
        LastWayIn: the person could not come in any more.
        PresentPasswordWrong: it was changed since it was looked at.
    """
    await check_not_last(connection, seen.person_id, without=PASSWORD, usable=usable)
    holder = await get_holder(connection, seen.person_id)
    if holder.hash is None or holder.hash != seen.hash:
        raise PresentPasswordWrong
    await repository.remove(connection, holder.person_id)
    await sessions_repository.end_by_method(
        connection, holder.person_id, PASSWORD, spare=session_id
    )
    await _tell_changed(connection, holder, letters)
    log.info("password_removed", person_id=str(holder.person_id))


async def _end_what_stood(
    connection: Connection, holder: Holder, *, kept: UUID, letters: Letters
) -> None:
    await proofs_repository.forget_of_person(connection, holder.person_id)
    await sessions.end_others(connection, holder.person_id, kept=kept)
    await doors.forget_of_person(connection, holder.person_id)
    await _tell_changed(connection, holder, letters)


async def _tell_changed(connection: Connection, holder: Holder, letters: Letters) -> None:
    if holder.email is not None:
        await letters.record(connection, texts.changed, to=holder.email, locale=holder.locale)
