"""`/sync/videos/app`: a video in a chat, framed by Telegram.

The page holds nothing of anybody. Its own script reads what Telegram signed from behind the `#`,
has auth make a bearer of it, keeps that in memory, and asks with it as a signed-in browser asks.
"""

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.sync.service import SyncService, sync_of
from services.sync.videos.framing import allow_player_in_chat
from shared.web import render

router = APIRouter()


@router.get("/videos/app")
async def show_app(
    request: Request, resource: UUID | None = None, sync: SyncService = Depends(sync_of)
) -> Response:
    """The same for everybody: who reads it is said by the script."""
    answer = render(request, "video-app.html", resource_id=resource)
    allow_player_in_chat(answer, sync.settings.boomstream_player_url)
    return answer
