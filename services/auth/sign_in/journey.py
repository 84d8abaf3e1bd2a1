"""To a provider and back: what every attempt has in common, whatever it is made for."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from services.auth.errors import AttemptUnknown, SignInDenied
from services.auth.providers.contract import Provider
from services.auth.service import AuthService
from services.auth.sessions.cookie import keep_browser, read_browser
from services.auth.sign_in import service
from services.auth.sign_in.repository import Attempt, Purpose
from shared.errors import NotFound
from shared.identity import Identity


def find_provider(auth: AuthService, name: str) -> Provider:
    """One that is on.

    Raises:
        NotFound: it is off, or there is none of this name.
    """
    try:
        return auth.providers[name]
    except KeyError:
        raise NotFound from None


async def send_to(
    request: Request,
    auth: AuthService,
    provider: Provider,
    *,
    next_path: str,
    purpose: Purpose = "sign_in",
    person_id: UUID | None = None,
) -> Response:
    """Begin an attempt, and send the browser to the provider with it."""
    answer = RedirectResponse("/", 303)
    browser = keep_browser(answer, request.scope["headers"], secure=auth.settings.secure)
    async with auth.database.transaction() as connection:
        begun = await service.begin(
            connection,
            browser=browser,
            provider=provider.name,
            next_path=next_path,
            purpose=purpose,
            person_id=person_id,
        )
    answer.headers["Location"] = await provider.authorize_url(
        state=begun.state, verifier=begun.verifier, nonce=begun.nonce
    )
    return answer


async def take_attempt(
    request: Request,
    auth: AuthService,
    provider: Provider,
    answer: Mapping[str, str],
    purposes: tuple[Purpose, ...],
) -> Attempt:
    """The attempt that the browser comes back with, if it may go on and the provider agreed.

    Raises:
        SignInFailed: it may not.
    """
    state = answer.get("state", "")
    if not state:
        raise AttemptUnknown
    async with auth.database.transaction() as connection:
        taken = await service.take(connection, state)
    identity: Identity = request.state.identity
    attempt = service.check(
        taken,
        browser=read_browser(request.scope["headers"], secure=auth.settings.secure),
        provider=provider.name,
        purposes=purposes,
        person_id=identity.person_id,
    )
    if "error" in answer or not answer.get("code"):
        raise SignInDenied
    return attempt
