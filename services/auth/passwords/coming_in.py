"""A browser comes in by a password, or by a letter: the same session for both."""

from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from services.auth.service import AuthService
from services.auth.sessions import service as sessions
from services.auth.sessions.cookie import read_session_token, set_session
from services.auth.ways.service import PASSWORD
from shared.db import Connection


async def begin_session(
    connection: Connection, request: Request, auth: AuthService, person_id: UUID
) -> str:
    """A session instead of the one that the browser had; gives its token."""
    return await sessions.begin(
        connection,
        person_id,
        auth_method=PASSWORD,
        user_agent=request.headers.get("User-Agent", ""),
        instead_of=read_session_token(request.scope["headers"], secure=auth.settings.secure),
    )


def send_in(auth: AuthService, session: str, next_path: str) -> Response:
    """Give the browser its session and send it on."""
    answer = RedirectResponse(next_path, 303, {"Cache-Control": "no-store"})
    set_session(answer, session, secure=auth.settings.secure)
    return answer
