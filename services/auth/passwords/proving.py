"""Is this the password? Asked at the edge: the slow-down is committed before, the hash is made
outside of any transaction, what follows from it comes after."""

from fastapi import Request

from services.auth.errors import CameFromElsewhere, PresentPasswordWrong, SlowedDown, WrongPassword
from services.auth.passwords import repository
from services.auth.passwords.repository import Holder
from services.auth.service import AuthService
from services.auth.slow_down import service as slow_down
from services.auth.slow_down.asker import client_of
from services.auth.slow_down.service import (
    LETTER_BY_CLIENT,
    LETTER_TO_ADDRESS,
    PASSWORD_BY_CLIENT,
    PASSWORD_OF_ADDRESS,
    Subject,
    take_turn,
)
from shared.db import storable

LONGEST_LOOKED_AT = 300
"""Characters of an address that somebody enters; no address is as long."""


def check_origin(request: Request) -> None:
    """FastAPI dependency: the form is our own page's, also where the browser has no cookie.

    Or else another site could sign its visitors in as whoever it likes, and have letters sent.

    Raises:
        CameFromElsewhere: it is not.
    """
    if request.headers.get("Origin") != request.app.state.service.settings.public_url:
        raise CameFromElsewhere


def as_looked_up(email: str) -> str:
    """What was entered as an address, fit to be looked for; it need not be one."""
    return storable(email).strip()[:LONGEST_LOOKED_AT]


async def is_right(
    request: Request, auth: AuthService, *, of: str, kept: str | None, password: str
) -> bool:
    """Whether this is the password of the kept hash, guessed at by this client; `of` is the address
    that it is guessed for.

    Raises:
        SlowedDown: it is too early for another guess; no hash was computed.
        TooManyAtOnce: too many guess at once.
    """
    client = auth.slow_down.subject(PASSWORD_BY_CLIENT, client_of(request))
    address = auth.slow_down.subject(PASSWORD_OF_ADDRESS, of)
    await _wait_for(auth, client, address)
    if not await auth.hasher.is_right(kept, password):
        return False
    async with auth.database.transaction() as connection:
        await slow_down.succeed(connection, client=client, address=address)
    return True


async def prove(request: Request, auth: AuthService, *, email: str, password: str) -> Holder:
    """Whose address and password this is. It takes as long whether anybody has the address or not.

    Raises:
        WrongPassword, SlowedDown, TooManyAtOnce: nobody's, or not now.
    """
    with auth.hasher.place():
        async with auth.database.acquire() as connection:
            holder = await repository.find_by_email(connection, email)
        kept = holder.hash if holder and holder.is_confirmed else None
        if not await is_right(request, auth, of=email, kept=kept, password=password):
            raise WrongPassword
    if holder is None or kept is None:
        raise WrongPassword
    return holder


async def prove_present(request: Request, auth: AuthService, holder: Holder, password: str) -> None:
    """See that whoever is signed in knows the password that stands.

    Raises:
        PresentPasswordWrong, SlowedDown, TooManyAtOnce: they do not, or not now.
    """
    # Not by the address: strangers who guess at it would keep its owner from changing it.
    of = f"signed in: {holder.person_id}"
    if not await is_right(request, auth, of=of, kept=holder.hash, password=password):
        raise PresentPasswordWrong


async def ask_by_letter(request: Request, auth: AuthService, email: str) -> Subject:
    """Count that this client has a letter sent; gives the pace of letters to the address, which
    only the letter itself may feel.

    Raises:
        SlowedDown: the client has had too many sent.
    """
    by_client = auth.slow_down.subject(LETTER_BY_CLIENT, client_of(request))
    await _wait_for(auth, by_client, for_letters=True)
    return auth.slow_down.subject(LETTER_TO_ADDRESS, email)


async def _wait_for(auth: AuthService, *subjects: Subject, for_letters: bool = False) -> None:
    async with auth.database.transaction() as connection:
        seconds = await take_turn(connection, *subjects)
    if seconds:
        raise SlowedDown(seconds, for_letters=for_letters)
