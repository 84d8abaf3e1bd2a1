"""Keys for all who check; tokens for services that ask one another."""

import base64
import binascii

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from services.auth.persons.service import get_person
from services.auth.service import AuthService, auth_of
from services.auth.tokens.schemas import TokenGiven, TokenWanted
from shared.errors import NotSignedIn
from shared.events import SERVICES
from shared.identity import KEYS_PATH, TOKEN_PATH
from shared.secret import is_same, service_secret

router = APIRouter()


@router.get(KEYS_PATH)
async def list_keys(auth: AuthService = Depends(auth_of)) -> Response:
    """The public keys by which identities are checked, as a JWKS."""
    keys = await auth.keys.list_public()
    return JSONResponse(keys, headers={"Cache-Control": "public, max-age=30"})


def calling_service(request: Request, auth: AuthService = Depends(auth_of)) -> str:
    """FastAPI dependency: the service that shows its own secret (HTTP Basic).

    Raises:
        NotSignedIn: no service, or not its secret.
    """
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    try:
        pair = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        pair = ""
    name, _, secret = pair.partition(":")
    right = service_secret(auth.settings.secret_key.get_secret_value(), name)
    if scheme.lower() != "basic" or not is_same(secret, right) or name not in SERVICES:
        raise NotSignedIn
    return name


@router.post(TOKEN_PATH)
async def give_token(
    wanted: TokenWanted,
    caller: str = Depends(calling_service),
    auth: AuthService = Depends(auth_of),
) -> TokenGiven:
    """A token for one service to ask another, as the table in `service.py` allows."""
    person = None
    if wanted.person_id is not None:
        async with auth.database.acquire() as connection:
            person = await get_person(connection, wanted.person_id)
    return TokenGiven(token=await auth.tokens.for_service(caller, wanted.audience, person))
