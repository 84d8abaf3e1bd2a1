"""All videos and rules as one file, out and in. An upload is kept by its own preview page."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

from services.sync.access.errors import PlanOutdated, ResourceWrong
from services.sync.access.resources.document import Listed, read_document
from services.sync.access.resources.planning import Plan
from services.sync.operating.answers import answer_saved
from services.sync.service import SyncService, sync_of
from shared.problems import N_, SHOWN, Place, Problem, Problems, tell
from shared.web import pages_of, render, wants_page

router = APIRouter()

LARGEST = 500_000
"""Bytes. The preview sends it back, and with what a form adds it has to pass every gateway."""


@router.get("/all.yaml")
async def write_file(sync: SyncService = Depends(sync_of)) -> Response:
    """All that is not archived."""
    return Response(
        await sync.resources.write(),
        media_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="videos.yaml"'},
    )


@router.get("/import")
async def ask_for_file(request: Request) -> Response:
    """Where a file is uploaded."""
    return render(request, "operating-import.html", problems=(), more=0)


@router.post("/import")
async def upload_file(
    request: Request, file: UploadFile, sync: SyncService = Depends(sync_of)
) -> Response:
    """What the file would change; nothing changes yet."""
    try:
        text = await _read(file)
        wanted = await asyncio.to_thread(read_document, text)
        plan = await sync.resources.preview(wanted)
    except ResourceWrong as wrong:
        return _complain(request, wrong)
    return _show(request, plan, text)


@router.post("/import/apply")
async def apply_file(
    request: Request,
    text: str = Form(max_length=LARGEST),
    digest: str = Form(max_length=100),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """Do what the preview showed. Where something else was changed meanwhile, show it anew."""
    # Browsers send every line's end as two characters.
    text = text.replace("\r\n", "\n")
    try:
        wanted = await asyncio.to_thread(read_document, text)
        await sync.resources.apply(wanted, digest=digest)
    except ResourceWrong as wrong:
        return _complain(request, wrong)
    except PlanOutdated as outdated:
        if not wants_page(request):
            raise
        return await _show_anew(request, sync, wanted, text, outdated)
    return answer_saved(request, "/sync/access/resources?done=applied")


async def _read(file: UploadFile) -> str:
    problems = Problems()
    body = await file.read(LARGEST + 1)
    if not body:
        problems.add(Place(), N_("there is nothing in this file"))
    elif len(body) > LARGEST:
        problems.add(Place(), N_("this file has more than {most} KB"), most=LARGEST // 1000)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
        problems.add(Place(), N_("this file is not written in UTF-8"))
    if problems:
        raise ResourceWrong(problems)
    return text


async def _show_anew(
    request: Request,
    sync: SyncService,
    wanted: Sequence[Listed],
    text: str,
    outdated: PlanOutdated,
) -> Response:
    try:
        plan = await sync.resources.preview(wanted)
    except ResourceWrong as wrong:
        return _complain(request, wrong)
    return _show(request, plan, text, outdated)


def _show(
    request: Request, plan: Plan, text: str, outdated: PlanOutdated | None = None
) -> Response:
    if not wants_page(request):
        told = {
            "digest": plan.digest,
            "is_reordered": plan.is_reordered,
            "changes": [asdict(one) for one in plan.changes],
        }
        return JSONResponse(jsonable_encoder(told))
    return render(
        request,
        "operating-preview.html",
        status=outdated.status if outdated else 200,
        plan=plan,
        text=text,
        outdated=pages_of(request).texts(request)(outdated.title) if outdated else "",
    )


def _complain(request: Request, wrong: ResourceWrong) -> Response:
    problems: Sequence[Problem] = wrong.problems
    told = tell(problems[:SHOWN], pages_of(request).texts(request))
    more = len(problems) - len(told)
    if wants_page(request):
        return render(
            request, "operating-import.html", status=wrong.status, problems=told, more=more
        )
    listed = [asdict(one) for one in told]
    return JSONResponse({"error": "ResourceWrong", "problems": listed}, wrong.status)
