"""`/sync/videos` and `/sync/progress`: a learner's own."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.sync.service import SyncService, sync_of
from services.sync.videos import mini_app, service
from services.sync.videos.errors import VideoClosed
from services.sync.videos.framing import allow_player
from services.sync.videos.schemas import PlayerTold, VideoTold
from services.sync.videos.telling import Links, tell_progress, tell_video, tell_videos
from shared.errors import Unavailable
from shared.identity import signed_in_person
from shared.web import pages_of, render, wants_page

router = APIRouter(prefix="/sync")


@router.get("/videos")
async def show_videos(
    request: Request,
    person_id: UUID = Depends(signed_in_person),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """What is open, since when and until when; what is missing for the rest."""
    async with sync.database.acquire() as connection:
        seen = await service.see(connection, person_id, sync.clock.now())
    told = tell_videos(seen, pages_of(request).texts(request), Links.of(sync.settings))
    if not wants_page(request):
        return JSONResponse(told.model_dump(mode="json"))
    return render(
        request,
        "videos.html",
        told=told,
        is_unmatched=sync.settings.reads_stepik and not told.is_matched,
    )


# Before the pattern below, which would take its last word for a video's id.
router.include_router(mini_app.router)


@router.get("/videos/{resource_id}")
async def show_video(
    request: Request,
    resource_id: UUID,
    person_id: UUID = Depends(signed_in_person),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """A video's place, or what would open it. The person's own address of it is not in the page."""
    async with sync.database.acquire() as connection:
        video = await service.get_video(connection, person_id, resource_id, sync.clock.now())
        learned = await service.see_progress(connection, person_id)
    told = _tell(request, sync, video)
    if not wants_page(request):
        return JSONResponse(told.model_dump(mode="json"))
    answer = render(
        request,
        "video.html",
        video=told,
        stepik_url=Links.of(sync.settings).stepik,
        is_unmatched=sync.settings.reads_stepik and not learned.is_matched,
    )
    if told.is_open:
        allow_player(answer, sync.settings.boomstream_player_url)
    return answer


@router.post("/videos/{resource_id}/player")
async def open_player(
    request: Request,
    resource_id: UUID,
    person_id: UUID = Depends(signed_in_person),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """The address of this very person's player, asked for at their press and kept nowhere."""
    now = sync.clock.now()
    async with sync.database.acquire() as connection:
        video = await service.get_video(connection, person_id, resource_id, now)
    if not video.is_open(now):
        raise VideoClosed(" ".join(_tell(request, sync, video).missing))
    if wants_page(request):
        # Without the script nobody frames it, and a page of its own would stand in the history.
        return RedirectResponse(f"/sync/videos/{resource_id}", 303)
    ring = sync.settings.data_ring
    if ring is None:
        raise Unavailable
    player = service.player_link(video, ring=ring, player_url=sync.settings.boomstream_player_url)
    return JSONResponse(PlayerTold(player=player).model_dump())


@router.get("/progress")
async def show_progress(
    request: Request,
    person_id: UUID = Depends(signed_in_person),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """How far a person is, by course and module."""
    async with sync.database.acquire() as connection:
        learned = await service.see_progress(connection, person_id)
    told = tell_progress(learned, Links.of(sync.settings))
    if not wants_page(request):
        return JSONResponse(told.model_dump(mode="json"))
    return render(
        request,
        "progress.html",
        told=told,
        is_unmatched=sync.settings.reads_stepik and not told.is_matched,
    )


def _tell(request: Request, sync: SyncService, video: service.Video) -> VideoTold:
    texts = pages_of(request).texts(request)
    reason = (video.grant.reason if video.grant else None) or ""
    return tell_video(video.standing, texts, Links.of(sync.settings), reason=reason)
