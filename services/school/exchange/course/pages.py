"""A course's files, in and out, for administrators."""

import asyncio
from dataclasses import asdict
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.school.courses.access import administrator
from services.school.exchange.course import service
from services.school.exchange.course.document import Uploaded, dump_uploaded, load_uploaded
from services.school.exchange.course.reading import Read, read_course
from services.school.exchange.course.writing import write_yaml, write_zip
from services.school.exchange.imports import repository as imports
from services.school.exchange.imports.service import get_import, read_upload
from shared.identity import signed_in_person
from shared.problems import tell
from shared.web import pages_of, render, service_of, wants_page

router = APIRouter(dependencies=[Depends(administrator)])
HERE = "/school/courses/import"
SHOWN = 500
"""Of each kind of change; the rest are counted."""


@router.get("/courses/{slug}/export.yaml")
async def export_yaml(request: Request, slug: str) -> Response:
    """A course as one YAML file."""
    async with service_of(request).database.acquire() as connection:
        course = await service.get_course(connection, slug)
    text = await asyncio.to_thread(write_yaml, course)
    return _file(text.encode(), "application/yaml; charset=utf-8", f"{course.slug}.yaml")


@router.get("/courses/{slug}/export.zip")
async def export_zip(request: Request, slug: str) -> Response:
    """A course as a folder of YAML and Markdown files."""
    async with service_of(request).database.acquire() as connection:
        course = await service.get_course(connection, slug)
    packed = await asyncio.to_thread(write_zip, course)
    return _file(packed, "application/zip", f"{course.slug}.zip")


@router.get("/courses/import")
async def ask_for_course(request: Request) -> Response:
    """Where a course's file is uploaded."""
    return render(request, "course-import.html", problems=(), more=0)


@router.post("/courses/import")
async def upload_course(
    request: Request,
    file: UploadFile,
    person_id: UUID = Depends(signed_in_person),
) -> Response:
    """Read an upload; nothing changes yet."""
    read = await asyncio.to_thread(read_course, await read_upload(file))
    if read.course is None:
        return _complain(request, read)
    uploaded = Uploaded(read.course, read.unused)
    body = await asyncio.to_thread(dump_uploaded, uploaded)
    app = service_of(request)
    import_id = uuid4()
    async with app.database.transaction() as connection:
        await imports.keep(
            connection,
            import_id,
            person_id=person_id,
            kind="course",
            stream_id=None,
            body=body,
            now=app.clock.now(),
        )
    return RedirectResponse(f"{HERE}/{import_id}", 303)


@router.get("/courses/import/{import_id}")
async def preview_course(
    request: Request,
    import_id: UUID,
    person_id: UUID = Depends(signed_in_person),
) -> Response:
    """What would change."""
    app = service_of(request)
    async with app.database.acquire() as connection:
        found = await get_import(
            connection, import_id, person_id=person_id, kind="course", now=app.clock.now()
        )
        uploaded = await asyncio.to_thread(load_uploaded, found.body)
        plan = await service.preview(connection, uploaded.course)
    if not wants_page(request):
        return JSONResponse(
            jsonable_encoder(
                {
                    "import_id": import_id,
                    "course": uploaded.course.slug,
                    "digest": plan.digest,
                    "changes": [asdict(change) for change in plan.changes],
                    "unused": uploaded.unused,
                }
            )
        )
    return render(
        request,
        "course-preview.html",
        import_id=import_id,
        course=uploaded.course,
        plan=plan,
        unused=uploaded.unused,
        shown=SHOWN,
        is_applied=found.applied_at is not None,
    )


@router.post("/courses/import/{import_id}")
async def apply_course(
    request: Request,
    import_id: UUID,
    digest: str = Form(max_length=100),
    person_id: UUID = Depends(signed_in_person),
) -> Response:
    """Do what the preview showed."""
    app = service_of(request)
    now = app.clock.now()
    async with app.database.transaction() as connection:
        found = await get_import(
            connection, import_id, person_id=person_id, kind="course", now=now, lock=True
        )
        wanted = (await asyncio.to_thread(load_uploaded, found.body)).course
        if found.applied_at is None:
            await service.apply(connection, wanted, digest=digest, now=now)
            await imports.mark_applied(connection, import_id, now)
    if wants_page(request):
        return RedirectResponse(f"/school/courses/{wanted.slug}", 303)
    return JSONResponse({"course": wanted.slug})


def _complain(request: Request, read: Read) -> Response:
    problems, more = tell(read.problems, pages_of(request).texts(request)), read.problems.more
    if wants_page(request):
        return render(request, "course-import.html", status=422, problems=problems, more=more)
    told = [asdict(one) for one in problems]
    return JSONResponse({"error": "CourseUnreadable", "problems": told, "more": more}, 422)


def _file(body: bytes, media_type: str, name: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=disposition)
