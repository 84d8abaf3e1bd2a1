"""Coming in: the front page, the choice of providers, the way to one and back."""

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.auth.errors import AttemptUnknown, SignInDenied, SignInFailed
from services.auth.persons import service as persons
from services.auth.providers.contract import Provider
from services.auth.service import AuthService, auth_of
from services.auth.sessions import service as sessions
from services.auth.sessions.cookie import (
    keep_browser,
    read_browser,
    read_session_token,
    set_session,
)
from services.auth.settings import GITHUB_CALLBACK
from services.auth.sign_in import service
from services.auth.sign_in.next_path import HOME, local_path
from services.auth.sign_in.repository import Attempt
from shared.errors import NotFound
from shared.identity import Identity, current_identity
from shared.log import get_log
from shared.texts import preferred_locale
from shared.web import pages_of, render

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
        next_path=local_path(wanted),
    )


@router.get("/login/{provider_name}")
async def begin(
    request: Request,
    provider_name: str,
    wanted: str = Query("", alias="next"),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """Send the browser to the provider."""
    provider = _provider(auth, provider_name)
    answer = RedirectResponse("/", 303, {"Cache-Control": "no-store"})
    browser = keep_browser(answer, request.scope["headers"], secure=auth.settings.secure)
    async with auth.database.transaction() as connection:
        state, verifier = await service.begin(
            connection, browser=browser, provider=provider.name, next_path=local_path(wanted)
        )
    answer.headers["Location"] = provider.authorize_url(state=state, verifier=verifier)
    return answer


@router.get(GITHUB_CALLBACK)
async def come_back_from_github(request: Request, auth: AuthService = Depends(auth_of)) -> Response:
    """GitHub sends the browser here."""
    return await _come_back(request, auth, _provider(auth, "github"))


async def _come_back(request: Request, auth: AuthService, provider: Provider) -> Response:
    attempt = await _take_attempt(request, auth, provider)
    code = request.query_params.get("code", "")
    if "error" in request.query_params or not code:
        raise SignInDenied
    token = await provider.exchange(code=code, verifier=attempt.verifier)
    account = await provider.fetch_profile(token)
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
            auth_method=provider.name,
            user_agent=request.headers.get("User-Agent", ""),
            instead_of=read_session_token(request.scope["headers"], secure=secure),
        )
    answer = RedirectResponse(attempt.next_path, 303, {"Cache-Control": "no-store"})
    set_session(answer, session, secure=secure)
    return answer


async def _take_attempt(request: Request, auth: AuthService, provider: Provider) -> Attempt:
    state = request.query_params.get("state", "")
    if not state:
        raise AttemptUnknown
    async with auth.database.transaction() as connection:
        attempt = await service.take(connection, state)
    browser = read_browser(request.scope["headers"], secure=auth.settings.secure)
    return service.check(attempt, browser=browser, provider=provider.name)


def _provider(auth: AuthService, name: str) -> Provider:
    try:
        return auth.providers[name]
    except KeyError:
        raise NotFound from None


def answer_failed_sign_in(request: Request, error: Exception) -> Response:
    """Somebody did not come in: a page that says why, and what to do."""
    assert isinstance(error, SignInFailed)  # noqa: S101 - for the type checker
    log.info("sign_in_failed", reason=type(error).__name__)
    _ = pages_of(request).texts(request)
    return render(
        request,
        "failed.html",
        status=error.status,
        title=_(error.title),
        advice=_(error.advice),
    )
