"""Registering: there is no person before the letter's link was pressed."""

import hmac
from dataclasses import dataclass
from uuid import UUID, uuid4

from services.auth.email_proofs import repository as proofs_repository
from services.auth.email_proofs import service as proofs
from services.auth.email_proofs.repository import EmailProof
from services.auth.errors import AddressTaken, EmailTaken, NameMissing
from services.auth.letters import texts
from services.auth.letters.address import check_email
from services.auth.letters.service import Letters
from services.auth.passwords import repository as passwords
from services.auth.passwords.rules import check_new
from services.auth.passwords.service import tell_known
from services.auth.persons import repository as persons
from services.auth.persons.service import clean_name, tell
from services.auth.slow_down.service import Subject, take_turn
from shared.db import Connection
from shared.log import get_log
from shared.secret import at_rest

log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody enters who registers, as it will be kept."""

    name: str
    email: str
    password: str


def check_wish(*, name: str, email: str, password: str) -> Wish:
    """What was entered, if all of it will do.

    Raises:
        FormRefused: with what will not.
    """
    shown = clean_name(name, "")
    if not shown:
        raise NameMissing
    address = check_email(email)
    return Wish(shown, address, check_new(password, known=(shown, address)))


async def ask(
    connection: Connection,
    wish: Wish,
    *,
    hash_: str,
    locale: str,
    browser: str,
    letters: Letters,
    to_address: Subject,
) -> None:
    """Send a link that makes the person; who has the address already is told that by letter."""
    held = await take_turn(connection, to_address)
    known = await passwords.find_by_email(connection, wish.email)
    async with proofs.in_vain_unless(not held, connection):
        if known is not None:
            await tell_known(connection, known, letters=letters)
            return
        proof = EmailProof(
            purpose="register",
            email=wish.email,
            name=wish.name,
            locale=locale,
            hash=hash_,
            browser_hash=at_rest(browser),
        )
        path = await proofs.make(connection, proof)
        await letters.record(connection, texts.confirm, to=wish.email, locale=locale, path=path)


def is_where_registered(proof: EmailProof, browser: str | None) -> bool:
    """Whether this browser registered. In any other a password is chosen anew.

    Or else somebody could register with a stranger's address and a password of their own, and
    wait for the stranger to press the button; or hold the address up with letters whose password
    its owner does not know.
    """
    if browser is None or proof.browser_hash is None:
        return False
    return hmac.compare_digest(at_rest(browser), proof.browser_hash)


async def confirm(connection: Connection, token: str, *, hash_: str | None) -> UUID:
    """The new person, who has proved to read that mailbox; `hash_` is of a password chosen anew.

    Raises:
        LetterLinkOver: the link is not good any more.
        AddressTaken: somebody else has confirmed the address meanwhile.
    """
    proof = await proofs.use(connection, token, "register")
    person_id = uuid4()
    try:
        await persons.add_person(
            connection,
            person_id,
            name=proof.name or proof.email,
            locale=proof.locale or "",
            email=proof.email,
        )
    except EmailTaken as error:
        raise AddressTaken from error
    await proofs_repository.confirm(connection, person_id, proof.email)
    await passwords.set_hash(connection, person_id, hash_ or proof.hash or "")
    await tell(connection, person_id)
    log.info("person_registered", person_id=str(person_id))
    return person_id
