"""Signing out."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.auth.service import AuthService, auth_of
from services.auth.sessions import service
from services.auth.sessions.cookie import forget_session, read_session_token
from shared.identity import Identity, current_identity
from shared.web import render

router = APIRouter(include_in_schema=False)


@router.get("/logout")
async def ask_to_log_out(
    request: Request, identity: Identity = Depends(current_identity)
) -> Response:
    """Ask; a GET changes nothing."""
    if identity.person_id is None:
        return RedirectResponse("/", 303)
    return render(request, "logout.html")


@router.post("/logout")
async def log_out(request: Request, auth: AuthService = Depends(auth_of)) -> Response:
    """End this browser's session."""
    secure = auth.settings.secure
    token = read_session_token(request.scope["headers"], secure=secure)
    if token is not None:
        async with auth.database.transaction() as connection:
            await service.end(connection, token)
    answer = RedirectResponse("/", 303)
    forget_session(answer, secure=secure)
    return answer
