"""`/internal/videos` and `/internal/progress`: for the bot, which speaks for one person.

Texts are in the language of `Accept-Language`, which the bot sets to the person's own.
"""

from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.sync.service import SyncService, sync_of
from services.sync.videos import service
from services.sync.videos.schemas import ProgressTold, VideosTold
from services.sync.videos.telling import Links, tell_progress, tell_videos
from shared.identity import called_by
from shared.web import pages_of

router = APIRouter(prefix="/internal", dependencies=[called_by("bot")])


@router.get("/videos")
async def list_videos(
    request: Request, person_id: UUID, sync: SyncService = Depends(sync_of)
) -> VideosTold:
    """A person's videos by module and lesson, five hundred at most."""
    async with sync.database.acquire() as connection:
        seen = await service.see(connection, person_id, sync.clock.now())
    return tell_videos(seen, pages_of(request).texts(request), Links.of(sync.settings))


@router.get("/progress")
async def get_progress(person_id: UUID, sync: SyncService = Depends(sync_of)) -> ProgressTold:
    """How far a person is, by course and module."""
    async with sync.database.acquire() as connection:
        learned = await service.see_progress(connection, person_id)
    return tell_progress(learned, Links.of(sync.settings))
