"""Signing out: here, in another browser, everywhere else."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.auth.service import AuthService, auth_of
from services.auth.sessions import service
from services.auth.sessions.cookie import forget_session, read_session_token
from shared.identity import Identity, current_identity, session_of, signed_in, signed_in_person
from shared.web import render, wants_page

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
    token = read_session_token(request.scope["headers"], secure=auth.settings.secure)
    if token is not None:
        async with auth.database.transaction() as connection:
            await service.end(connection, token)
    return _signed_out(auth)


@router.post("/me/sessions/end-others")
async def end_others(
    request: Request,
    auth: AuthService = Depends(auth_of),
    person_id: UUID = Depends(signed_in_person),
    identity: Identity = Depends(signed_in),
) -> Response:
    """Sign out everywhere but here."""
    async with auth.database.transaction() as connection:
        count = await service.end_others(connection, person_id, kept=session_of(identity))
    return _done(request, count)


@router.post("/me/sessions/{session_id}/end")
async def end_session(
    request: Request,
    session_id: UUID,
    auth: AuthService = Depends(auth_of),
    person_id: UUID = Depends(signed_in_person),
    identity: Identity = Depends(signed_in),
) -> Response:
    """Sign one browser out. One that is out already, or another person's, is nothing to change."""
    async with auth.database.transaction() as connection:
        ended = await service.end_one(connection, person_id, session_id)
    if ended and session_id == session_of(identity) and wants_page(request):
        return _signed_out(auth)
    return _done(request, int(ended))


def _done(request: Request, count: int) -> Response:
    if wants_page(request):
        return RedirectResponse("/me#sessions", 303)
    return JSONResponse({"ended": count})


def _signed_out(auth: AuthService) -> Response:
    answer = RedirectResponse("/", 303)
    forget_session(answer, secure=auth.settings.secure)
    return answer
