"""A lesson's video and slides in a frame: pages of their own, for they alone may hold one."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

from services.school.courses.links import (
    SLIDES_PLAYER,
    VIDEO_PLAYER,
    find_slides_player,
    find_video_player,
)
from services.school.courses.materials import service
from services.school.courses.repository import Lesson
from services.school.errors import LessonNotFound
from shared.identity import Identity, signed_in
from shared.web import CSP, render, service_of, wants_page

router = APIRouter()


@router.get("/lessons/{lesson_id}/video")
async def show_video(
    request: Request, lesson_id: UUID, identity: Identity = Depends(signed_in)
) -> Response:
    """A lesson's video, by YouTube's player that sets no cookies."""
    lesson = await _get_open(request, lesson_id, identity)
    return _frame(
        request, lesson, lesson.video_url, find_video_player(lesson.video_url or ""), VIDEO_PLAYER
    )


@router.get("/lessons/{lesson_id}/slides")
async def show_slides(
    request: Request, lesson_id: UUID, identity: Identity = Depends(signed_in)
) -> Response:
    """A lesson's slides, by Google's player."""
    lesson = await _get_open(request, lesson_id, identity)
    player = find_slides_player(lesson.slides_url or "")
    return _frame(request, lesson, lesson.slides_url, player, SLIDES_PLAYER)


async def _get_open(request: Request, lesson_id: UUID, identity: Identity) -> Lesson:
    app = service_of(request)
    async with app.database.acquire() as connection:
        return await service.get_open_lesson(connection, lesson_id, identity, app.clock.now())


def _frame(
    request: Request, lesson: Lesson, link: str | None, player: str | None, host: str
) -> Response:
    if link is None or player is None:
        raise LessonNotFound
    if not wants_page(request):
        return JSONResponse(jsonable_encoder({"lesson_id": lesson.lesson_id, "player": player}))
    answer = render(request, "lesson-player.html", lesson=lesson, link=link, player=player)
    answer.headers["Content-Security-Policy"] = f"{CSP}; frame-src https://{host}"
    return answer
