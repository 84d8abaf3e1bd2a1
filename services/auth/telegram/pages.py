"""Coming in by what Telegram signed with the bot's token."""

import base64
import binascii
import json
from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from services.auth.errors import CameFromElsewhere, ProofRefused
from services.auth.persons.service import recognise
from services.auth.providers.telegram.signed import Proof, read_init_data, read_widget
from services.auth.service import AuthService, auth_of
from services.auth.sessions import service as sessions
from services.auth.sign_in.next_path import local_path
from services.auth.sign_in.pages import let_in
from services.auth.telegram import repository
from shared.errors import NotFound
from shared.texts import preferred_locale
from shared.web import render

router = APIRouter(include_in_schema=False)

CALLBACK = "/login/telegram/callback"
MINI_APP = "mini_app"
LONGEST_RESULT = 8192


class BearerGiven(BaseModel):
    """A bearer for a Mini App's own requests, and for how many seconds."""

    token: str
    expires_in: int


@router.get("/login/telegram")
async def begin(
    wanted: str = Query("", alias="next"), auth: AuthService = Depends(auth_of)
) -> Response:
    """To the older widget's page at Telegram, which comes back with `#tgAuthResult`."""
    _bot_token(auth)
    public_url = auth.settings.public_url
    query = urlencode(
        {
            "bot_id": auth.settings.telegram_bot_id,
            "origin": public_url,
            "return_to": f"{public_url}{CALLBACK}?{urlencode({'next': local_path(wanted)})}",
        }
    )
    return RedirectResponse(f"{auth.settings.telegram_oidc_url}/auth?{query}", 303)


@router.get(CALLBACK)
async def come_back(request: Request, auth: AuthService = Depends(auth_of)) -> Response:
    """What the widget says, in the query or (for our own script to read) behind the `#`.

    Nobody comes in by a GET: a link that somebody sent would else sign its reader in as them.
    """
    _bot_token(auth)
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] != "next"]
    proof = read_widget(pairs, bot_token=_bot_token(auth)) if pairs else None
    return render(
        request,
        "widget.html",
        pairs=pairs,
        name=proof.account.name if proof else "",
        next_path=local_path(request.query_params.get("next", "")),
        action=CALLBACK,
    )


@router.post(CALLBACK)
async def come_in(
    request: Request,
    result: str = Form("", max_length=LONGEST_RESULT),
    wanted: str = Form("", alias="next", max_length=2000),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """Come in by the widget's word, sent by our own page."""
    if request.headers.get("Origin") != auth.settings.public_url:
        raise CameFromElsewhere
    form = await request.form()
    pairs = (
        _pairs_of(result)
        if result
        else [
            (name, value)
            for name, value in form.multi_items()
            if isinstance(value, str) and name not in ("next", "csrf", "result")
        ]
    )
    proof = read_widget(pairs, bot_token=_bot_token(auth))
    await _spend(auth, proof)
    return await let_in(request, auth, proof.account, next_path=local_path(wanted))


@router.post("/login/telegram/webapp")
async def open_mini_app(
    request: Request,
    init_data: str = Form("", alias="initData", max_length=LONGEST_RESULT),
    auth: AuthService = Depends(auth_of),
) -> BearerGiven:
    """A ten-minute bearer for a Mini App. No cookie: it lives in the page's memory alone."""
    if request.headers.get("Origin") != auth.settings.public_url:
        raise CameFromElsewhere
    proof = read_init_data(init_data, bot_token=_bot_token(auth))
    await _spend(auth, proof)
    async with auth.database.transaction() as connection:
        person_id = await recognise(
            connection,
            proof.account,
            locale=preferred_locale(request.headers.get("Accept-Language", "")),
        )
        token = await sessions.begin_bearer(
            connection,
            person_id,
            auth_method=MINI_APP,
            user_agent=request.headers.get("User-Agent", ""),
        )
    return BearerGiven(token=token, expires_in=int(sessions.BEARER_FOR.total_seconds()))


async def _spend(auth: AuthService, proof: Proof) -> None:
    async with auth.database.transaction() as connection:
        is_new = await repository.spend(connection, proof.digest)
    if not is_new:
        raise ProofRefused


def _pairs_of(result: str) -> Sequence[tuple[str, str]]:
    """The fields of `#tgAuthResult`, as the signature counts them: numbers as their digits."""
    try:
        padded = result + "=" * (-len(result) % 4)
        told = json.loads(base64.urlsafe_b64decode(padded.replace("+", "-").replace("/", "_")))
        return [(str(name), _text(value)) for name, value in told.items()]
    except (binascii.Error, ValueError, AttributeError, RecursionError):
        raise ProofRefused from None


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("neither text nor number")
    return str(value)


def _bot_token(auth: AuthService) -> str:
    token = auth.settings.telegram_bot_token
    if token is None:
        raise NotFound
    return token.get_secret_value()
