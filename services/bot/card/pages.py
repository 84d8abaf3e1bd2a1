"""The bot's card on `/me`: is this person's chat linked, and what came last."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.bot.chats import repository as chats
from services.bot.notices import repository as notices
from services.bot.notices.table import BY_KIND
from shared import people
from shared.identity import signed_in_person
from shared.web import pages_of, render, service_of

router = APIRouter()


@router.get("/bot/card")
async def show_card(request: Request, person_id: UUID = Depends(signed_in_person)) -> Response:
    """A fragment that `/me` fetches."""
    async with service_of(request).database.acquire() as connection:
        person = await people.get_person(connection, person_id)
        last = await notices.find_last(connection, person_id)
        unreachable = (
            await chats.find_unreachable_reason(connection, person.telegram_id)
            if person.telegram_id is not None
            else None
        )
    kind = BY_KIND.get(last.kind) if last else None
    return render(
        request,
        "bot-card.html",
        is_linked=person.telegram_id is not None,
        is_reachable=unreachable is None,
        last=last,
        about=kind.about(kind.event.model_validate(last.facts)) if kind and last else "",
        why=kind.why(pages_of(request).texts(request)) if kind else "",
    )
