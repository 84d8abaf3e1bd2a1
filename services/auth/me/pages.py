"""The page of the one who is signed in."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from services.auth.persons import repository as persons
from services.auth.persons.repository import OwnedAccount, Person
from services.auth.persons.service import GITHUB, TELEGRAM
from services.auth.service import AuthService, auth_of
from services.auth.sessions import service as sessions
from services.auth.sessions.cookie import read_session_token
from services.auth.sessions.repository import LiveSession
from shared.db import Connection
from shared.errors import NotSignedIn
from shared.identity import signed_in, signed_in_person
from shared.web import render, wants_page

router = APIRouter(include_in_schema=False)

CARDS = ("school", "sync", "mail", "bot")


@dataclass(frozen=True, slots=True)
class MeSeen:
    """What the page shows."""

    person: Person
    github: OwnedAccount | None
    telegram: OwnedAccount | None
    session: LiveSession | None


@router.get("/me", dependencies=[Depends(signed_in)])
async def show_me(request: Request, auth: AuthService = Depends(auth_of)) -> Response:
    """Who I am here, as a page or, for a program, as JSON."""
    async with auth.database.acquire() as connection:
        seen = await see_me(connection, request, auth)
    if wants_page(request):
        return render_me(request, auth, seen)
    return JSONResponse(_as_json(seen), headers={"Cache-Control": "no-store"})


async def see_me(connection: Connection, request: Request, auth: AuthService) -> MeSeen:
    """Everything that the page shows.

    Raises:
        NotSignedIn: the person is gone since their token was made.
    """
    person_id = signed_in_person(request.state.identity)
    person = await persons.find_person(connection, person_id)
    if person is None:
        raise NotSignedIn
    accounts = (await persons.list_accounts(connection, [person_id]))[person_id]
    token = read_session_token(request.scope["headers"], secure=auth.settings.secure)
    return MeSeen(
        person=person,
        github=accounts.get(GITHUB),
        telegram=accounts.get(TELEGRAM),
        session=await sessions.find_live(connection, token) if token else None,
    )


def render_me(
    request: Request,
    auth: AuthService,
    seen: MeSeen,
    *,
    link: str | None = None,
    valid_until: datetime | None = None,
) -> Response:
    """The page; with a link to the bot when one was just made."""
    return render(
        request,
        "me.html",
        seen=seen,
        cards=CARDS,
        bot=auth.settings.telegram_bot_username,
        link=link,
        valid_until=valid_until,
    )


def _as_json(seen: MeSeen) -> dict[str, object]:
    github, telegram, session = seen.github, seen.telegram, seen.session
    return {
        "person_id": str(seen.person.person_id),
        "name": seen.person.name,
        "email": seen.person.email,
        "roles": list(seen.person.roles),
        "locale": seen.person.locale,
        "zone": seen.person.zone,
        "github": {"id": int(github.subject), "login": github.login} if github else None,
        "telegram": {"id": int(telegram.subject), "name": telegram.name} if telegram else None,
        "session": {
            "auth_method": session.auth_method,
            "created_at": session.created_at.isoformat(),
            "last_used_at": session.last_used_at.isoformat(),
        }
        if session
        else None,
    }
