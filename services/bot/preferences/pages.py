"""A person's page of notices: what comes when, what is muted, what came last. JSON for programs."""

from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.bot.cards import service as cards
from services.bot.cards.explaining import what_became
from services.bot.errors import CardNotFound
from services.bot.preferences import service
from services.bot.preferences.form import Form
from services.bot.preferences.kinds import MODES
from services.bot.preferences.place import place_of
from services.bot.preferences.planning import TIMES
from services.bot.preferences.schemas import as_json
from services.bot.preferences.seen import SettingsSeen, see
from services.bot.preferences.texts import hour, mode
from shared.errors import Unprocessable
from shared.identity import signed_in_person
from shared.web import pages_of, render, service_of, wants_page

router = APIRouter(prefix="/bot", include_in_schema=False)

HOURS = [(hour(at), hour(at)) for at in TIMES]
LARGEST_ID = 2**63 - 1


@router.get("/settings")
async def show_settings(
    request: Request, saved: str = "", person_id: UUID = Depends(signed_in_person)
) -> Response:
    """What I chose, what I muted, and what came."""
    async with service_of(request).database.acquire() as connection:
        seen = await see(connection, person_id)
    if not wants_page(request):
        return JSONResponse(as_json(seen, pages_of(request).texts(request)))
    form = Form.of(seen.preferences, seen.kinds)
    return await _render(request, seen, form=form, wrong={}, saved=bool(saved))


@router.post("/settings")
async def change_settings(
    request: Request, person_id: UUID = Depends(signed_in_person)
) -> Response:
    """All of the form, or nothing: what is wrong is said beside its field."""
    app = service_of(request)
    given = await request.form()
    async with app.database.transaction() as connection:
        seen = await see(connection, person_id)
        form = Form.of(seen.preferences, seen.kinds).filled(given)
        wanted, wrong = form.read(seen.person.roles)
        if not wrong:
            await service.change(connection, person_id, wanted.over, app.clock)
            seen = await see(connection, person_id)
    if wrong:
        return await _refuse(request, seen, form, wrong)
    if wants_page(request):
        return RedirectResponse("/bot/settings?saved=1", 303)
    return JSONResponse(as_json(seen, pages_of(request).texts(request)))


@router.post("/muted/{card_id}/unmute")
async def unmute(
    request: Request,
    card_id: int = Path(ge=1, le=LARGEST_ID),
    person_id: UUID = Depends(signed_in_person),
) -> Response:
    """News of the matter comes again."""
    app = service_of(request)
    async with app.database.transaction() as connection:
        if not await cards.set_muted(connection, card_id, person_id, False, app.clock):
            raise CardNotFound
    if wants_page(request):
        return RedirectResponse("/bot/settings#muted", 303)
    return JSONResponse({"card_id": card_id, "muted": False})


async def _refuse(
    request: Request, seen: SettingsSeen, form: Form, wrong: dict[str, str]
) -> Response:
    status = Unprocessable.status
    if wants_page(request):
        return await _render(request, seen, form=form, wrong=wrong, status=status)
    texts = pages_of(request).texts(request)
    fields = {field: texts(text) for field, text in wrong.items()}
    told = {"error": "Unprocessable", "detail": texts(Unprocessable.title), "fields": fields}
    return JSONResponse(told, status)


async def _render(
    request: Request,
    seen: SettingsSeen,
    *,
    form: Form,
    wrong: dict[str, str],
    saved: bool = False,
    status: int = 200,
) -> Response:
    """The page, with the form as it stands or as somebody filled it."""
    texts = pages_of(request).texts(request)
    return render(
        request,
        "bot-settings.html",
        status=status,
        seen=seen,
        place=await place_of(seen.person, texts.locale, service_of(request).clock.now()),
        form=form,
        wrong={field: texts(text) for field, text in wrong.items()},
        saved=saved,
        hours=HOURS,
        modes=[(name, mode(texts, name)) for name in MODES],
        titles={kind.name: kind.title(texts) for kind in seen.kinds},
        became=[what_became(one.notice, seen.person, texts) for one in seen.recent],
    )
