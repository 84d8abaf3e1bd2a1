"""Access for services that may ask for it."""

from fastapi import APIRouter, Depends

from services.auth.service import AuthService, auth_of
from services.auth.vault.schemas import AccessGiven, AccessWanted
from services.auth.vault.service import MAY_USE
from shared.identity import Identity, called_by, current_identity

ASKERS = tuple(sorted({service for service, _ in MAY_USE}))

router = APIRouter(prefix="/internal/vault", dependencies=[called_by(*ASKERS)])


@router.post("/access")
async def give_access(
    wanted: AccessWanted,
    caller: Identity = Depends(current_identity),
    auth: AuthService = Depends(auth_of),
) -> AccessGiven:
    """Access in a person's name: 404 never granted, 410 ended, 503 not now."""
    access = await auth.vault.access(
        wanted.person_id, wanted.right, by=caller.act or "", right_id=wanted.right_id
    )
    return AccessGiven(
        access_token=access.access_token,
        expires_in=int(access.expires_in),
        right_id=access.right_id,
    )
