"""Asking Boomstream again for what it refused."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from services.sync.operating.administrators import administrator
from services.sync.operating.answers import answer_saved
from services.sync.operating.boomstream import service
from services.sync.service import SyncService, sync_of

router = APIRouter(prefix="/access/grants", dependencies=[Depends(administrator)])

OVERVIEW = "/sync/stepik?done=retried#boomstream"


@router.post("/retry")
async def retry_all(request: Request, sync: SyncService = Depends(sync_of)) -> Response:
    """Ask Boomstream at once for all that it refused."""
    async with sync.database.transaction() as connection:
        await service.retry_all(connection, sync.clock.now())
    return answer_saved(request, OVERVIEW)


@router.post("/{grant_id}/retry")
async def retry(
    request: Request,
    grant_id: UUID,
    back: Literal["person", "stepik"] = Form("person"),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """Ask Boomstream at once for one that it refused."""
    async with sync.database.transaction() as connection:
        person_id = await service.retry(connection, grant_id, sync.clock.now())
    if back == "person":
        return answer_saved(request, f"/sync/access/people/{person_id}?done=retried")
    return answer_saved(request, OVERVIEW)
