"""sync's card on `/me`."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.sync.github import repository
from shared.identity import Identity, signed_in
from shared.web import render, service_of

router = APIRouter()


@router.get("/sync/card")
async def card(request: Request, identity: Identity = Depends(signed_in)) -> Response:
    """When each outside system last told us something."""
    async with service_of(request).database.acquire() as connection:
        heard_at = await repository.last_received(connection)
    return render(request, "sync-card.html", heard_at=heard_at)
