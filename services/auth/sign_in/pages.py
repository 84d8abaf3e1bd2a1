"""Coming in: the front page, the choice of providers, the way to one and back."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.auth.persons import service as persons
from services.auth.persons.repository import Account
from services.auth.providers.contract import Provider
from services.auth.providers.table import CALLBACKS
from services.auth.providers.vk.client import read_answer
from services.auth.service import AuthService, auth_of
from services.auth.sessions import service as sessions
from services.auth.sessions.cookie import read_session_token, set_session
from services.auth.sign_in.journey import find_provider, send_to, take_attempt
from services.auth.sign_in.next_path import HOME, local_path
from services.auth.ways.pages import propose
from shared.identity import Identity, current_identity
from shared.log import get_log
from shared.texts import preferred_locale
from shared.web import render

log = get_log(__name__)
router = APIRouter(include_in_schema=False)


@router.get("/")
async def welcome(request: Request, identity: Identity = Depends(current_identity)) -> Response:
    """The front page; who is signed in goes to their own."""
    if identity.person_id is not None:
        return RedirectResponse(HOME, 303)
    return render(request, "welcome.html")


@router.get("/login")
async def show_login(
    request: Request,
    wanted: str = Query("", alias="next"),
    auth: AuthService = Depends(auth_of),
    identity: Identity = Depends(current_identity),
) -> Response:
    """Who vouches for people here.

    One who is signed in is not sent on but offered the way: a service that does not know them
    would send them back here, round and round.
    """
    if identity.person_id is not None and not wanted:
        return RedirectResponse(HOME, 303)
    return render(
        request,
        "login.html",
        providers=list(auth.providers.values()),
        widget=auth.settings.has_widget,
        next_path=local_path(wanted),
    )


@router.get("/login/via/{provider_name}")
async def begin(
    request: Request,
    provider_name: str,
    wanted: str = Query("", alias="next"),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """Send the browser to the provider."""
    return await send_to(
        request, auth, find_provider(auth, provider_name), next_path=local_path(wanted)
    )


async def come_back(request: Request, auth: AuthService, provider: Provider) -> Response:
    """The provider sends the browser here: it comes in, or is asked whether to link the account."""
    answer = read_answer(request.query_params)
    attempt = await take_attempt(request, auth, provider, answer, ("sign_in", "link"))
    granted = await provider.exchange(code=answer["code"], verifier=attempt.verifier, answer=answer)
    account = await provider.fetch_profile(granted, nonce=attempt.nonce)
    if attempt.purpose == "link":
        return await propose(request, auth, account)
    return await let_in(request, auth, account, next_path=attempt.next_path)


async def let_in(
    request: Request, auth: AuthService, account: Account, *, next_path: str = HOME
) -> Response:
    """Sign the browser in as whose account this is; an account that nobody has makes a person."""
    secure = auth.settings.secure
    async with auth.database.transaction() as connection:
        person_id = await persons.recognise(
            connection,
            account,
            locale=preferred_locale(request.headers.get("Accept-Language", "")),
        )
        session = await sessions.begin(
            connection,
            person_id,
            auth_method=account.issuer,
            user_agent=request.headers.get("User-Agent", ""),
            instead_of=read_session_token(request.scope["headers"], secure=secure),
        )
    answer = RedirectResponse(next_path, 303, {"Cache-Control": "no-store"})
    set_session(answer, session, secure=secure)
    return answer


def _callback(name: str) -> Callable[..., Awaitable[Response]]:
    async def come(request: Request, auth: AuthService = Depends(auth_of)) -> Response:
        return await come_back(request, auth, find_provider(auth, name))

    return come


# On or off: a browser may come back after a provider was switched off.
for _name, _path in CALLBACKS.items():
    router.add_api_route(_path, _callback(_name), methods=["GET"])
