"""What waits for a curator, and what their students have in hand: three tables."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

from services.school.tables.cursors import OLDEST, read_cursor
from services.school.tables.review import service
from services.school.tables.review.repository import Work
from services.school.tables.service import whose
from services.school.tables.statuses import stream_name, trouble_words, words_of
from services.school.tables.times import ago_from
from shared import people
from shared.identity import Identity, signed_in
from shared.sheets import Row, answer_sheet, told_moment
from shared.texts import DEFAULT_ZONE, Texts
from shared.web import pages_of, render, service_of, wants_page

router = APIRouter()


@router.get("/review")
async def show_review(
    request: Request,
    status: Literal["review", "correction", "execution"] = "review",
    curator: UUID | None = None,
    after: str | None = None,
    format: Literal["csv"] | None = None,
    identity: Identity = Depends(signed_in),
) -> Response:
    """Works in a status, oldest first: a curator's own; an administrator's choice, or all."""
    app = service_of(request)
    curator_id = whose(identity, curator)
    now = app.clock.now()
    if format == "csv":
        return _sheet(request, status, curator_id, identity)
    cursor = read_cursor(after, beginning=OLDEST)
    async with app.database.acquire() as connection:
        table = await service.read_table(
            connection, status=status, curator_id=curator_id, after=cursor, now=now
        )
        chosen = await people.get_person(connection, curator) if curator else None
    if not wants_page(request):
        return JSONResponse(
            jsonable_encoder(
                {
                    "status": status,
                    "counts": table.counts,
                    "without_github": asdict(table.without_github),
                    "works": [asdict(work) for work in table.works],
                    "next": str(table.next) if table.next else None,
                }
            )
        )
    texts = pages_of(request).texts(request)
    return render(
        request,
        "review.html",
        table=table,
        shown=status,
        statuses=service.STATUSES,
        words=words_of(texts),
        troubles=trouble_words(texts),
        ago=ago_from(now, texts.locale),
        chosen=chosen,
        of_all=identity.has("administrator"),
        is_first=cursor == OLDEST,
    )


def _sheet(request: Request, status: str, curator_id: UUID | None, identity: Identity) -> Response:
    app = service_of(request)
    texts = pages_of(request).texts(request)
    zone = identity.zone or DEFAULT_ZONE
    works = service.read_all(
        app.database, status=status, curator_id=curator_id, now=app.clock.now()
    )
    return answer_sheet(
        f"works-{status}",
        _header(texts, zone),
        _rows(works, texts, zone),
        too_long=texts("There are more works: a file takes the first 20 000."),
    )


def _header(texts: Texts, zone: str) -> Row:
    return (
        "№",
        texts("Since ({zone})", zone=zone),
        texts("Stream"),
        texts("Team"),
        texts("Student"),
        "GitHub",
        texts("Work"),
        texts("Status"),
        texts("Comment"),
        texts("Pull request"),
        texts("What is wrong with it"),
        texts("Curator"),
    )


async def _rows(
    chunks: AsyncIterator[list[Work]], texts: Texts, zone: str
) -> AsyncIterator[list[Row]]:
    words, number = words_of(texts), 0
    async for works in chunks:
        rows: list[Row] = []
        for work in works:
            number += 1
            rows.append(
                (
                    number,
                    told_moment(work.changed_at, zone),
                    stream_name(work.course, work.stream, texts),
                    work.team,
                    work.student_name,
                    work.github_login,
                    work.title,
                    words[work.status].label,
                    work.comment,
                    work.pull_url,
                    _wrong(work, texts),
                    work.curator_name,
                )
            )
        yield rows


def _wrong(work: Work, texts: Texts) -> str:
    if work.trouble:
        return trouble_words(texts)[work.trouble]
    if work.pull_url and not work.is_checked:
        return texts("GitHub could not be asked about this link yet")
    return ""
