"""The forms of lessons."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from services.school.courses import repository
from services.school.courses.access import administrator
from services.school.courses.entries import read_lesson
from services.school.courses.forms import RIGHT, answer_saved, show_form, texts_of
from services.school.courses.markdown import render_texts
from services.school.courses.materials import service
from services.school.courses.repository import Lesson, Week
from services.school.courses.schemas import LessonForm, MoveForm
from services.school.errors import EntryWrong
from shared.web import service_of

router = APIRouter(dependencies=[Depends(administrator)])


@router.get("/weeks/{week_id}/lessons/new")
async def begin_lesson(request: Request, week_id: UUID) -> Response:
    """The form of a new lesson."""
    return await _form(request, week_id, LessonForm().model_dump())


@router.post("/weeks/{week_id}/lessons")
async def create_lesson(request: Request, week_id: UUID, form: LessonForm = Form()) -> Response:
    """A new lesson."""
    app, entered = service_of(request), form.model_dump()
    try:
        entry = await asyncio.to_thread(read_lesson, entered)
        async with app.database.transaction() as connection:
            week = await service.create_lesson(connection, week_id, entry)
    except EntryWrong as wrong:
        return await _form(request, week_id, entered, wrong)
    return answer_saved(request, program_page(week))


@router.get("/lessons/{lesson_id}/edit")
async def edit_lesson(request: Request, lesson_id: UUID) -> Response:
    """The form of a lesson, and the lesson as readers see it."""
    lesson = await _get(request, lesson_id)
    return await _form(request, lesson.week_id, texts_of(lesson), lesson=lesson)


@router.post("/lessons/{lesson_id}/edit")
async def change_lesson(request: Request, lesson_id: UUID, form: LessonForm = Form()) -> Response:
    """What a lesson says and links to."""
    app, entered = service_of(request), form.model_dump()
    try:
        entry = await asyncio.to_thread(read_lesson, entered)
        async with app.database.transaction() as connection:
            week = await service.change_lesson(connection, lesson_id, entry)
    except EntryWrong as wrong:
        lesson = await _get(request, lesson_id)
        return await _form(request, lesson.week_id, entered, wrong, lesson=lesson)
    return answer_saved(request, program_page(week))


@router.post("/lessons/{lesson_id}/move")
async def move_lesson(request: Request, lesson_id: UUID, form: MoveForm = Form()) -> Response:
    """A step up or down."""
    async with service_of(request).database.transaction() as connection:
        week = await service.move_lesson(connection, lesson_id, form.direction)
    return answer_saved(request, program_page(week))


@router.post("/lessons/{lesson_id}/delete")
async def delete_lesson(request: Request, lesson_id: UUID) -> Response:
    """Take a lesson away."""
    async with service_of(request).database.transaction() as connection:
        week = await service.delete_lesson(connection, lesson_id)
    return answer_saved(request, program_page(week))


def program_page(week: Week) -> str:
    """Where a week is seen among the others."""
    return f"/school/programs/{week.program_id}#w{week.number}"


async def _get(request: Request, lesson_id: UUID) -> Lesson:
    async with service_of(request).database.acquire() as connection:
        return await repository.get_lesson(connection, lesson_id)


async def _form(
    request: Request,
    week_id: UUID,
    entered: dict[str, str],
    wrong: EntryWrong = RIGHT,
    *,
    lesson: Lesson | None = None,
) -> Response:
    async with service_of(request).database.acquire() as connection:
        week = await repository.get_week(connection, week_id)
        program = await repository.get_program(connection, week.program_id)
        tracks = await repository.list_tracks(connection, program.course_id)
    (content,) = await render_texts([lesson.content if lesson else ""])
    return show_form(
        request,
        "lesson-form.html",
        entered,
        wrong,
        week=week,
        program=program,
        tracks=tracks,
        lesson=lesson,
        content=content,
    )
