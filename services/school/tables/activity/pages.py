"""The latest changes of works, and curators by what waits for them: administrators' page."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Literal

from fastapi import APIRouter, Depends, Request
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse, Response

from services.school.courses.access import administrator
from services.school.tables.activity import service
from services.school.tables.activity.repository import Change, CuratorCount
from services.school.tables.cursors import NEWEST, read_cursor
from services.school.tables.statuses import stream_name, trouble_words, words_of
from services.school.tables.times import ago_from
from shared.identity import Identity
from shared.sheets import MOST_ROWS, Row, answer_sheet, told_moment
from shared.texts import DEFAULT_ZONE, Texts
from shared.web import pages_of, render, service_of, wants_page

router = APIRouter()


@router.get("/activity")
async def show_activity(
    request: Request,
    after: str | None = None,
    table: Literal["changes", "curators"] = "changes",
    format: Literal["csv"] | None = None,
    identity: Identity = Depends(administrator),
) -> Response:
    """What became of works lately, and how many of each status every curator has."""
    if format == "csv":
        return await _sheet(request, table, identity)
    app = service_of(request)
    cursor = read_cursor(after, beginning=NEWEST)
    now = app.clock.now()
    async with app.database.acquire() as connection:
        activity = await service.read_activity(connection, after=cursor, now=now)
    if not wants_page(request):
        return JSONResponse(
            jsonable_encoder(
                {
                    "changes": [asdict(change) for change in activity.changes],
                    "next": str(activity.next) if activity.next else None,
                    "curators": [asdict(curator) for curator in activity.curators],
                }
            )
        )
    texts = pages_of(request).texts(request)
    return render(
        request,
        "activity.html",
        activity=activity,
        words=words_of(texts),
        troubles=trouble_words(texts),
        ago=ago_from(now, texts.locale),
        is_first=cursor == NEWEST,
    )


async def _sheet(request: Request, table: str, identity: Identity) -> Response:
    app = service_of(request)
    texts = pages_of(request).texts(request)
    zone = identity.zone or DEFAULT_ZONE
    if table == "changes":
        header = _header_of_changes(texts, zone)
        rows = _rows_of_changes(service.read_changes(app.database), texts, zone)
        too_long = texts("There are more changes: a file takes the latest 20 000.")
    else:
        async with app.database.acquire() as connection:
            curators = await service.list_curators(
                connection, now=app.clock.now(), limit=MOST_ROWS + 1
            )
        header = _header_of_curators(texts, zone)
        rows = _rows_of_curators(curators, zone)
        too_long = texts("There are more curators: a file takes the first 20 000.")
    return answer_sheet(table, header, rows, too_long=too_long)


def _header_of_changes(texts: Texts, zone: str) -> Row:
    return (
        texts("When ({zone})", zone=zone),
        texts("Stream"),
        texts("Team"),
        texts("Student"),
        texts("Work"),
        texts("Was"),
        texts("Status"),
        texts("Changed by"),
        texts("Comment"),
        texts("Pull request"),
    )


async def _rows_of_changes(
    chunks: AsyncIterator[list[Change]], texts: Texts, zone: str
) -> AsyncIterator[list[Row]]:
    words, troubles = words_of(texts), trouble_words(texts)
    async for changes in chunks:
        yield [
            (
                told_moment(change.changed_at, zone),
                stream_name(change.course, change.stream, texts),
                change.team,
                change.student_name,
                change.title,
                words[change.was].label if change.was else "",
                words[change.status].label,
                change.actor_name,
                change.comment,
                troubles[change.trouble] if change.trouble else "",
            )
            for change in changes
        ]


def _header_of_curators(texts: Texts, zone: str) -> Row:
    words = words_of(texts)
    return (
        texts("Curator"),
        texts("Teams"),
        words["execution"].title,
        words["review"].title,
        words["correction"].title,
        words["approved"].title,
        texts("Waits since ({zone})", zone=zone),
    )


async def _rows_of_curators(curators: list[CuratorCount], zone: str) -> AsyncIterator[list[Row]]:
    yield [
        (
            one.curator_name,
            one.teams,
            one.execution,
            one.review,
            one.correction,
            one.approved,
            told_moment(one.oldest_at, zone) if one.oldest_at else "",
        )
        for one in curators
    ]
