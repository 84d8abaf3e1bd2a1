"""The person's half of linking Telegram: a link to press, and a yes to who pressed it."""

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.auth.errors import AccountTaken, LinkRefused, PlaceTaken, ProposalOver
from services.auth.links import service
from services.auth.persons import repository as persons
from services.auth.persons.service import TELEGRAM
from services.auth.service import AuthService, auth_of
from services.auth.ways.pages import BACK
from shared.db import Connection
from shared.errors import NotFound
from shared.identity import Identity, session_of, signed_in, signed_in_person
from shared.web import render, wants_page

router = APIRouter(include_in_schema=False)

ON_PAGE = {"taken": AccountTaken, "already": PlaceTaken}
"""What a person is shown for a reason; all others are that the link is over."""


@router.post("/me/telegram/link")
async def make_link(
    request: Request,
    auth: AuthService = Depends(auth_of),
    identity: Identity = Depends(signed_in),
) -> Response:
    """Show a one-time link to the bot. It is shown now or never: only its hash is kept."""
    bot = auth.settings.telegram_bot_username
    if not bot:
        raise NotFound
    person_id = signed_in_person(identity)
    async with auth.database.transaction() as connection:
        if await _is_linked(connection, identity):
            return RedirectResponse(BACK, 303)
        code, valid_until = await service.make_code(connection, person_id, session_of(identity))
    return render(
        request,
        "telegram_link.html",
        link=f"https://t.me/{bot}?start={code}",
        valid_until=valid_until,
        accepted_by=None,
    )


@router.get("/me/telegram/link")
async def look_again(
    request: Request,
    auth: AuthService = Depends(auth_of),
    identity: Identity = Depends(signed_in),
) -> Response:
    """How far the linking is, as a page or, for our own script, as JSON.

    `accepted` once the chat said yes; `over` when nothing waits any more.
    """
    async with auth.database.transaction() as connection:
        waiting = await service.find_waiting(
            connection, signed_in_person(identity), session_of(identity)
        )
    accepted_by = waiting.telegram_name if waiting and waiting.accepted_at else None
    if not wants_page(request):
        state = "over" if waiting is None else "accepted" if accepted_by else "waiting"
        return JSONResponse({"state": state})
    if waiting is None:
        return RedirectResponse(BACK, 303)
    return render(
        request,
        "telegram_link.html",
        link=None,
        valid_until=waiting.expires_at,
        accepted_by=accepted_by,
        telegram_id=waiting.offered_to,
        code=waiting.code_hash.hex(),
    )


def shown_code(code: str = Form("", max_length=100)) -> bytes:
    """FastAPI dependency: which code the page spoke of, by its hash.

    Raises:
        ProposalOver: none.
    """
    try:
        return bytes.fromhex(code)
    except ValueError:
        raise ProposalOver from None


@router.post("/me/telegram/confirm")
async def confirm(
    code: bytes = Depends(shown_code),
    auth: AuthService = Depends(auth_of),
    identity: Identity = Depends(signed_in),
) -> Response:
    """Yes, it was I who pressed in that chat."""
    try:
        async with auth.database.transaction() as connection:
            await service.confirm(
                connection, signed_in_person(identity), session_of(identity), code
            )
    except LinkRefused as refused:
        raise ON_PAGE.get(refused.reason, ProposalOver) from None
    return RedirectResponse(BACK, 303)


@router.post("/me/telegram/refuse")
async def refuse(
    code: bytes = Depends(shown_code),
    auth: AuthService = Depends(auth_of),
    identity: Identity = Depends(signed_in),
) -> Response:
    """No, that is somebody else."""
    async with auth.database.transaction() as connection:
        await service.refuse(connection, signed_in_person(identity), session_of(identity), code)
    return RedirectResponse(BACK, 303)


async def _is_linked(connection: Connection, identity: Identity) -> bool:
    person_id = signed_in_person(identity)
    return TELEGRAM in (await persons.list_accounts(connection, [person_id]))[person_id]
