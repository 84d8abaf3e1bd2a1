"""Links that a letter carries: made, looked at as often as anybody likes, and used once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from services.auth.email_proofs import repository
from services.auth.email_proofs.repository import EmailProof, Purpose
from services.auth.errors import LetterLinkOver
from shared.db import Connection
from shared.secret import at_rest, new_token

CONFIRM = "/login/confirm/"
RESET = "/login/reset/"
PATHS = {"register": CONFIRM, "add": CONFIRM, "reset": RESET}
LIVE_FOR = {
    "register": timedelta(hours=24),
    "add": timedelta(hours=24),
    "reset": timedelta(hours=1),
}


async def make(connection: Connection, proof: EmailProof) -> str:
    """The path of a new link; it goes into a letter to that address and nowhere else."""
    token = new_token()
    await repository.add(connection, at_rest(token), proof, lives_for=LIVE_FOR[proof.purpose])
    return f"{PATHS[proof.purpose]}{token}"


async def look(connection: Connection, token: str, *purposes: Purpose) -> EmailProof:
    """What the link proves; looking does not use it up, for programs look at links too.

    Raises:
        LetterLinkOver: it was used, is too old, is of another kind, or never was.
    """
    proof = await repository.find(connection, at_rest(token), purposes)
    if proof is None:
        raise LetterLinkOver
    return proof


async def use(connection: Connection, token: str, *purposes: Purpose) -> EmailProof:
    """What the link proves, and it is used up if the transaction commits.

    Raises:
        LetterLinkOver: it was used, is too old, is of another kind, or never was.
    """
    proof = await repository.use(connection, at_rest(token), purposes)
    if proof is None:
        raise LetterLinkOver
    return proof


@asynccontextmanager
async def in_vain_unless(is_wanted: bool, connection: Connection) -> AsyncIterator[None]:
    """Do what is in the block, and undo it where it is not wanted: it takes as long either way, so
    that nobody learns by the clock who has an account here."""
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        yield
    except BaseException:
        await savepoint.rollback()
        raise
    if is_wanted:
        await savepoint.commit()
    else:
        await savepoint.rollback()
