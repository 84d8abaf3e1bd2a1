"""Granting a right, and taking it back. Asked for apart from signing in."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.auth.errors import CodeRefused, GrantDeclined, GrantTooNarrow, SignInDenied
from services.auth.providers.contract import Granted
from services.auth.service import AuthService, auth_of
from services.auth.sign_in.journey import send_to, take_attempt
from services.auth.vault.contract import MAIL_CALLBACK, MAIL_READ, SCOPES, Granter
from services.auth.vault.ending import PAGE
from services.auth.vault.label import masked_account
from shared.errors import NotFound
from shared.identity import signed_in_person

router = APIRouter(include_in_schema=False)


@router.get("/mail/connect")
async def connect_mail(
    request: Request,
    auth: AuthService = Depends(auth_of),
    person_id: UUID = Depends(signed_in_person),
) -> Response:
    """Send the browser to be asked whether we may read the person's mail."""
    granter = _granter(auth, MAIL_READ)
    return await send_to(
        request, auth, granter, next_path=PAGE, purpose="grant", person_id=person_id
    )


@router.get(MAIL_CALLBACK)
async def come_back_with_mail(request: Request, auth: AuthService = Depends(auth_of)) -> Response:
    """Keep what was granted, for who began and is signed in still."""
    granter = _granter(auth, MAIL_READ)
    answer = dict(request.query_params)
    try:
        attempt = await take_attempt(request, auth, granter, answer, ("grant",))
    except SignInDenied:
        raise GrantDeclined from None
    granted = await granter.exchange(code=answer["code"], verifier=attempt.verifier, answer=answer)
    refresh_token = _check_granted(granted, MAIL_READ)
    account = await granter.fetch_profile(granted, nonce=attempt.nonce)
    assert attempt.person_id is not None  # noqa: S101 - an attempt to be granted a right has one
    async with auth.database.transaction() as connection:
        await auth.vault.keep(
            connection,
            attempt.person_id,
            MAIL_READ,
            issuer=account.issuer,
            subject=account.subject,
            label=masked_account(account),
            refresh_token=refresh_token,
            granted=granted,
        )
    return RedirectResponse(PAGE, 303)


@router.post("/me/rights/{right_id}/revoke")
async def take_back(
    right_id: UUID,
    auth: AuthService = Depends(auth_of),
    person_id: UUID = Depends(signed_in_person),
) -> Response:
    """End one of one's own rights."""
    await auth.vault.take_back(person_id, right_id)
    return RedirectResponse(PAGE, 303)


def _granter(auth: AuthService, name: str) -> Granter:
    try:
        return auth.vault.granters[name]
    except KeyError:
        raise NotFound from None


def _check_granted(granted: Granted, name: str) -> str:
    """The refresh token, when what was asked for was really granted: boxes can be unticked."""
    if SCOPES[name] not in granted.scopes:
        raise GrantTooNarrow
    if granted.refresh_token is None:
        raise CodeRefused
    return granted.refresh_token
