"""A program with all of its weeks, and the form of a week."""

import asyncio
from dataclasses import asdict
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

from services.school.courses import repository
from services.school.courses.access import administrator
from services.school.courses.entries import read_name, read_week
from services.school.courses.forms import RIGHT, answer_saved, rows_of, show_form, texts_of
from services.school.courses.programs import service
from services.school.courses.schemas import ProgramForm, WeekForm
from services.school.errors import EntryWrong
from shared.web import render, service_of, wants_page

router = APIRouter(dependencies=[Depends(administrator)])


@router.post("/courses/{slug}/programs")
async def create_program(request: Request, slug: str, form: ProgramForm = Form()) -> Response:
    """A new program, empty."""
    name = read_name(form.name)
    async with service_of(request).database.transaction() as connection:
        program_id = await service.create_program(connection, slug, name)
    return answer_saved(request, f"/school/programs/{program_id}")


@router.get("/programs/{program_id}")
async def show_program(request: Request, program_id: UUID) -> Response:
    """A program: its weeks with their lessons and assignments."""
    async with service_of(request).database.acquire() as connection:
        program = await repository.get_program(connection, program_id)
        course = await repository.get_course(connection, program.course_id)
        tracks = await repository.list_tracks(connection, course.course_id)
        weeks = await repository.list_weeks(connection, program_id)
        lessons = await repository.list_lessons(connection, program_id)
        assignments = await repository.list_assignments(connection, program_id)
    if not wants_page(request):
        whole = {
            **asdict(program),
            "weeks": rows_of(weeks),
            "lessons": rows_of(lessons),
            "assignments": rows_of(assignments),
        }
        return JSONResponse(jsonable_encoder(whole))
    return render(
        request,
        "program.html",
        program=program,
        course=course,
        track_names={track.track_id: track.name for track in tracks},
        weeks=weeks,
        lessons=lessons,
        assignments=assignments,
    )


@router.post("/programs/{program_id}")
async def rename_program(
    request: Request, program_id: UUID, form: ProgramForm = Form()
) -> Response:
    """Another name for a program."""
    name = read_name(form.name)
    async with service_of(request).database.transaction() as connection:
        await service.rename_program(connection, program_id, name)
    return answer_saved(request, f"/school/programs/{program_id}")


@router.post("/programs/{program_id}/copy")
async def copy_program(request: Request, program_id: UUID, form: ProgramForm = Form()) -> Response:
    """A new program with all that this one has."""
    name = read_name(form.name)
    async with service_of(request).database.transaction() as connection:
        copy_id = await service.copy_program(connection, program_id, name)
    return answer_saved(request, f"/school/programs/{copy_id}")


@router.get("/programs/{program_id}/weeks/new")
async def begin_week(request: Request, program_id: UUID) -> Response:
    """The form of a new week, with the next number."""
    async with service_of(request).database.acquire() as connection:
        weeks = await repository.list_weeks(connection, program_id)
    number = weeks[-1].number + 1 if weeks else 1
    return await _new(request, program_id, WeekForm(number=str(number)).model_dump())


@router.post("/programs/{program_id}/weeks")
async def create_week(request: Request, program_id: UUID, form: WeekForm = Form()) -> Response:
    """A new week."""
    app, entered = service_of(request), form.model_dump()
    try:
        entry = await asyncio.to_thread(read_week, entered)
        async with app.database.transaction() as connection:
            await service.create_week(connection, program_id, entry)
    except EntryWrong as wrong:
        return await _new(request, program_id, entered, wrong)
    return answer_saved(request, f"/school/programs/{program_id}#w{entry.number}")


@router.get("/weeks/{week_id}/edit")
async def edit_week(request: Request, week_id: UUID) -> Response:
    """The form of a week."""
    return await _form(request, week_id)


@router.post("/weeks/{week_id}/edit")
async def change_week(request: Request, week_id: UUID, form: WeekForm = Form()) -> Response:
    """A week's number, title and description."""
    app, entered = service_of(request), form.model_dump()
    try:
        entry = await asyncio.to_thread(read_week, entered)
        async with app.database.transaction() as connection:
            program = await service.change_week(connection, week_id, entry)
    except EntryWrong as wrong:
        return await _form(request, week_id, entered, wrong)
    return answer_saved(request, f"/school/programs/{program.program_id}#w{entry.number}")


@router.post("/weeks/{week_id}/delete")
async def delete_week(request: Request, week_id: UUID) -> Response:
    """Take an empty week away."""
    async with service_of(request).database.transaction() as connection:
        program = await service.delete_week(connection, week_id)
    return answer_saved(request, f"/school/programs/{program.program_id}")


async def _new(
    request: Request, program_id: UUID, entered: dict[str, str], wrong: EntryWrong = RIGHT
) -> Response:
    async with service_of(request).database.acquire() as connection:
        program = await repository.get_program(connection, program_id)
    return show_form(request, "week-form.html", entered, wrong, program=program, week=None)


async def _form(
    request: Request,
    week_id: UUID,
    entered: dict[str, str] | None = None,
    wrong: EntryWrong = RIGHT,
) -> Response:
    async with service_of(request).database.acquire() as connection:
        week = await repository.get_week(connection, week_id)
        program = await repository.get_program(connection, week.program_id)
    return show_form(
        request, "week-form.html", entered or texts_of(week), wrong, program=program, week=week
    )
