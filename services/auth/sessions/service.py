"""How a session begins, lives and ends."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from services.auth.persons.service import clean_name
from services.auth.sessions import repository
from services.auth.sessions.cookie import LONGEST_SESSION
from services.auth.sessions.repository import ListedSession, LiveSession
from shared.db import Connection
from shared.log import get_log
from shared.secret import at_rest, new_token

log = get_log(__name__)

BEARER_FOR = timedelta(minutes=10)
BEARER = "bearer:"
"""Before a bearer's token when it is hashed: none is worth anything as a cookie, or in reverse."""

LISTED = 20


@dataclass(frozen=True, slots=True)
class SessionPage:
    """Some of a person's sessions, the one that asks first of all."""

    sessions: tuple[ListedSession, ...]
    here: UUID
    number: int
    has_next: bool


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


async def begin_bearer(
    connection: Connection, person_id: UUID, *, auth_method: str, user_agent: str
) -> str:
    """A session without a cookie, for ten minutes: its token goes into `Authorization: Bearer`."""
    token, session_id = new_token(), uuid4()
    await repository.add(
        connection,
        session_id=session_id,
        token_hash=at_rest(BEARER + token),
        person_id=person_id,
        csrf=new_token(),
        auth_method=auth_method,
        user_agent=clean_name(user_agent, ""),
        ends_after=BEARER_FOR,
    )
    log.info("signed_in", person_id=str(person_id), method=auth_method, session=str(session_id))
    return token


async def find_live(connection: Connection, token: str) -> LiveSession | None:
    """The session of a token, if it still counts."""
    return await repository.find_live(connection, at_rest(token))


async def end(connection: Connection, token: str) -> None:
    """Sign a browser out: its very next request is anonymous."""
    await repository.end(connection, at_rest(token))


async def list_page(
    connection: Connection, person_id: UUID, *, here: UUID, number: int = 1
) -> SessionPage:
    """A person's sessions, 20 a page, counted from 1; `here` is the one that asks."""
    found = await repository.list_of_person(
        connection, person_id, first=here, limit=LISTED + 1, offset=(number - 1) * LISTED
    )
    return SessionPage(tuple(found[:LISTED]), here, number, len(found) > LISTED)


async def end_one(connection: Connection, person_id: UUID, session_id: UUID) -> bool:
    """End one of a person's sessions, at its next request; False when they have no such one."""
    ended = await repository.end_one(connection, person_id, session_id)
    if ended:
        log.info("session_ended", person_id=str(person_id), session=str(session_id))
    return ended


async def end_others(connection: Connection, person_id: UUID, *, kept: UUID) -> int:
    """End all of a person's sessions but one, at their next requests; gives how many."""
    count = await repository.end_others(connection, person_id, kept)
    log.info("other_sessions_ended", person_id=str(person_id), count=count)
    return count
