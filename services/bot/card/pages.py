"""The bot's card on `/me`: is this person's chat linked, and what came last."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.bot.chats import repository as chats
from services.bot.notices import repository as notices
from services.bot.notices.table import BY_KIND
from shared import people
from shared.errors import NotSignedIn
from shared.identity import Identity, signed_in

router = APIRouter()


@router.get("/bot/card")
async def show_card(request: Request, identity: Identity = Depends(signed_in)) -> Response:
    """A fragment that `/me` fetches."""
    if identity.person_id is None:
        raise NotSignedIn
    async with request.app.state.service.database.acquire() as connection:
        person = await people.get_person(connection, identity.person_id)
        last = await notices.find_last(connection, identity.person_id)
        unreachable = (
            await chats.find_unreachable_reason(connection, person.telegram_id)
            if person.telegram_id is not None
            else None
        )
    pages = request.app.state.pages
    kind = BY_KIND.get(last.kind) if last else None
    answer: Response = pages.render(
        request,
        "bot-card.html",
        is_linked=person.telegram_id is not None,
        is_reachable=unreachable is None,
        last=last,
        why=kind.why(pages.texts(request)) if kind else "",
    )
    return answer
