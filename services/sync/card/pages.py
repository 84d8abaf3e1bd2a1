"""sync's card on `/me`."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.sync.github import repository
from services.sync.service import SyncService, sync_of
from services.sync.videos import service as videos
from services.sync.videos.telling import Links, tell_progress, tell_videos
from shared.identity import signed_in_person
from shared.web import pages_of, render

router = APIRouter()

NEWEST = 5
"""Videos shown here; all of them have a page of their own."""


@router.get("/sync/card")
async def card(
    request: Request,
    person_id: UUID = Depends(signed_in_person),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """What was opened last, how far a person is, and when GitHub last told us something."""
    async with sync.database.acquire() as connection:
        heard_at = await repository.last_received(connection)
        seen = await videos.see(connection, person_id, sync.clock.now())
    links = Links.of(sync.settings)
    told = tell_videos(seen, pages_of(request).texts(request), links)
    opened = [
        (lesson.title, video)
        for module in told.modules
        for lesson in module.lessons
        for video in lesson.videos
        if video.is_open and video.opened_at is not None
    ]
    opened.sort(key=lambda one: (one[1].opened_at, one[1].title), reverse=True)
    return render(
        request,
        "sync-card.html",
        opened=opened[:NEWEST],
        opened_total=len(opened),
        progress=tell_progress(seen.learned, links),
        is_unmatched=sync.settings.reads_stepik and not told.is_matched,
        heard_at=heard_at,
    )
