"""The bot's card on `/me`: is this person's chat linked, when is it quiet, and what came last."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.bot.cards.explaining import what_became
from services.bot.chats import repository as chats
from services.bot.history import repository as history
from services.bot.notices.telling import read
from services.bot.preferences import repository as preferences
from services.bot.preferences.texts import quiet_hours
from shared import people
from shared.identity import signed_in_person
from shared.web import pages_of, render, service_of

router = APIRouter()


@router.get("/bot/card")
async def show_card(request: Request, person_id: UUID = Depends(signed_in_person)) -> Response:
    """A fragment that `/me` fetches."""
    async with service_of(request).database.acquire() as connection:
        person = await people.get_person(connection, person_id)
        chosen = await preferences.find(connection, person_id)
        recent = await history.list_recent(connection, person_id, 1)
        unreachable = (
            await chats.find_unreachable_reason(connection, person.telegram_id)
            if person.telegram_id is not None
            else None
        )
    texts = pages_of(request).texts(request)
    last = recent[0] if recent else None
    known = read(last.rule, last.facts) if last else None
    return render(
        request,
        "bot-card.html",
        is_linked=person.telegram_id is not None,
        is_reachable=unreachable is None,
        quiet=quiet_hours(texts, chosen.quiet_from, chosen.quiet_until),
        about=known[0].about(known[1]) if known else "",
        why=known[0].why(texts, known[1]) if known else "",
        became=what_became(last, person, texts) if last else "",
    )
