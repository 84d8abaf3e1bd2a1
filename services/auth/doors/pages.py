"""A door as a person meets it: a page with a button, for link previews press no buttons."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.auth.doors import service
from services.auth.errors import CameFromElsewhere
from services.auth.service import AuthService, auth_of
from services.auth.sessions import service as sessions
from services.auth.sessions.cookie import read_session_token, set_session
from shared.web import render

router = APIRouter(include_in_schema=False)
METHOD = "door"


@router.get("/login/door/{token}")
async def show_door(request: Request, token: str, auth: AuthService = Depends(auth_of)) -> Response:
    """Say who would come in, and ask for a press."""
    async with auth.database.acquire() as connection:
        person = await service.look(connection, token)
    return render(request, "door.html", name=person.name, door=f"{service.PREFIX}{token}")


@router.post("/login/door/{token}")
async def use_door(request: Request, token: str, auth: AuthService = Depends(auth_of)) -> Response:
    """Come in. Also a browser without any cookie must send this from our own page.

    Or else another site could sign its visitors in as whoever it likes.
    """
    if request.headers.get("Origin") != auth.settings.public_url:
        raise CameFromElsewhere
    secure = auth.settings.secure
    async with auth.database.transaction() as connection:
        person_id = await service.use(connection, token)
        session = await sessions.begin(
            connection,
            person_id,
            auth_method=METHOD,
            user_agent=request.headers.get("User-Agent", ""),
            instead_of=read_session_token(request.scope["headers"], secure=secure),
        )
    answer = RedirectResponse("/me", 303, {"Cache-Control": "no-store"})
    set_session(answer, session, secure=secure)
    return answer
