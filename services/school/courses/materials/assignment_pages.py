"""The forms of assignments."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from services.school.courses import repository
from services.school.courses.access import administrator
from services.school.courses.entries import POLICIES, read_assignment
from services.school.courses.forms import RIGHT, answer_saved, show_form, texts_of
from services.school.courses.markdown import render_texts
from services.school.courses.materials import service
from services.school.courses.materials.pages import program_page
from services.school.courses.repository import Assignment
from services.school.courses.schemas import AssignmentForm, MoveForm
from services.school.errors import EntryWrong
from shared.web import service_of

router = APIRouter(dependencies=[Depends(administrator)])


@router.get("/weeks/{week_id}/assignments/new")
async def begin_assignment(request: Request, week_id: UUID) -> Response:
    """The form of a new assignment."""
    return await _form(request, week_id, AssignmentForm(policy=POLICIES[0]).model_dump())


@router.post("/weeks/{week_id}/assignments")
async def create_assignment(
    request: Request, week_id: UUID, form: AssignmentForm = Form()
) -> Response:
    """A new assignment."""
    app, entered = service_of(request), form.model_dump()
    try:
        entry = await asyncio.to_thread(read_assignment, entered)
        async with app.database.transaction() as connection:
            week = await service.create_assignment(connection, week_id, entry)
    except EntryWrong as wrong:
        return await _form(request, week_id, entered, wrong)
    return answer_saved(request, program_page(week))


@router.get("/assignments/{assignment_id}/edit")
async def edit_assignment(request: Request, assignment_id: UUID) -> Response:
    """The form of an assignment, and its text as readers see it."""
    assignment = await _get(request, assignment_id)
    return await _form(request, assignment.week_id, texts_of(assignment), assignment=assignment)


@router.post("/assignments/{assignment_id}/edit")
async def change_assignment(
    request: Request, assignment_id: UUID, form: AssignmentForm = Form()
) -> Response:
    """What an assignment asks for, and until when."""
    app, entered = service_of(request), form.model_dump()
    try:
        entry = await asyncio.to_thread(read_assignment, entered)
        async with app.database.transaction() as connection:
            week = await service.change_assignment(connection, assignment_id, entry)
    except EntryWrong as wrong:
        assignment = await _get(request, assignment_id)
        return await _form(request, assignment.week_id, entered, wrong, assignment=assignment)
    return answer_saved(request, program_page(week))


@router.post("/assignments/{assignment_id}/move")
async def move_assignment(
    request: Request, assignment_id: UUID, form: MoveForm = Form()
) -> Response:
    """A step up or down."""
    async with service_of(request).database.transaction() as connection:
        week = await service.move_assignment(connection, assignment_id, form.direction)
    return answer_saved(request, program_page(week))


@router.post("/assignments/{assignment_id}/delete")
async def remove_assignment(request: Request, assignment_id: UUID) -> Response:
    """Take an assignment away; with works it is retired."""
    app = service_of(request)
    async with app.database.transaction() as connection:
        week = await service.remove_assignment(connection, assignment_id, app.clock.now())
    return answer_saved(request, program_page(week))


@router.post("/assignments/{assignment_id}/restore")
async def restore_assignment(request: Request, assignment_id: UUID) -> Response:
    """Offer a retired assignment again."""
    async with service_of(request).database.transaction() as connection:
        week = await service.restore_assignment(connection, assignment_id)
    return answer_saved(request, program_page(week))


async def _get(request: Request, assignment_id: UUID) -> Assignment:
    async with service_of(request).database.acquire() as connection:
        return await repository.get_assignment(connection, assignment_id)


async def _form(
    request: Request,
    week_id: UUID,
    entered: dict[str, str],
    wrong: EntryWrong = RIGHT,
    *,
    assignment: Assignment | None = None,
) -> Response:
    async with service_of(request).database.acquire() as connection:
        week = await repository.get_week(connection, week_id)
        program = await repository.get_program(connection, week.program_id)
        tracks = await repository.list_tracks(connection, program.course_id)
    (content,) = await render_texts([assignment.content if assignment else ""])
    return show_form(
        request,
        "assignment-form.html",
        entered,
        wrong,
        week=week,
        program=program,
        tracks=tracks,
        policies=POLICIES,
        assignment=assignment,
        content=content,
    )
