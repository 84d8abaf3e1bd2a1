"""The form of a stream."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from services.school.courses import repository
from services.school.courses.access import administrator
from services.school.courses.entries import read_stream
from services.school.courses.forms import RIGHT, answer_saved, show_form, texts_of
from services.school.courses.repository import Course, Stream
from services.school.courses.schemas import StreamForm
from services.school.courses.streams import service
from services.school.errors import EntryWrong
from shared.texts import DEFAULT_ZONE
from shared.web import pages_of, service_of
from shared.zones import list_zones

router = APIRouter(dependencies=[Depends(administrator)])


@router.get("/courses/{slug}/streams/new")
async def begin_stream(request: Request, slug: str) -> Response:
    """The form of a new stream, with the next number and the zone of the latest one."""
    async with service_of(request).database.acquire() as connection:
        course = await repository.get_course_by_slug(connection, slug)
        streams = await repository.list_streams(connection, course.course_id)
    latest = streams[0] if streams else None
    form = StreamForm(
        number=str(latest.number + 1 if latest else 1),
        zone=latest.zone if latest else DEFAULT_ZONE,
        program_id=str((latest and latest.program_id) or ""),
    )
    return await _form(request, course, form.model_dump())


@router.post("/courses/{slug}/streams")
async def create_stream(request: Request, slug: str, form: StreamForm = Form()) -> Response:
    """A new stream."""
    app, entered = service_of(request), form.model_dump()
    try:
        entry = read_stream(entered)
        async with app.database.transaction() as connection:
            course = await service.create_stream(connection, slug, entry)
    except EntryWrong as wrong:
        async with app.database.acquire() as connection:
            course = await repository.get_course_by_slug(connection, slug)
        return await _form(request, course, entered, wrong)
    return answer_saved(request, f"/school/courses/{course.slug}#streams")


@router.get("/streams/{stream_id}/edit")
async def edit_stream(request: Request, stream_id: UUID) -> Response:
    """The form of a stream."""
    return await _form_of(request, stream_id)


@router.post("/streams/{stream_id}/edit")
async def change_stream(request: Request, stream_id: UUID, form: StreamForm = Form()) -> Response:
    """A stream's number, days, zone, program and chat."""
    entered = form.model_dump()
    try:
        entry = read_stream(entered)
        async with service_of(request).database.transaction() as connection:
            await service.change_stream(connection, stream_id, entry)
    except EntryWrong as wrong:
        return await _form_of(request, stream_id, entered, wrong)
    return answer_saved(request, f"/school/streams/{stream_id}")


async def _form_of(
    request: Request,
    stream_id: UUID,
    entered: dict[str, str] | None = None,
    wrong: EntryWrong = RIGHT,
) -> Response:
    async with service_of(request).database.acquire() as connection:
        stream = await repository.get_stream(connection, stream_id)
        course = await repository.get_course(connection, stream.course_id)
    return await _form(request, course, entered or texts_of(stream), wrong, stream=stream)


async def _form(
    request: Request,
    course: Course,
    entered: dict[str, str],
    wrong: EntryWrong = RIGHT,
    *,
    stream: Stream | None = None,
) -> Response:
    async with service_of(request).database.acquire() as connection:
        programs = await repository.list_programs(connection, course.course_id)
    locale = pages_of(request).texts(request).locale
    return show_form(
        request,
        "stream-form.html",
        entered,
        wrong,
        course=course,
        stream=stream,
        programs=programs,
        regions=await asyncio.to_thread(list_zones, locale),
    )
