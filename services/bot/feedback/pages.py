"""What people wrote, for administrators."""

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.bot.feedback import service
from shared.errors import Forbidden
from shared.identity import Identity, signed_in
from shared.web import render, service_of

router = APIRouter()
MOST_PAGES = 100_000


def administrator(identity: Identity = Depends(signed_in)) -> None:
    """FastAPI dependency: nobody but an administrator.

    Raises:
        NotSignedIn, Forbidden: it is nobody, or somebody else.
    """
    if not identity.has("administrator"):
        raise Forbidden


@router.get("/bot/feedback", dependencies=[Depends(administrator)])
async def list_feedback(request: Request, page: int = Query(1, ge=1, le=MOST_PAGES)) -> Response:
    """The newest first."""
    async with service_of(request).database.acquire() as connection:
        found = await service.list_page(connection, page)
    return render(request, "feedback.html", feedback=found)
