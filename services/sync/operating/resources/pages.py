"""`/sync/access/resources`: what may be opened, and by which rules."""

import asyncio
from collections import defaultdict
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from services.sync.access.errors import (
    CodeInUse,
    CodeTaken,
    ResourceChanged,
    ResourceWrong,
    SchoolNotAsked,
    TooManyResources,
)
from services.sync.access.reading import find_condition
from services.sync.access.resources import repository as resources
from services.sync.access.resources.document import write_condition
from services.sync.access.resources.entries import Entry, read_entry
from services.sync.access.resources.repository import Resource
from services.sync.access.school import Subjects
from services.sync.errors import SyncError
from services.sync.operating.administrators import administrator
from services.sync.operating.answers import answer_saved
from services.sync.operating.resources import files, service
from services.sync.service import SyncService, sync_of
from shared.problems import Problem, Told, tell
from shared.texts import Texts
from shared.web import pages_of, render, wants_page

router = APIRouter(prefix="/access/resources", dependencies=[Depends(administrator)])

HERE = "/sync/access/resources"
REFUSALS = (ResourceWrong, CodeTaken, CodeInUse, ResourceChanged, TooManyResources, SchoolNotAsked)
FIELD_OF: dict[type[Exception], str] = {
    CodeTaken: "code",
    CodeInUse: "code",
    SchoolNotAsked: "condition",
}
FIELDS = ("title", "kind", "code", "subscription", "lesson", "position", "condition")
EVERYWHERE = "all"
Line = Annotated[str, Field(max_length=2000)]


class ResourceForm(BaseModel):
    """A video or a collection, as it is entered. version: as it stood when the form was opened."""

    title: Line = ""
    kind: Line = "video"
    code: Line = ""
    subscription: Line = ""
    lesson: Line = ""
    position: Line = ""
    condition: Annotated[str, Field(max_length=200_000)] = ""
    version: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


@router.get("")
async def list_resources(
    request: Request, done: str = "", sync: SyncService = Depends(sync_of)
) -> Response:
    """Everything that may be opened, with its rule in words."""
    texts = pages_of(request).texts(request)
    async with sync.database.acquire() as connection:
        rows = await service.list_rows(connection, texts, sync.clock.now())
    if not wants_page(request):
        return JSONResponse(jsonable_encoder([asdict(row) for row in rows]))
    return render(
        request,
        "operating-resources.html",
        standing=[row for row in rows if row.resource.archived_at is None],
        archived=[row for row in rows if row.resource.archived_at is not None],
        done=done,
    )


# Before the patterns below.
router.include_router(files.router)


@router.get("/new")
async def begin_resource(request: Request) -> Response:
    """The form of a new one."""
    return await _form(request, ResourceForm())


@router.post("")
async def create_resource(
    request: Request, form: ResourceForm = Form(), sync: SyncService = Depends(sync_of)
) -> Response:
    """A new one."""
    try:
        await sync.resources.create(await asyncio.to_thread(_read, form))
    except REFUSALS as refusal:
        return await _form(request, form, refusal)
    return answer_saved(request, f"{HERE}?done=saved")


@router.get("/{resource_id}/edit")
async def edit_resource(
    request: Request, resource_id: UUID, sync: SyncService = Depends(sync_of)
) -> Response:
    """The form of one that is there."""
    async with sync.database.acquire() as connection:
        resource = await resources.get(connection, resource_id)
    return await _form(request, _entered(resource), resource=resource)


@router.post("/{resource_id}/edit")
async def change_resource(
    request: Request,
    resource_id: UUID,
    form: ResourceForm = Form(),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """Its title, code, place and rule."""
    async with sync.database.acquire() as connection:
        resource = await resources.get(connection, resource_id)
    try:
        entry = await asyncio.to_thread(_read, form)
        await sync.resources.change(resource_id, entry, version=form.version)
    except REFUSALS as refusal:
        return await _form(request, form, refusal, resource=resource)
    return answer_saved(request, f"{HERE}?done=saved")


@router.post("/{resource_id}/archive")
async def archive_resource(
    request: Request,
    resource_id: UUID,
    version: int = Form(ge=0, le=2**31 - 1),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """Nothing new is opened of it."""
    await sync.resources.archive(resource_id, version=version)
    return answer_saved(request, f"{HERE}?done=archived")


@router.post("/{resource_id}/restore")
async def restore_resource(
    request: Request,
    resource_id: UUID,
    version: int = Form(ge=0, le=2**31 - 1),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """It opens by its rule again."""
    await sync.resources.bring_back(resource_id, version=version)
    return answer_saved(request, f"{HERE}?done=saved")


def _read(form: ResourceForm) -> Entry:
    return read_entry(**{field: getattr(form, field) for field in FIELDS})


def _entered(resource: Resource) -> ResourceForm:
    return ResourceForm(
        title=resource.title,
        kind=resource.kind,
        code=resource.code,
        subscription=resource.subscription or "",
        lesson=str(resource.lesson_id or ""),
        position=str(resource.position),
        condition=write_condition(find_condition(resource.condition)),
        version=resource.version,
    )


async def _form(
    request: Request,
    entered: ResourceForm,
    refusal: SyncError | SchoolNotAsked | None = None,
    *,
    resource: Resource | None = None,
) -> Response:
    sync, texts = sync_of(request), pages_of(request).texts(request)
    wrong = _wrong(refusal, entered, texts) if refusal else {}
    if not wants_page(request):
        return _as_json(entered, refusal, wrong, texts)
    async with sync.database.acquire() as connection:
        courses = await service.list_courses(connection)
        described = await service.describe_rule(connection, resource, texts) if resource else ""
    school = await _ask_school(sync)
    return render(
        request,
        "operating-resource.html",
        status=refusal.status if refusal else 200,
        resource=resource,
        entered=entered,
        wrong=wrong,
        first_wrong=next((field for field in FIELDS if field in wrong), ""),
        courses=courses,
        lesson_ids={
            str(lesson.id)
            for course in courses
            for module in course.modules
            for lesson in module.lessons
        },
        names=service.list_names(courses, school, texts),
        school_is_silent=school is None,
        described=described,
        default_subscription=sync.settings.boomstream_subscription,
    )


async def _ask_school(sync: SyncService) -> Subjects | None:
    if sync.school is None:
        return Subjects()
    try:
        return await sync.school.list_subjects()
    except SchoolNotAsked:
        return None


def _as_json(
    entered: ResourceForm,
    refusal: SyncError | SchoolNotAsked | None,
    wrong: dict[str, list[Told]],
    texts: Texts,
) -> Response:
    if refusal is None:
        return JSONResponse(entered.model_dump())
    told = {
        "error": type(refusal).__name__,
        "detail": texts(refusal.title),
        "fields": {field: [asdict(one) for one in found] for field, found in wrong.items()},
    }
    return JSONResponse(told, refusal.status)


def _wrong(
    refusal: SyncError | SchoolNotAsked, entered: ResourceForm, texts: Texts
) -> dict[str, list[Told]]:
    """What is wrong, by the field beside which it is told."""
    if not isinstance(refusal, ResourceWrong):
        field = FIELD_OF.get(type(refusal), EVERYWHERE)
        return {field: [Told("", texts(refusal.title))]}
    found: dict[str, list[Told]] = defaultdict(list)
    for problem in refusal.problems:
        found[_field_of(problem, entered)] += tell([problem], texts)
    return dict(found)


def _field_of(problem: Problem, entered: ResourceForm) -> str:
    if problem.place.line:
        return "condition"
    key = str(problem.values.get("key", ""))
    if key in FIELDS:
        return key
    number = str(problem.values.get("number", ""))
    if number and number == entered.lesson.strip() and number not in entered.condition:
        return "lesson"
    return "condition"
