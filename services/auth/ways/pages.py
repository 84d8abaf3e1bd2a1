"""Linking one more account, and taking one away."""

from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.auth.errors import ProposalOver
from services.auth.persons.repository import Account
from services.auth.service import AuthService, auth_of
from services.auth.sign_in.journey import find_provider, send_to
from services.auth.ways import service
from shared.identity import Identity, session_of, signed_in, signed_in_person
from shared.web import render

router = APIRouter(include_in_schema=False)
BACK = "/me#ways"
LABELS = {
    "github": "GitHub",
    "google": "Google",
    "vk": "VK ID",
    "telegram": "Telegram",
    "stepik": "Stepik",
}


@router.get("/me/ways/{name}/link")
async def begin_link(
    request: Request,
    name: str,
    auth: AuthService = Depends(auth_of),
    person_id: UUID = Depends(signed_in_person),
) -> Response:
    """Send the browser to the provider, to prove that an account there is theirs.

    A link, not a form (decision 0009): nothing is linked before the page is told yes.
    """
    provider = find_provider(auth, name)
    return await send_to(
        request, auth, provider, next_path=BACK, purpose="link", person_id=person_id
    )


async def propose(request: Request, auth: AuthService, account: Account) -> Response:
    """Ask the person whether this account is to be linked."""
    identity: Identity = request.state.identity
    person_id, session_id = signed_in_person(identity), session_of(identity)
    async with auth.database.transaction() as connection:
        proposal = await service.propose(connection, person_id, session_id, account)
    if proposal is None:
        return RedirectResponse(BACK, 303)
    return render(
        request,
        "confirm_link.html",
        label=LABELS.get(account.issuer, account.issuer),
        shown=account.login or account.name or account.subject,
        proposal=proposal,
    )


@router.post("/me/ways/confirm")
async def confirm_link(
    proposal: str = Form("", max_length=100),
    identity: Identity = Depends(signed_in),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """The person's yes."""
    if not proposal.isascii():
        raise ProposalOver
    async with auth.database.transaction() as connection:
        await service.link(connection, signed_in_person(identity), session_of(identity), proposal)
    return RedirectResponse(BACK, 303)


@router.post("/me/ways/{name}/unlink")
async def unlink(
    name: str,
    identity: Identity = Depends(signed_in),
    auth: AuthService = Depends(auth_of),
) -> Response:
    """Take an account away, unless it is the last way in."""
    async with auth.database.transaction() as connection:
        await service.unlink(
            connection,
            signed_in_person(identity),
            session_of(identity),
            name,
            usable=auth.usable_ways,
        )
    return RedirectResponse(BACK, 303)
