"""mail's card on `/me`."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from shared.identity import Identity, signed_in
from shared.web import render

router = APIRouter()


@router.get("/mail/card")
async def card(request: Request, identity: Identity = Depends(signed_in)) -> Response:
    """Letters are not read yet: that is all there is to say."""
    return render(request, "mail-card.html")
