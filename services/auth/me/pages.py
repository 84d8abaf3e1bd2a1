"""The page of the one who is signed in: the same as JSON for a program."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.auth.me import service
from services.auth.me.schemas import as_json
from services.auth.me.service import MeSeen
from services.auth.me.settings import Settings
from services.auth.persons import service as persons
from services.auth.service import AuthService, auth_of
from services.auth.sessions.device import device_of
from services.auth.ways.pages import LABELS
from shared.db import Connection
from shared.errors import Unprocessable
from shared.identity import session_of, signed_in, signed_in_person
from shared.texts import LANGUAGES
from shared.web import pages_of, render, wants_page
from shared.zones import list_zones

router = APIRouter(include_in_schema=False)

CARDS = ("school", "sync", "mail", "bot")


@router.get("/me", dependencies=[Depends(signed_in)])
async def show_me(
    request: Request,
    page: int = Query(1, ge=1, le=1000, alias="sessions"),
    saved: str = "",
    auth: AuthService = Depends(auth_of),
) -> Response:
    """Who I am here."""
    async with auth.database.acquire() as connection:
        seen = await _see(connection, request, auth, page=page)
    if not wants_page(request):
        return _json(as_json(seen))
    return await _render(request, auth, seen, settings=seen.settings, wrong={}, saved=bool(saved))


@router.post("/me/settings")
async def change_settings(
    request: Request,
    name: str = Form(""),
    locale: str = Form(""),
    zone: str = Form(""),
    auth: AuthService = Depends(auth_of),
    person_id: UUID = Depends(signed_in_person),
) -> Response:
    """A name, a language and a time zone; what is wrong is said beside its field."""
    wanted = Settings(name, locale, zone).tidy()
    wrong = wanted.wrong_fields()
    if wrong:
        return await _refuse(request, auth, wanted, wrong)
    async with auth.database.transaction() as connection:
        await persons.change(
            connection, person_id, name=wanted.name, locale=wanted.locale, zone=wanted.zone
        )
    if wants_page(request):
        # Asked for anew, the page is in the language that was just chosen.
        return RedirectResponse("/me?saved=1#settings", 303)
    return _json({"name": wanted.name, "locale": wanted.locale, "zone": wanted.zone})


async def _refuse(
    request: Request, auth: AuthService, wanted: Settings, wrong: dict[str, str]
) -> Response:
    status = Unprocessable.status
    if not wants_page(request):
        _ = pages_of(request).texts(request)
        fields = {field: _(text) for field, text in wrong.items()}
        told = {"error": "Unprocessable", "detail": _(Unprocessable.title), "fields": fields}
        return _json(told, status)
    async with auth.database.acquire() as connection:
        seen = await _see(connection, request, auth)
    return await _render(request, auth, seen, settings=wanted, wrong=wrong, status=status)


async def _see(
    connection: Connection, request: Request, auth: AuthService, *, page: int = 1
) -> MeSeen:
    identity = request.state.identity
    return await service.see(
        connection,
        signed_in_person(identity),
        here=session_of(identity),
        usable=auth.usable_ways,
        page=page,
    )


async def _render(
    request: Request,
    auth: AuthService,
    seen: MeSeen,
    *,
    settings: Settings,
    wrong: dict[str, str],
    saved: bool = False,
    status: int = 200,
) -> Response:
    """The page, with the form of settings as it stands or as somebody wrote it."""
    texts = pages_of(request).texts(request)
    return render(
        request,
        "me.html",
        status=status,
        person=seen.person,
        cards=CARDS,
        ways=seen.ways,
        has_password=seen.has_password,
        labels=LABELS,
        rights=seen.rights,
        grantable=auth.vault.granters,
        settings=settings,
        wrong={field: texts(text) for field, text in wrong.items()},
        saved=saved,
        languages=LANGUAGES,
        regions=await asyncio.to_thread(list_zones, texts.locale),
        sessions=seen.sessions,
        device_of=device_of,
    )


def _json(value: Mapping[str, object], status: int = 200) -> Response:
    return JSONResponse(value, status)
