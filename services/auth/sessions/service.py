"""How a session begins, lives and ends."""

from uuid import UUID, uuid4

from services.auth.persons.service import clean_name
from services.auth.sessions import repository
from services.auth.sessions.cookie import LONGEST_SESSION
from services.auth.sessions.repository import LiveSession
from shared.db import Connection
from shared.log import get_log
from shared.secret import at_rest, new_token

log = get_log(__name__)


async def begin(
    connection: Connection,
    person_id: UUID,
    *,
    auth_method: str,
    user_agent: str,
    instead_of: str | None,
) -> str:
    """Sign a browser in; gives the new session's token, which is kept only as its hash.

    The browser's former session ends (`instead_of` is its token), whoever's it was: a token that
    somebody planted before the sign-in is worth nothing after it.
    """
    if instead_of is not None:
        await repository.end(connection, at_rest(instead_of))
    token, session_id = new_token(), uuid4()
    await repository.add(
        connection,
        session_id=session_id,
        token_hash=at_rest(token),
        person_id=person_id,
        csrf=new_token(),
        auth_method=auth_method,
        user_agent=clean_name(user_agent, ""),
        ends_after=LONGEST_SESSION,
    )
    log.info("signed_in", person_id=str(person_id), method=auth_method, session=str(session_id))
    return token


async def find_live(connection: Connection, token: str) -> LiveSession | None:
    """The session of a token, if it still counts."""
    return await repository.find_live(connection, at_rest(token))


async def end(connection: Connection, token: str) -> None:
    """Sign a browser out: its very next request is anonymous."""
    await repository.end(connection, at_rest(token))
