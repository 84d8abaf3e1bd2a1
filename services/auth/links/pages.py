"""The person's half of linking: a link to press, and a way back."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.auth.links import service
from services.auth.me.pages import render_me, see_me
from services.auth.service import AuthService, auth_of
from shared.errors import NotFound
from shared.identity import signed_in, signed_in_person

router = APIRouter(include_in_schema=False)


@router.post("/me/telegram/link")
async def make_link(
    request: Request,
    auth: AuthService = Depends(auth_of),
    person_id: UUID = Depends(signed_in_person),
) -> Response:
    """Show a one-time link to the bot. It is shown now or never: only its hash is kept."""
    bot = auth.settings.telegram_bot_username
    if not bot:
        raise NotFound
    async with auth.database.transaction() as connection:
        seen = await see_me(connection, request, auth)
        if seen.telegram is not None:
            return RedirectResponse("/me", 303)
        code, valid_until = await service.make_code(connection, person_id)
    return render_me(
        request, auth, seen, link=f"https://t.me/{bot}?start={code}", valid_until=valid_until
    )


@router.get("/me/telegram/link", dependencies=[Depends(signed_in)])
async def look_again() -> Response:
    """Where a reload of the page with the link ends: a code is made by a press alone."""
    return RedirectResponse("/me", 303)


@router.post("/me/telegram/unlink")
async def unlink(
    auth: AuthService = Depends(auth_of), person_id: UUID = Depends(signed_in_person)
) -> Response:
    """Take the Telegram account away."""
    async with auth.database.transaction() as connection:
        await service.unlink(connection, person_id)
    return RedirectResponse("/me", 303)
