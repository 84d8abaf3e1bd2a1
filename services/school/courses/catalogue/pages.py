"""The list of courses, and a course's own page."""

import asyncio
from dataclasses import asdict

from fastapi import APIRouter, Depends, Form, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

from services.school.courses import repository
from services.school.courses.access import administrator
from services.school.courses.catalogue import service
from services.school.courses.entries import read_course
from services.school.courses.forms import RIGHT, answer_saved, rows_of, show_form, texts_of
from services.school.courses.markdown import render_texts
from services.school.courses.schemas import CourseForm
from services.school.errors import EntryWrong
from services.school.weeks.calendar import days_for, is_over, today, week_on
from shared.web import pages_of, render, service_of, wants_page

router = APIRouter(dependencies=[Depends(administrator)])


@router.get("/courses")
async def list_courses(request: Request) -> Response:
    """Every course."""
    async with service_of(request).database.acquire() as connection:
        courses = await repository.list_courses(connection)
    if not wants_page(request):
        return JSONResponse(jsonable_encoder(rows_of(courses)))
    return render(request, "courses.html", courses=courses)


@router.get("/courses/new")
async def begin_course(request: Request) -> Response:
    """The form of a new course."""
    return show_form(request, "course-form.html", CourseForm().model_dump(), course=None)


@router.post("/courses")
async def create_course(request: Request, form: CourseForm = Form()) -> Response:
    """A new course."""
    app, entered = service_of(request), form.model_dump()
    try:
        entry = await asyncio.to_thread(read_course, entered)
        async with app.database.transaction() as connection:
            slug = await service.create_course(connection, entry, app.clock.now())
    except EntryWrong as wrong:
        return show_form(request, "course-form.html", entered, wrong, course=None)
    return answer_saved(request, f"/school/courses/{slug}")


@router.get("/courses/{slug}")
async def show_course(request: Request, slug: str) -> Response:
    """A course: its streams, programs and tracks."""
    app = service_of(request)
    async with app.database.acquire() as connection:
        course = await repository.get_course_by_slug(connection, slug)
        tracks = await repository.list_tracks(connection, course.course_id)
        programs = await repository.list_programs(connection, course.course_id)
        streams = await repository.list_streams(connection, course.course_id)
    if not wants_page(request):
        whole = {
            **asdict(course),
            "tracks": rows_of(tracks),
            "programs": rows_of(programs),
            "streams": rows_of(streams),
        }
        return JSONResponse(jsonable_encoder(whole))
    (description,) = await render_texts([course.description])
    now = app.clock.now()
    days = {stream.stream_id: today(stream.zone, now) for stream in streams}
    return render(
        request,
        "course.html",
        course=course,
        description=description,
        day=days_for(pages_of(request).texts(request).locale),
        tracks=tracks,
        programs=programs,
        streams=streams,
        weeks={one.stream_id: week_on(one.start_on, days[one.stream_id]) for one in streams},
        over={one.stream_id for one in streams if is_over(one.finish_on, days[one.stream_id])},
    )


@router.get("/courses/{slug}/edit")
async def edit_course(request: Request, slug: str) -> Response:
    """The form of a course."""
    return await _form(request, slug)


@router.post("/courses/{slug}/edit")
async def change_course(request: Request, slug: str, form: CourseForm = Form()) -> Response:
    """A course's name, address, description and chat."""
    app, entered = service_of(request), form.model_dump()
    try:
        entry = await asyncio.to_thread(read_course, entered)
        async with app.database.transaction() as connection:
            changed = await service.change_course(connection, slug, entry)
    except EntryWrong as wrong:
        return await _form(request, slug, entered, wrong)
    return answer_saved(request, f"/school/courses/{changed}")


async def _form(
    request: Request, slug: str, entered: dict[str, str] | None = None, wrong: EntryWrong = RIGHT
) -> Response:
    async with service_of(request).database.acquire() as connection:
        course = await repository.get_course_by_slug(connection, slug)
    return show_form(request, "course-form.html", entered or texts_of(course), wrong, course=course)
