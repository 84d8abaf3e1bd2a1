"""The tracks of a course."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from services.school.courses import repository
from services.school.courses.access import administrator
from services.school.courses.entries import read_track
from services.school.courses.forms import RIGHT, answer_saved, show_form, texts_of
from services.school.courses.schemas import MoveForm, TrackForm
from services.school.courses.tracks import service
from services.school.errors import EntryWrong
from shared.web import service_of

router = APIRouter(dependencies=[Depends(administrator)])


@router.get("/courses/{slug}/tracks/new")
async def begin_track(request: Request, slug: str) -> Response:
    """The form of a new track."""
    return await _new(request, slug, TrackForm().model_dump())


@router.post("/courses/{slug}/tracks")
async def create_track(request: Request, slug: str, form: TrackForm = Form()) -> Response:
    """A new track."""
    app, entered = service_of(request), form.model_dump()
    try:
        entry = await asyncio.to_thread(read_track, entered)
        async with app.database.transaction() as connection:
            course = await service.create_track(connection, slug, entry)
    except EntryWrong as wrong:
        return await _new(request, slug, entered, wrong)
    return answer_saved(request, f"/school/courses/{course.slug}#tracks")


@router.get("/tracks/{track_id}")
async def edit_track(request: Request, track_id: UUID) -> Response:
    """The form of a track."""
    return await _form(request, track_id)


@router.post("/tracks/{track_id}")
async def change_track(request: Request, track_id: UUID, form: TrackForm = Form()) -> Response:
    """A track's name and description."""
    app, entered = service_of(request), form.model_dump()
    try:
        entry = await asyncio.to_thread(read_track, entered)
        async with app.database.transaction() as connection:
            course = await service.change_track(connection, track_id, entry)
    except EntryWrong as wrong:
        return await _form(request, track_id, entered, wrong)
    return answer_saved(request, f"/school/courses/{course.slug}#tracks")


@router.post("/tracks/{track_id}/move")
async def move_track(request: Request, track_id: UUID, form: MoveForm = Form()) -> Response:
    """A step up or down."""
    async with service_of(request).database.transaction() as connection:
        course = await service.move_track(connection, track_id, form.direction)
    return answer_saved(request, f"/school/courses/{course.slug}#tracks")


@router.post("/tracks/{track_id}/delete")
async def delete_track(request: Request, track_id: UUID) -> Response:
    """Take a track away."""
    async with service_of(request).database.transaction() as connection:
        course = await service.delete_track(connection, track_id)
    return answer_saved(request, f"/school/courses/{course.slug}#tracks")


async def _new(
    request: Request, slug: str, entered: dict[str, str], wrong: EntryWrong = RIGHT
) -> Response:
    async with service_of(request).database.acquire() as connection:
        course = await repository.get_course_by_slug(connection, slug)
    return show_form(request, "track-form.html", entered, wrong, course=course, track=None)


async def _form(
    request: Request,
    track_id: UUID,
    entered: dict[str, str] | None = None,
    wrong: EntryWrong = RIGHT,
) -> Response:
    async with service_of(request).database.acquire() as connection:
        track = await repository.get_track(connection, track_id)
        course = await repository.get_course(connection, track.course_id)
    return show_form(
        request, "track-form.html", entered or texts_of(track), wrong, course=course, track=track
    )
