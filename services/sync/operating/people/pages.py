"""`/sync/access`: people by what is open for them, and one person with all that was decided."""

from dataclasses import asdict, dataclass
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

from services.sync.access.errors import ReasonMissing
from services.sync.access.grants import service as grants
from services.sync.access.wording import describe_missing
from services.sync.operating.administrators import administrator, administrator_id
from services.sync.operating.answers import answer_saved
from services.sync.operating.paging import MOST_PAGES
from services.sync.operating.people import repository, service
from services.sync.operating.people.repository import Filter
from services.sync.operating.people.sheet import answer_people_sheet
from services.sync.operating.searching import tidy_search
from services.sync.operating.troubles import boomstream_sayer
from services.sync.service import SyncService, sync_of
from shared.identity import Identity
from shared.web import pages_of, render, wants_page

router = APIRouter(prefix="/access")

PageNumber = Query(1, ge=1, le=MOST_PAGES)


@dataclass(frozen=True, slots=True)
class Entered:
    """A decision that was not taken, with its reason as it was entered."""

    resource_id: UUID
    reason: str
    wrong: ReasonMissing


@router.get("")
async def list_people(
    request: Request,
    q: str = "",
    resource: UUID | Literal[""] = "",
    standing: Literal["", "open", "closed", "failing", "decided"] = "",
    page: int = PageNumber,
    format: Literal["csv"] | None = None,
    identity: Identity = Depends(administrator),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """Who may watch how much; with a resource, who may watch it."""
    wanted = Filter(tidy_search(q), resource or None, standing or None)
    if format == "csv":
        texts = pages_of(request).texts(request)
        return answer_people_sheet(sync.database, wanted, sync.clock, texts, identity.zone)
    async with sync.database.acquire() as connection:
        people = await service.list_people(connection, wanted, sync.clock.now(), page)
        resources = await repository.list_resources(connection, service.MOST_RESOURCES)
    if not wants_page(request):
        return JSONResponse(
            jsonable_encoder(
                {
                    "people": [_told(row) for row in people.rows],
                    "page": people.number,
                    "has_next": people.has_next,
                }
            )
        )
    return render(
        request,
        "operating-people.html",
        people=people,
        resources=resources,
        q=wanted.text,
        resource=resource,
        standing=standing,
    )


@router.get("/people/{person_id}", dependencies=[Depends(administrator)])
async def show_person(
    request: Request, person_id: UUID, page: int = PageNumber, done: str = ""
) -> Response:
    """One person: each resource, why it is open or closed, and the journal."""
    return await _person(request, person_id, page=page, done=done)


@router.post("/people/{person_id}/resources/{resource_id}")
async def decide(
    request: Request,
    person_id: UUID,
    resource_id: UUID,
    decision: Literal["allow", "deny", "rule"] = Form(),
    reason: str = Form(""),
    by: UUID = Depends(administrator_id),
    sync: SyncService = Depends(sync_of),
) -> Response:
    """Open or close a resource for a person, or leave it to its rule again."""
    try:
        async with sync.database.transaction() as connection:
            await service.get_known(connection, person_id)
            await grants.decide(
                connection,
                person_id,
                resource_id,
                decision=None if decision == "rule" else decision,
                reason=reason,
                by=by,
                clock=sync.clock,
                ring=sync.settings.data_ring,
            )
    except ReasonMissing as wrong:
        return await _person(request, person_id, entered=Entered(resource_id, reason, wrong))
    path = f"/sync/access/people/{person_id}?done=decided#r{resource_id}"
    return answer_saved(request, path)


async def _person(
    request: Request,
    person_id: UUID,
    *,
    page: int = 1,
    done: str = "",
    entered: Entered | None = None,
) -> Response:
    sync, texts = sync_of(request), pages_of(request).texts(request)
    async with sync.database.acquire() as connection:
        seen = await service.see_person(connection, person_id, sync.clock.now(), page)
    missing = {
        line.standing.resource.resource_id: [
            describe_missing(texts, one) for one in line.standing.missing
        ]
        for line in seen.lines
    }
    if not wants_page(request):
        if entered:
            raise entered.wrong
        return JSONResponse(jsonable_encoder(_as_json(seen, missing)))
    return render(
        request,
        "operating-person.html",
        status=entered.wrong.status if entered else 200,
        seen=seen,
        missing=missing,
        done=done,
        entered=entered,
        wrong=texts(entered.wrong.title) if entered else "",
        longest=grants.LONGEST_REASON,
        say=boomstream_sayer(texts),
        stepik_url=sync.settings.stepik_url,
    )


def _as_json(seen: service.Seen, missing: dict[UUID, list[str]]) -> dict[str, object]:
    return {
        "person_id": seen.person.person_id,
        "name": seen.person.name,
        "stepik_id": seen.match.user_id if seen.match else None,
        "resources": [
            {
                "resource_id": line.standing.resource.resource_id,
                "title": line.standing.resource.title,
                "is_open": line.standing.is_open,
                "opened_at": line.standing.opened_at,
                "expires_at": line.standing.expires_at,
                "missing": missing[line.standing.resource.resource_id],
                "decision": line.grant.decision if line.grant else None,
                "reason": line.grant.reason if line.grant else None,
                "error": line.grant.error if line.grant else None,
            }
            for line in seen.lines
        ],
        "journal": seen.journal.rows,
    }


def _told(row: service.Row) -> dict[str, object]:
    return {
        "person_id": row.person.person_id,
        "name": row.person.name,
        "stepik_id": row.person.user_id,
        "reached": row.reached,
        **asdict(row.counts),
    }
