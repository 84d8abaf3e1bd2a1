"""A stream's roster, in and out, for administrators."""

import asyncio
from dataclasses import asdict
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.school.courses.access import administrator
from services.school.courses.repository import get_stream
from services.school.errors import ImportNotFound
from services.school.exchange.imports import repository as imports
from services.school.exchange.imports.repository import Import
from services.school.exchange.imports.service import get_import, read_upload
from services.school.exchange.roster import service
from services.school.exchange.roster.changes import Plan
from services.school.exchange.roster.document import dump_roster, load_roster
from services.school.exchange.roster.reading import read_roster
from shared.identity import signed_in_person
from shared.problems import Problems, tell
from shared.web import pages_of, render, service_of, wants_page

router = APIRouter(dependencies=[Depends(administrator)])
SHOWN = 500
"""Of each kind of change; the rest are counted."""


@router.get("/streams/{stream_id}/roster.csv")
async def export_roster(request: Request, stream_id: UUID) -> Response:
    """Who is in which team, as a table."""
    async with service_of(request).database.acquire() as connection:
        body = await service.write_roster(connection, stream_id)
    disposition = {"Content-Disposition": 'attachment; filename="roster.csv"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers=disposition)


@router.get("/streams/{stream_id}/roster")
async def ask_for_roster(request: Request, stream_id: UUID) -> Response:
    """Where a roster is uploaded."""
    return await _ask(request, stream_id, Problems())


@router.post("/streams/{stream_id}/roster")
async def upload_roster(
    request: Request,
    stream_id: UUID,
    file: UploadFile,
    person_id: UUID = Depends(signed_in_person),
) -> Response:
    """Read an upload; nothing changes yet."""
    roster, problems = await asyncio.to_thread(read_roster, await read_upload(file))
    app = service_of(request)
    if roster is None:
        return await _ask(request, stream_id, problems)
    body = await asyncio.to_thread(dump_roster, roster)
    import_id = uuid4()
    async with app.database.transaction() as connection:
        await get_stream(connection, stream_id)
        await imports.keep(
            connection,
            import_id,
            person_id=person_id,
            kind="roster",
            stream_id=stream_id,
            body=body,
            now=app.clock.now(),
        )
    return RedirectResponse(f"/school/streams/{stream_id}/roster/{import_id}", 303)


@router.get("/streams/{stream_id}/roster/{import_id}")
async def preview_roster(
    request: Request,
    stream_id: UUID,
    import_id: UUID,
    person_id: UUID = Depends(signed_in_person),
) -> Response:
    """What would change."""
    app = service_of(request)
    async with app.database.acquire() as connection:
        stream = await get_stream(connection, stream_id)
        found = await get_import(
            connection, import_id, person_id=person_id, kind="roster", now=app.clock.now()
        )
        _check_stream(found, stream_id)
        roster = await asyncio.to_thread(load_roster, found.body)
        plan = await service.preview(connection, stream_id, roster)
    if not wants_page(request):
        return _answer(request, import_id, plan)
    return render(
        request,
        "roster-preview.html",
        stream=stream,
        import_id=import_id,
        plan=plan,
        problems=tell(plan.problems, pages_of(request).texts(request)),
        more=plan.more_problems,
        unread=roster.unread,
        shown=SHOWN,
        is_applied=found.applied_at is not None,
    )


@router.post("/streams/{stream_id}/roster/{import_id}")
async def apply_roster(
    request: Request,
    stream_id: UUID,
    import_id: UUID,
    digest: str = Form(max_length=100),
    good_lines_only: bool = Form(False),
    take_out: bool = Form(False),
    person_id: UUID = Depends(signed_in_person),
) -> Response:
    """Do what the preview showed."""
    app = service_of(request)
    now = app.clock.now()
    async with app.database.transaction() as connection:
        found = await get_import(
            connection, import_id, person_id=person_id, kind="roster", now=now, lock=True
        )
        _check_stream(found, stream_id)
        if found.applied_at is None:
            await service.apply(
                connection,
                stream_id,
                await asyncio.to_thread(load_roster, found.body),
                digest=digest,
                good_lines_only=good_lines_only,
                take_out=take_out,
                now=now,
            )
            await imports.mark_applied(connection, import_id, now)
    if wants_page(request):
        return RedirectResponse(f"/school/streams/{stream_id}", 303)
    return JSONResponse({"stream_id": str(stream_id)})


def _check_stream(found: Import, stream_id: UUID) -> None:
    if found.stream_id != stream_id:
        raise ImportNotFound


async def _ask(request: Request, stream_id: UUID, problems: Problems) -> Response:
    async with service_of(request).database.acquire() as connection:
        stream = await get_stream(connection, stream_id)
    told, more = tell(problems, pages_of(request).texts(request)), problems.more
    status = 422 if problems else 200
    if problems and not wants_page(request):
        listed = [asdict(one) for one in told]
        return JSONResponse({"error": "RosterUnreadable", "problems": listed, "more": more}, status)
    return render(
        request, "roster-import.html", status=status, stream=stream, problems=told, more=more
    )


def _answer(request: Request, import_id: UUID, plan: Plan) -> Response:
    kinds = ("new_teams", "curators", "added", "moved", "renamed", "leaving")
    return JSONResponse(
        jsonable_encoder(
            {
                "import_id": import_id,
                "digest": plan.digest,
                **{kind: [asdict(one) for one in getattr(plan, kind)] for kind in kinds},
                "unchanged": plan.unchanged,
                "problems": [
                    asdict(one) for one in tell(plan.problems, pages_of(request).texts(request))
                ],
                "more_problems": plan.more_problems,
            }
        )
    )
