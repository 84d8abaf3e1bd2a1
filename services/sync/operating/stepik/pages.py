"""`/sync/stepik`: courses and passes, what fails at Boomstream, and whose account is whose."""

from dataclasses import asdict
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

from services.sync.operating.administrators import administrator, administrator_id
from services.sync.operating.answers import answer_saved
from services.sync.operating.paging import MOST_PAGES, Page
from services.sync.operating.searching import tidy_search
from services.sync.operating.stepik import service
from services.sync.operating.stepik.repository import Learner, Matched, Tried
from services.sync.operating.troubles import boomstream_sayer, stepik_sayer
from services.sync.service import SyncService, sync_of
from services.sync.stepik.matching import service as matching
from services.sync.stepik.matching.errors import AccountTaken
from services.sync.stepik.passes import service as passes
from services.sync.stepik.progress import find_match
from shared.db import Connection
from shared.web import pages_of, render, wants_page

router = APIRouter(prefix="/stepik", dependencies=[Depends(administrator)])

HERE = "/sync/stepik"
LARGEST_ID = 2**63 - 1
StepikId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
PageNumber = Annotated[int, Query(ge=1, le=MOST_PAGES)]


@router.get("")
async def show_stepik(
    request: Request,
    shown: Literal["people", "learners", "matched"] = "people",
    q: str = "",
    page: PageNumber = 1,
    done: str = "",
    sync: SyncService = Depends(sync_of),
) -> Response:
    """How reading goes, and some of those who are matched, or not."""
    text = tidy_search(q)
    async with sync.database.acquire() as connection:
        outside = await service.see_outside(connection, sync.settings)
        found = await _list_accounts(connection, shown, text, page)
    if not wants_page(request):
        return JSONResponse(jsonable_encoder({**asdict(outside), shown: asdict(found)}))
    texts = pages_of(request).texts(request)
    return render(
        request,
        "operating-stepik.html",
        outside=outside,
        not_set=service.not_set_for_stepik(sync.settings),
        boomstream_not_set=service.not_set_for_boomstream(sync.settings),
        shown=shown,
        page=found,
        q=text,
        done=done,
        say=boomstream_sayer(texts),
        say_stepik=stepik_sayer(texts),
        stepik_url=sync.settings.stepik_url,
    )


@router.post("/courses/{course_id}/read")
async def read_now(
    request: Request, course_id: StepikId, sync: SyncService = Depends(sync_of)
) -> Response:
    """Read a course at once."""
    async with sync.database.transaction() as connection:
        await passes.read_now(connection, course_id, sync.clock.now())
    return answer_saved(request, f"{HERE}?done=asked")


@router.get("/people/{person_id}")
async def choose_account(
    request: Request, person_id: UUID, q: str = "", page: PageNumber = 1
) -> Response:
    """Which account is a person's: those that are nobody's, similar names first."""
    return await _choose_account(request, person_id, q, page)


@router.get("/learners/{user_id}")
async def choose_person(
    request: Request, user_id: StepikId, q: str = "", page: PageNumber = 1
) -> Response:
    """Whose an account is: students without one, similar names first."""
    return await _choose_person(request, user_id, q, page)


@router.post("/matches")
async def match(
    request: Request,
    person_id: UUID = Form(),
    user_id: int = Form(ge=1, le=LARGEST_ID),
    start: Literal["person", "learner"] = Form("person"),
    by: UUID = Depends(administrator_id),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """A person and an account belong together: an administrator says so."""
    try:
        async with sync.database.transaction() as connection:
            await service.get_person(connection, person_id)
            await matching.match_by_hand(connection, person_id, user_id, by, sync.clock.now())
    except AccountTaken as wrong:
        texts = pages_of(request).texts(request)
        if not wants_page(request):
            raise
        if start == "person":
            return await _choose_account(request, person_id, wrong=texts(wrong.title))
        return await _choose_person(request, user_id, wrong=texts(wrong.title))
    return answer_saved(request, f"{HERE}?done=matched#accounts")


@router.post("/matches/{person_id}/delete")
async def unmatch(
    request: Request,
    person_id: UUID,
    by: UUID = Depends(administrator_id),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """A person and their account do not belong together."""
    async with sync.database.transaction() as connection:
        await matching.unmatch(connection, person_id, by, sync.clock.now())
    return answer_saved(request, f"{HERE}?done=unmatched&shown=matched#accounts")


async def _list_accounts(
    connection: Connection, shown: str, text: str, page: int
) -> Page[Tried] | Page[Learner] | Page[Matched]:
    if shown == "people":
        return await service.list_people(connection, text, page)
    if shown == "learners":
        return await service.list_learners(connection, text, page)
    return await service.list_matched(connection, text, page)


async def _choose_account(
    request: Request, person_id: UUID, q: str = "", page: int = 1, wrong: str = ""
) -> Response:
    sync, text = sync_of(request), tidy_search(q)
    async with sync.database.acquire() as connection:
        person = await service.get_person(connection, person_id)
        matched = await find_match(connection, person_id)
        found = await service.list_learners(connection, text, page, like=person.name)
    if not wants_page(request):
        return JSONResponse(jsonable_encoder({"person": person, "accounts": found}))
    return render(
        request,
        "operating-match.html",
        status=409 if wrong else 200,
        person=person,
        matched=matched,
        learner=None,
        page=found,
        q=text,
        wrong=wrong,
        stepik_url=sync.settings.stepik_url,
    )


async def _choose_person(
    request: Request, user_id: int, q: str = "", page: int = 1, wrong: str = ""
) -> Response:
    sync, text = sync_of(request), tidy_search(q)
    async with sync.database.acquire() as connection:
        learner = await service.get_learner(connection, user_id)
        found = await service.list_people(connection, text, page, like=learner.full_name)
    if not wants_page(request):
        return JSONResponse(jsonable_encoder({"account": learner, "people": found}))
    return render(
        request,
        "operating-match.html",
        status=409 if wrong else 200,
        person=None,
        matched=None,
        learner=learner,
        page=found,
        q=text,
        wrong=wrong,
        stepik_url=sync.settings.stepik_url,
    )
